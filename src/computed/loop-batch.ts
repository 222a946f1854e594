import { batchedSelect } from "./loop-batch-select.ts";
import { batchedDelete, batchedInsert, batchedUpdate } from "./loop-batch-write.ts";
import { type LoopDialect, type SqlClauses, sqlClauses } from "./loop-clauses.ts";
import type { BatchedStatement } from "./loop-key-list.ts";

type Batch = (statement: SqlClauses, dialect: LoopDialect | null) => BatchedStatement | null;

const BATCHES: Readonly<Record<SqlClauses["command"], Batch>> = {
  select: batchedSelect,
  insert: batchedInsert,
  update: batchedUpdate,
  delete: batchedDelete,
};

/**
 * The batched form of a normalised statement; null where its text does not make it certain. Without a dialect it is
 * written so that both understand it.
 */
export function batchedStatement(query: string, dialect: LoopDialect | null): BatchedStatement | null {
  const statement = sqlClauses(query);
  return statement === null ? null : BATCHES[statement.command](statement, dialect);
}
