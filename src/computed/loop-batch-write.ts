import { type LoopDialect, type SqlClause, type SqlClauses, type SqlPart, splitComma, textOf } from "./loop-clauses.ts";
import { type KeyedCondition, keyedCondition } from "./loop-conditions.ts";
import { type BatchedStatement, keyListCondition, whereAll } from "./loop-key-list.ts";

const TWICE = "A key that comes twice in one batch is changed once: put its changes together before.";

/** `insert … values (…), (…), …`; null where it has several rows already or takes them from a query. */
export function batchedInsert(statement: SqlClauses, dialect: LoopDialect | null): BatchedStatement | null {
  const { clauses, isVariable, query } = statement;
  const [insert, values, conflict] = [clauses.get("insert"), clauses.get("values"), clauses.get("on")];
  if (insert === undefined || values === undefined || clauses.has("select")) return null;
  const others = [...clauses.values()].filter(({ word }) => word !== "values");
  const depth = values.parts[0]?.depth ?? 0;
  const isOneRow = values.parts.filter((part) => part.depth === depth && part.text === "(").length === 1;
  if (!isOneRow || values.parts.at(-1)?.text !== ")" || others.some(({ parts }) => parts.some(isVariable))) return null;
  const count = values.parts.filter(isVariable).length;
  const row = (number: number): string => rowText(statement, values.parts, dialect, number * count);
  const sql = [
    query.slice(insert.start, insert.end),
    `values ${row(0)}, ${row(1)}, …`,
    ...["on", "returning"].flatMap((word) => clauses.get(word) ?? []).map(({ start, end }) => query.slice(start, end)),
  ].join(" ");
  const isUpsert = conflict?.parts.some(({ text }) => text === "update") ?? false;
  return {
    sql,
    condition: null,
    risks:
      isUpsert && dialect !== "mysql"
        ? ["A key may come only once in one batch: PostgreSQL refuses to update a row twice."]
        : [],
  };
}

/** `update … where id = any($1)`, and where each row gets values of its own, from a list of them. */
export function batchedUpdate(statement: SqlClauses, dialect: LoopDialect | null): BatchedStatement | null {
  const { clauses, isVariable, query } = statement;
  const [update, set] = [clauses.get("update"), clauses.get("set")];
  const condition = keyedCondition(statement);
  if (update === undefined || set === undefined || condition === null) return null;
  if (["from", "order", "limit"].some((word) => clauses.has(word))) return null;
  if (update.parts.some(({ text }) => text === "," || text === "join")) return null;
  if (set.parts.some(isVariable)) return updateFromList(statement, update, set, condition, dialect);
  return listed(statement, dialect, condition, query.slice(update.start, set.end));
}

/** `delete … where id = any($1)`. */
export function batchedDelete(statement: SqlClauses, dialect: LoopDialect | null): BatchedStatement | null {
  const { clauses, query } = statement;
  const from = clauses.get("from");
  const condition = keyedCondition(statement);
  if (from === undefined || condition === null) return null;
  if (["using", "order", "limit"].some((word) => clauses.has(word))) return null;
  const deletion = listed(statement, dialect, condition, query.slice(0, from.end));
  return { ...deletion, risks: [] };
}

function listed(
  { clauses, query }: SqlClauses,
  dialect: LoopDialect | null,
  condition: KeyedCondition,
  head: string,
): BatchedStatement {
  const keyList = keyListCondition(condition.keys, dialect);
  const returning = clauses.get("returning");
  const tail = returning === undefined ? "" : ` ${query.slice(returning.start, returning.end)}`;
  return { sql: `${head} where ${whereAll(keyList, condition)}${tail}`, condition: keyList, risks: [TWICE] };
}

interface Assignment {
  readonly column: string;
  readonly columnSql: string;
  /** Null where each row gets its own value. */
  readonly sql: string | null;
  /** Names in the expression. */
  readonly mentions: readonly string[];
}

function updateFromList(
  statement: SqlClauses,
  update: SqlClause,
  set: SqlClause,
  condition: KeyedCondition,
  dialect: LoopDialect | null,
): BatchedStatement | null {
  const assignments = assignmentsOf(statement, set);
  const target = update.parts.at(-1);
  if (assignments === null || target === undefined || dialect === null || statement.clauses.has("returning"))
    return null;
  const own = assignments.filter(({ sql }) => sql === null);
  const columns = [...condition.keys, ...own].map(({ columnSql }) => columnSql);
  const names = new Set([...condition.keys, ...own].map(({ column }) => column));
  // A name of the list beside the same one of the table would be ambiguous.
  const isAmbiguous = assignments.some(({ mentions }) => mentions.some((name) => names.has(name)));
  if (names.size < columns.length || condition.rest.length > 0 || isAmbiguous) return null;
  const table = textOf(statement.query, [target]);
  const join = condition.keys.map(({ columnSql }) => `${table}.${columnSql} = v.${columnSql}`).join(" and ");
  const changes = assignments.map(({ columnSql, sql }) => {
    return `${dialect === "mysql" ? `${table}.` : ""}${columnSql} = ${sql ?? `v.${columnSql}`}`;
  });
  const head = `update ${textOf(statement.query, update.parts)}`;
  const sql =
    dialect === "postgres"
      ? `${head} set ${changes.join(", ")} from unnest(${columns.map((_, at) => `$${at + 1}::…[]`).join(", ")}) as v (${columns.join(", ")}) where ${join}`
      : `${head} join (select ${columns.map((column) => `? as ${column}`).join(", ")} union all select ${columns.map(() => "?").join(", ")} …) as v on ${join} set ${changes.join(", ")}`;
  return { sql, condition: null, risks: [TWICE] };
}

function assignmentsOf({ query, isVariable }: SqlClauses, { parts }: SqlClause): readonly Assignment[] | null {
  const assignments = splitComma(parts).map((item): Assignment | null => {
    const [column, operator, ...value] = item;
    if (column === undefined || column.name === null || operator?.text !== "=" || value.length === 0) return null;
    const isOwn = value.some(isVariable);
    if (isOwn && value.length > 1) return null;
    const mentions = value.flatMap(({ name }) => name ?? []);
    return {
      column: column.name,
      columnSql: textOf(query, [column]),
      sql: isOwn ? null : textOf(query, value),
      mentions,
    };
  });
  return assignments.some((assignment) => assignment === null) ? null : assignments.flatMap((one) => one ?? []);
}

/** One row of values, its parameters numbered from `first` + 1 on. */
function rowText(
  { query, isVariable }: SqlClauses,
  parts: readonly SqlPart[],
  dialect: LoopDialect | null,
  first: number,
): string {
  let number = first;
  let text = "";
  let at = parts[0]?.start ?? 0;
  for (const part of parts.filter(isVariable)) {
    number += 1;
    text += `${query.slice(at, part.start)}${dialect === "postgres" ? `$${number}` : "?"}`;
    at = part.end;
  }
  return text + query.slice(at, parts.at(-1)?.end ?? at);
}
