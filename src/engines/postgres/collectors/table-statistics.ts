import type { TableStatistic } from "../../../model/catalog.ts";
import { present } from "../../engine.ts";
import { bool, isoTimeOrNull, number, numberOrNull, text } from "../rows.ts";
import type { Row } from "../session.ts";
import { defineCollector } from "./collector.ts";
import { USER_SCHEMAS } from "./fragments.ts";
import { grantMonitor } from "./grants.ts";

const TABLE_STATISTICS = `
  select n.nspname::text        as schema_name,
         s.relname::text        as table_name,
         s.seq_scan             as seq_scans,
         s.seq_tup_read         as seq_rows_read,
         s.idx_scan             as index_scans,
         s.idx_tup_fetch        as index_rows_fetched,
         s.n_tup_ins            as rows_inserted,
         s.n_tup_upd            as rows_updated,
         s.n_tup_hot_upd        as rows_hot_updated,
         s.n_tup_del            as rows_deleted,
         s.n_live_tup           as live_rows,
         s.n_dead_tup           as dead_rows,
         s.n_mod_since_analyze  as modified_since_analyze,
         s.last_vacuum          as last_vacuum_at,
         s.last_autovacuum      as last_autovacuum_at,
         s.last_analyze         as last_analyze_at,
         s.last_autoanalyze     as last_autoanalyze_at,
         exists (select from pg_stat_progress_vacuum v
                  where v.relid = s.relid and v.datname = current_database()) as is_being_vacuumed
    from pg_stat_all_tables s
    join pg_class c     on c.oid = s.relid
    join pg_namespace n on n.oid = c.relnamespace
   where ${USER_SCHEMAS}
   order by n.nspname, s.relname`;

export const tableStatistics = defineCollector({
  artifact: "tableStatistics",
  hint: grantMonitor,
  async collect(session) {
    return present(await session.read(TABLE_STATISTICS, [], tableStatisticFromRow), "pg_stat_all_tables");
  },
});

function tableStatisticFromRow(row: Row): TableStatistic {
  return {
    schema: text(row, "schema_name"),
    name: text(row, "table_name"),
    seqScans: number(row, "seq_scans"),
    seqRowsRead: number(row, "seq_rows_read"),
    indexScans: numberOrNull(row, "index_scans"),
    indexRowsFetched: numberOrNull(row, "index_rows_fetched"),
    rowsInserted: number(row, "rows_inserted"),
    rowsUpdated: number(row, "rows_updated"),
    rowsHotUpdated: number(row, "rows_hot_updated"),
    rowsDeleted: number(row, "rows_deleted"),
    liveRows: number(row, "live_rows"),
    deadRows: number(row, "dead_rows"),
    modifiedSinceAnalyze: number(row, "modified_since_analyze"),
    lastVacuumAt: isoTimeOrNull(row, "last_vacuum_at"),
    lastAutovacuumAt: isoTimeOrNull(row, "last_autovacuum_at"),
    lastAnalyzeAt: isoTimeOrNull(row, "last_analyze_at"),
    lastAutoanalyzeAt: isoTimeOrNull(row, "last_autoanalyze_at"),
    isBeingVacuumed: bool(row, "is_being_vacuumed"),
  };
}
