import type { Database } from "better-sqlite3";
import type { StatementStatistic } from "../model/statement.ts";
import type { SnapshotInfo } from "./read-snapshot.ts";

/** What a snapshot keeps of a statement; tags and query ids are not read back, what only a log knows is not stored. */
export type StoredStatement = Omit<StatementStatistic, "queryIds" | "tags" | "log">;

/** The columns are named as the fields, so that a row is a statement. */
const SELECT_STATEMENT = `
select t.fingerprint, t.kind, t.query, t.database, c.calls, c.total_ms as totalMs, c.mean_ms as meanMs,
       c.min_ms as minMs, c.max_ms as maxMs, c.stddev_ms as stddevMs, c.p50_ms as p50Ms, c.p95_ms as p95Ms,
       c.p99_ms as p99Ms, c.row_count as rows, c.plan_ms as planMs, c.shared_blocks_hit as sharedBlocksHit,
       c.shared_blocks_read as sharedBlocksRead, c.shared_blocks_dirtied as sharedBlocksDirtied,
       c.temp_blocks_read as tempBlocksRead, c.temp_blocks_written as tempBlocksWritten,
       c.block_read_ms as blockReadMs, c.block_write_ms as blockWriteMs, c.wal_bytes as walBytes
from   statement_counters c
join   statement_texts t on t.id = c.statement_text_id
where  c.snapshot_id = ? and t.fingerprint = ?
order  by t.database = ? desc, c.total_ms desc
limit  1`;

/** Counters of a statement class, of the analyzed database first; null where the snapshot does not have it. */
export function loadStatement(database: Database, snapshot: SnapshotInfo, fingerprint: string): StoredStatement | null {
  const select = database.prepare<[number, string, string], StoredStatement>(SELECT_STATEMENT);
  return select.get(snapshot.id, fingerprint, snapshot.target.database) ?? null;
}
