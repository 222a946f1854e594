import type { Constraint } from "../model/catalog.ts";
import type { StatementStatistic } from "../model/statement.ts";
import { mainTable, type SqlClauses, type SqlPart, sqlClauses } from "./loop-clauses.ts";
import { keyedCondition, type LoopTarget, statementTarget } from "./loop-conditions.ts";
import { sameColumns, writtenNames } from "./loop-foreign-key.ts";

/** A read that picks its rows by the columns of a foreign key, and one of the table at the key's other end. */
export interface RelatedPair {
  readonly source: StatementStatistic;
  readonly lookUp: StatementStatistic;
}

interface Source {
  readonly item: StatementStatistic;
  readonly statement: SqlClauses;
}

/** One end of a foreign key as a look-up sees it: its own columns, and where the values may come from. */
interface KeyEnd {
  readonly columns: readonly string[];
  readonly otherTables: ReadonlySet<string>;
  readonly otherColumns: readonly string[];
}

/** All pairs of a source and a look-up that a foreign key relates, each pair once. All are of one database. */
export function relatedPairs(
  sources: readonly StatementStatistic[],
  lookUps: readonly StatementStatistic[],
  constraints: readonly Constraint[],
): readonly RelatedPair[] {
  const ends = keyEnds(constraints);
  const readable = sourcesByTable(sources);
  return lookUps.flatMap((lookUp) => {
    const target = lookUpTarget(lookUp.query);
    const found = new Set<StatementStatistic>();
    for (const end of (target === null ? undefined : ends.get(target.table)) ?? []) {
      if (target === null || !sameColumns(end.columns, target.columns)) continue;
      for (const { item, statement } of [...end.otherTables].flatMap((table) => readable.get(table) ?? [])) {
        if (end.otherColumns.every((column) => returnsColumn(statement, column))) found.add(item);
      }
    }
    return [...found].map((source) => ({ source, lookUp }));
  });
}

/**
 * What a read looks up by one value a column; null for others. Lists are left out, since a normalised text does not tell how long they were;
 * so are pages, and reads that lock their rows (queues).
 */
function lookUpTarget(query: string): LoopTarget | null {
  const statement = sqlClauses(query);
  if (statement === null || hasAny(statement, ["offset", "for", "lock", ...SET_OPERATORS])) return null;
  const keys = keyedCondition(statement)?.keys ?? [];
  return keys.length === 0 || keys.some(({ isList }) => isList) ? null : statementTarget(statement);
}

const SET_OPERATORS = ["union", "intersect", "except"];

function keyEnds(constraints: readonly Constraint[]): ReadonlyMap<string, readonly KeyEnd[]> {
  const ends = new Map<string, KeyEnd[]>();
  for (const { kind, isInherited, table, columns, references } of constraints) {
    if (kind !== "foreign-key" || isInherited || references === null) continue;
    const [own, other] = [writtenNames(table), writtenNames(references.table)];
    for (const name of own) addTo(ends, name, { columns, otherTables: other, otherColumns: references.columns });
    for (const name of other)
      addTo(ends, name, { columns: references.columns, otherTables: own, otherColumns: columns });
  }
  return ends;
}

function sourcesByTable(items: readonly StatementStatistic[]): ReadonlyMap<string, readonly Source[]> {
  const byTable = new Map<string, Source[]>();
  for (const item of items) {
    const statement = sqlClauses(item.query);
    if (statement === null || hasAny(statement, SET_OPERATORS)) continue;
    const table = mainTable(statement);
    // Where the condition is on a joined table, the rows are that one's as much as this one's.
    if (table !== null && statementTarget(statement)?.table === table) addTo(byTable, table, { item, statement });
  }
  return byTable;
}

/** Whether the rows of a source have the column itself: one that is counted or summed is within brackets. */
function returnsColumn({ clauses }: SqlClauses, column: string): boolean {
  return (clauses.get("select")?.parts ?? []).some((part) => part.depth === 0 && isColumn(part, column));
}

function isColumn({ name, text }: SqlPart, column: string): boolean {
  return name === column || text === "*";
}

function hasAny({ clauses }: SqlClauses, words: readonly string[]): boolean {
  return words.some((word) => clauses.has(word));
}

function addTo<T>(groups: Map<string, T[]>, key: string, value: T): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [value]);
  else group.push(value);
}
