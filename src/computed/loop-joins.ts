import type { WideJoin } from "../model/query-loop.ts";
import type { StatementStatistics } from "../model/statement.ts";
import { sqlClauses, tablesOf } from "./loop-clauses.ts";
import { statementLoad } from "./statement-load.ts";

/** Tables that a join reads, in its order; null where its text does not show them. */
export function joinedTables(query: string): readonly string[] | null {
  const statement = sqlClauses(query);
  if (statement === null || statement.command !== "select") return null;
  const tables = tablesOf(statement).map(({ table }) => table);
  return tables.length === 0 ? null : tables;
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
  if (load === null || load.msPerHour === null || load.item.calls === 0) return null;
  return load.msPerHour * Math.min(1, executions / load.item.calls);
}
