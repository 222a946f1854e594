import type { Database, Statement } from "better-sqlite3";
import type { StatementCounters, StatementStatistic } from "../model/statement.ts";

interface StatementOwner {
  readonly snapshotId: number;
  readonly targetId: number;
  /** Null where the server's life is not known: query ids are then not remembered. */
  readonly life: string | null;
}

const INSERT_TEXT = `
insert into statement_texts (target_id, fingerprint, database, kind, query) values (?, ?, ?, ?, ?)
on conflict (target_id, fingerprint, database, query) do update set kind = excluded.kind
returning id`;

const INSERT_QUERY_ID = `
insert into query_ids (target_id, database, query_id, server_life, statement_text_id) values (?, ?, ?, ?, ?)
on conflict do update set statement_text_id = excluded.statement_text_id`;

const DELETE_OTHER_LIVES = "delete from query_ids where target_id = ? and server_life <> ?";

const INSERT_COUNTERS = `
insert into statement_counters (
  snapshot_id, statement_text_id, calls, total_ms, mean_ms, min_ms, max_ms, stddev_ms, p50_ms, p95_ms, p99_ms,
  row_count, plan_ms, shared_blocks_hit, shared_blocks_read, shared_blocks_dirtied, temp_blocks_read,
  temp_blocks_written, block_read_ms, block_write_ms, wal_bytes)
values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
on conflict do nothing`;

/** Writes texts, query ids and counters of every statement of a snapshot. */
export function saveStatements(database: Database, owner: StatementOwner, items: readonly StatementStatistic[]): void {
  const insertText = database.prepare<[number, string, string, string, string], { id: number }>(INSERT_TEXT);
  const insertQueryId = database.prepare(INSERT_QUERY_ID);
  const insertCounters = database.prepare(INSERT_COUNTERS);
  database.prepare(DELETE_OTHER_LIVES).run(owner.targetId, owner.life ?? "");
  for (const item of items) {
    const text = insertText.get(owner.targetId, item.fingerprint, item.database, item.kind, item.query);
    if (text === undefined) throw new Error("the statement's text was not stored");
    // Tags stand in comments, which the stored text has no more: such a text is fetched again.
    if (owner.life !== null && Object.keys(item.tags).length === 0) {
      for (const queryId of item.queryIds) {
        insertQueryId.run(owner.targetId, item.database, queryId, owner.life, text.id);
      }
    }
    insertRow(insertCounters, owner.snapshotId, text.id, item);
  }
}

function insertRow(insert: Statement, snapshotId: number, textId: number, item: StatementCounters): void {
  insert.run(
    snapshotId,
    textId,
    whole(item.calls),
    item.totalMs,
    item.meanMs,
    item.minMs,
    item.maxMs,
    item.stddevMs,
    item.p50Ms,
    item.p95Ms,
    item.p99Ms,
    whole(item.rows),
    item.planMs,
    whole(item.sharedBlocksHit),
    whole(item.sharedBlocksRead),
    whole(item.sharedBlocksDirtied),
    whole(item.tempBlocksRead),
    whole(item.tempBlocksWritten),
    item.blockReadMs,
    item.blockWriteMs,
    whole(item.walBytes),
  );
}

/** Strict integer columns refuse fractions, and numbers beyond an int8, which a double can hold. */
function whole(value: number | null): bigint | null {
  if (value === null) return null;
  const limit = Number.MAX_SAFE_INTEGER;
  return BigInt(Math.min(Math.max(Math.round(value), -limit), limit));
}
