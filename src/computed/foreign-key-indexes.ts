import type { ColumnStatistic, Constraint, Index, Table } from "../model/catalog.ts";
import { isUsable, leadingColumns } from "./index-keys.ts";
import { columnsByTable, indexesByTable, withPartitions } from "./relations.ts";

export interface KeyIndexInput {
  readonly tables: readonly Table[];
  readonly indexes: readonly Index[];
  readonly columnStatistics: readonly ColumnStatistic[] | null;
}

/** Rows of one value up to which an index on a part of the key finds the others as fast as one on all of it. */
const FEW_ROWS = 100;

/** True where an index finds the rows of one foreign key value: one of the table, or one of each of its partitions. */
export function isKeyIndexed({ columns }: Constraint, child: Table, rows: number, input: KeyIndexInput): boolean {
  const has = (table: Table): boolean =>
    indexesByTable(input.indexes, table).some((index) => serves(index, columns, rows, statisticsOf(table)));
  const statisticsOf = (table: Table): readonly ColumnStatistic[] => {
    const own = columnsByTable(input.columnStatistics ?? [], table);
    return own.length > 0 ? own : columnsByTable(input.columnStatistics ?? [], child);
  };
  if (has(child)) return true;
  const leaves = withPartitions(input.tables, child).filter((table) => table !== child && !isParent(table));
  return leaves.length > 0 && leaves.every(has);
}

function isParent({ kind }: Table): boolean {
  return kind === "partitioned-table";
}

function serves(index: Index, columns: readonly string[], rows: number, known: readonly ColumnStatistic[]): boolean {
  if (!isUsable(index) || !(index.method === "btree" || index.method === "hash") || !holdsKeys(index, columns)) {
    return false;
  }
  const leading = leadingColumns(index);
  const end = leading.findIndex((column) => !columns.includes(column));
  const matched = new Set(end === -1 ? leading : leading.slice(0, end));
  if (matched.size === 0) return false;
  return matched.size === columns.length || rowsOfOneValue([...matched], rows, known) <= FEW_ROWS;
}

/** A condition that only leaves out nulls holds for every look-up: no null references anything. */
function holdsKeys({ predicate }: Index, columns: readonly string[]): boolean {
  if (predicate === null) return true;
  const parts = predicate.split(/\band\b/i).map((part) => part.replace(/[\s()"]+/g, "").toLowerCase());
  return parts.every((part) => columns.some((column) => part === `${column.toLowerCase()}isnotnull`));
}

function rowsOfOneValue(columns: readonly string[], rows: number, known: readonly ColumnStatistic[]): number {
  const counts = columns.flatMap((column) => {
    const { distinct = null } = known.find((statistic) => statistic.column === column) ?? {};
    if (distinct === null || distinct === 0) return [];
    return [distinct < 0 ? -1 / distinct : rows / distinct];
  });
  return Math.min(Number.POSITIVE_INFINITY, ...counts);
}
