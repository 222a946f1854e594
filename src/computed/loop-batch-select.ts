import { type LoopDialect, type SqlClause, type SqlClauses, type SqlPart, splitComma, textOf } from "./loop-clauses.ts";
import { type KeyCondition, keyedCondition } from "./loop-conditions.ts";
import { type BatchedStatement, keyListCondition, whereAll } from "./loop-key-list.ts";

const AGGREGATES: ReadonlySet<string> = new Set(["count", "sum", "min", "max", "avg"]);
/** Clauses that mean something else over the rows of several keys. */
const PER_KEY: readonly string[] = ["group", "having", "offset", "fetch", "window", "union", "intersect", "except"];

/** The look-up of all keys at once, with the key among its columns; null where that would return something else. */
export function batchedSelect(statement: SqlClauses, dialect: LoopDialect | null): BatchedStatement | null {
  const { clauses, isVariable, query } = statement;
  const [select, from] = [clauses.get("select"), clauses.get("from")];
  const condition = keyedCondition(statement);
  if (select === undefined || from === undefined || condition === null) return null;
  if (PER_KEY.some((word) => clauses.has(word))) return null;
  if ([...clauses.values()].some(({ word, parts }) => !MAY_HOLD_VALUES.has(word) && parts.some(isVariable)))
    return null;
  const list = columnList(query, select, condition.keys);
  if (list === null || (list.isGrouped && clauses.has("order"))) return null;
  const keyList = keyListCondition(condition.keys, dialect);
  const tail = ["order", "for", "lock"].flatMap((word) => clauses.get(word) ?? []).map(clauseText(query));
  const sql = [
    `select ${list.sql}`,
    clauseText(query)(from),
    `where ${whereAll(keyList, condition)}`,
    ...(list.isGrouped ? [`group by ${condition.keys.map((key) => key.sql).join(", ")}`] : []),
    ...tail,
  ].join(" ");
  return { sql, condition: keyList, risks: risksOf(statement, list.isGrouped) };
}

const MAY_HOLD_VALUES: ReadonlySet<string> = new Set(["where", "limit"]);

interface ColumnList {
  readonly sql: string;
  readonly isGrouped: boolean;
}

/** The columns with the key in front where it is not among them: the program needs it to tell the rows apart. */
function columnList(query: string, { parts }: SqlClause, keys: readonly KeyCondition[]): ColumnList | null {
  if (parts.length === 0 || parts.some(({ text }) => text === "over")) return null;
  const sql = textOf(query, parts);
  const missing = keys.filter((key) => !hasColumn(parts, key)).map((key) => key.sql);
  const aggregates = splitComma(parts).map(isAggregate);
  if (aggregates.includes(true)) {
    if (aggregates.includes(false)) return null;
    return { sql: `${keys.map((key) => key.sql).join(", ")}, ${sql}`, isGrouped: true };
  }
  const isDistinct = parts[0]?.text === "distinct";
  if (isDistinct && (missing.length > 0 || parts[1]?.text === "on")) return null;
  return { sql: [...missing, sql].join(", "), isGrouped: false };
}

/** Whether the list has the key: by `*`, by `*` of its own table, or by name. */
function hasColumn(parts: readonly SqlPart[], { column, qualifier }: KeyCondition): boolean {
  return splitComma(parts).some((item) => {
    if (item.length === 1 && item[0]?.text === "*") return true;
    const [first, dot, last] = item;
    const isQualified = dot?.text === ".";
    if (isQualified && qualifier !== null && first?.name !== qualifier) return false;
    const named = isQualified ? last : first;
    return named?.text === "*" ? qualifier !== null : named?.name === column;
  });
}

function isAggregate(item: readonly SqlPart[]): boolean {
  return item.some(({ text }, at) => AGGREGATES.has(text) && item[at + 1]?.text === "(");
}

function clauseText(query: string): (clause: SqlClause) => string {
  return ({ word, start, end }) => `${word}${query.slice(start + word.length, end)}`;
}

function risksOf({ clauses }: SqlClauses, isGrouped: boolean): string[] {
  if (isGrouped) return ["A key without rows is missing in the result: its count is 0, its sum unknown."];
  if (!clauses.has("limit")) return [];
  return [
    "The repeated statement has a limit, which held for each key: where a key has several rows, keep the first ones in the program.",
  ];
}
