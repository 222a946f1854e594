import type { WideJoin } from "../model/query-loop.ts";
import type { StatementStatistics } from "../model/statement.ts";
import { type SqlClauses, sqlClauses, tablesOf } from "./loop-clauses.ts";
import { perHour } from "./loop-cost.ts";
import { statementLoad } from "./statement-load.ts";

/** Tables that a join reads, in its order, the name of a subquery that it begins with among them; null where its text does not show them. */
export function joinedTables(query: string): readonly string[] | null {
  const statement = sqlClauses(query);
  if (statement === null || statement.command !== "select") return null;
  const subquery = firstSubquery(statement);
  const tables = tablesOf(statement).map(({ table }) => table);
  if (subquery !== null) tables.unshift(subquery);
  return tables.length === 0 ? null : tables;
}

/** `customer` of `from (select …) as customer join …`: a page of entities, before anything is joined to them. */
function firstSubquery({ clauses }: SqlClauses): string | null {
  const parts = clauses.get("from")?.parts ?? [];
  const [first, second] = parts;
  if (first?.text !== "(" || second?.text !== "select") return null;
  const end = parts.findIndex(({ text, depth }) => text === ")" && depth === first.depth);
  const alias = parts[parts[end + 1]?.text === "as" ? end + 2 : end + 1];
  return alias?.name ?? null;
}

/** Rows of one execution, and of one entity; null where the entities were not counted. */
export function joinWidth({ rows, executions, entities }: WideJoin): {
  readonly rowsPerExecution: number;
  readonly rowsPerEntity: number | null;
} {
  return {
    rowsPerExecution: rows / Math.max(1, executions),
    rowsPerEntity: entities === null || entities <= 0 ? null : rows / entities,
  };
}

/** Time of a join's executions per hour, in milliseconds: all that a fix can save. Null where it is not known. */
export function joinMsPerHour(
  { statement, executions }: WideJoin,
  statements: StatementStatistics | null,
): number | null {
  const load = statements === null ? null : statementLoad(statements, statement.fingerprint);
  if (load === null || load.item.calls === 0) return null;
  return perHour(load.item.totalMs * Math.min(1, executions / load.item.calls), statements);
}
