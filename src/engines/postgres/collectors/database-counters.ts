import type { ArtifactResult, Gap } from "../../../model/artifact.ts";
import type { DatabaseCounters } from "../../../model/server.ts";
import { present } from "../../engine.ts";
import { absenceOf } from "../errors.ts";
import { int, isoTimeOrNull, number, text } from "../rows.ts";
import type { PostgresSession, Row } from "../session.ts";
import { defineCollector } from "./collector.ts";
import { grantMonitor } from "./grants.ts";

const DATABASE_COUNTERS = `
  select s.datname::text   as database,
         s.stats_reset     as stats_reset_at,
         s.xact_commit     as commits,
         s.xact_rollback   as rollbacks,
         s.blks_read       as blocks_read,
         s.blks_hit        as blocks_hit,
         s.temp_files      as temp_files,
         s.temp_bytes      as temp_bytes,
         s.deadlocks       as deadlocks,
         d.datconnlimit    as connection_limit
    from pg_stat_database s
    join pg_database d on d.oid = s.datid
   where s.datname = current_database()`;

// Apart from the counters, because it visits every file of the database and may run into the timeout.
const DATABASE_SIZE = `
  select pg_database_size(current_database()) as size_bytes`;

export const databaseCounters = defineCollector({
  artifact: "databaseCounters",
  hint: grantMonitor,
  async collect(session): Promise<ArtifactResult<DatabaseCounters>> {
    const [counters] = await session.read(DATABASE_COUNTERS, [], countersFromRow);
    if (counters === undefined) throw new Error("pg_stat_database has no row of this database");
    const { sizeBytes, gaps } = await readSize(session);
    return present({ ...counters, sizeBytes }, "pg_stat_database", gaps);
  },
});

function countersFromRow(row: Row): DatabaseCounters {
  const limit = int(row, "connection_limit");
  return {
    database: text(row, "database"),
    statsResetAt: isoTimeOrNull(row, "stats_reset_at"),
    commits: number(row, "commits"),
    rollbacks: number(row, "rollbacks"),
    blocksRead: number(row, "blocks_read"),
    blocksHit: number(row, "blocks_hit"),
    tempFiles: number(row, "temp_files"),
    tempBytes: number(row, "temp_bytes"),
    deadlocks: number(row, "deadlocks"),
    sizeBytes: null,
    connectionLimit: limit < 0 ? null : limit,
  };
}

async function readSize(session: PostgresSession): Promise<{ sizeBytes: number | null; gaps: Gap[] }> {
  try {
    const [sizeBytes = null] = await session.read(DATABASE_SIZE, [], (row) => number(row, "size_bytes"));
    return { sizeBytes, gaps: [] };
  } catch (error) {
    const { reason, hint } = absenceOf(error, grantMonitor(session));
    return { sizeBytes: null, gaps: [{ what: "size of the database", reason, hint }] };
  }
}
