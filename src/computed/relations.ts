import type { ColumnStatistic, Constraint, Index, Table, TableStatistic } from "../model/catalog.ts";
import type { RelationName } from "../model/primitives.ts";

/** A name that tells relations apart: `schema.name`, unquoted. */
export function relationKey({ schema, name }: RelationName): string {
  return `${schema}.${name}`;
}

/** True for two names of one relation. */
export function sameRelation(a: RelationName, b: RelationName): boolean {
  return a.schema === b.schema && a.name === b.name;
}

/** A relation as messages name it: `public` is left out, and a schema that is not known (`auto_explain` without VERBOSE). */
export function relationLabel({ schema, name }: RelationName): string {
  return schema === "public" || schema === "" ? name : `${schema}.${name}`;
}

/** Topic of a table's columns with this leading column; ties findings about one place together. */
export function columnTopic(table: RelationName, column: string): string {
  return `columns:${relationKey(table)}(${column})`;
}

/** Topic of an index. */
export function indexTopic(index: RelationName): string {
  return `index:${relationKey(index)}`;
}

const tablesByName = grouped((table: Table) => table);
export const indexesByTable = grouped((index: Index) => index.table);
export const constraintsByTable = grouped((constraint: Constraint) => constraint.table);
export const statisticsByTable = grouped((statistic: TableStatistic) => statistic);
export const columnsByTable = grouped((column: ColumnStatistic) => column.table);

/** The table of this name, or null. */
export function findTable(tables: readonly Table[], name: RelationName): Table | null {
  return tablesByName(tables, name)[0] ?? null;
}

/** The partitioned table at the top of a partition, else the table itself. */
export function rootTable(tables: readonly Table[], table: Table): Table {
  const seen = new Set<Table>();
  let root = table;
  while (root.partitionOf !== null && !seen.has(root)) {
    seen.add(root);
    const parent = findTable(tables, root.partitionOf);
    if (parent === null) break;
    root = parent;
  }
  return root;
}

/** A table with all partitions below it, itself first. */
export function withPartitions(tables: readonly Table[], root: Table): readonly Table[] {
  const all = [root];
  for (const parent of all) {
    all.push(...partitionsOf(tables, parent).filter((child) => !all.includes(child)));
  }
  return all;
}

/** Planner's rows of a table, partitions summed; null where nothing was analyzed. */
export function totalRows(tables: readonly Table[], root: Table): number | null {
  if (root.kind !== "partitioned-table") return root.estimatedRows;
  const leaves = withPartitions(tables, root).filter(({ kind }) => kind !== "partitioned-table");
  const known = leaves.flatMap(({ estimatedRows }) => (estimatedRows === null ? [] : [estimatedRows]));
  return known.length === 0 ? null : known.reduce((sum, rows) => sum + rows, 0);
}

const partitions = grouped((table: Table) => table.partitionOf);

function partitionsOf(tables: readonly Table[], parent: Table): readonly Table[] {
  return partitions(tables, parent);
}

/** A memoised look-up of a list's items by the relation that `relationOf` names. */
function grouped<T>(
  relationOf: (item: T) => RelationName | null,
): (items: readonly T[], name: RelationName) => readonly T[] {
  const memo = new WeakMap<readonly T[], ReadonlyMap<string, readonly T[]>>();
  const none: readonly T[] = [];
  return (items, name) => {
    let byKey = memo.get(items);
    if (byKey === undefined) {
      byKey = groupItems(items, relationOf);
      memo.set(items, byKey);
    }
    return byKey.get(relationKey(name)) ?? none;
  };
}

function groupItems<T>(items: readonly T[], relationOf: (item: T) => RelationName | null): Map<string, T[]> {
  const byKey = new Map<string, T[]>();
  for (const item of items) {
    const relation = relationOf(item);
    if (relation === null) continue;
    const key = relationKey(relation);
    const group = byKey.get(key);
    if (group === undefined) byKey.set(key, [item]);
    else group.push(item);
  }
  return byKey;
}
