import type { Setting } from "../../../model/server.ts";
import { present } from "../../engine.ts";
import { bool, text, textOrNull } from "../rows.ts";
import type { Row } from "../session.ts";
import { defineCollector } from "./collector.ts";
import { grantMonitor } from "./grants.ts";

/** Parameters that performance rules read, kept even at their default. */
const IMPORTANT = [
  "autovacuum",
  "autovacuum_analyze_scale_factor",
  "autovacuum_analyze_threshold",
  "autovacuum_freeze_max_age",
  "autovacuum_max_workers",
  "autovacuum_vacuum_cost_delay",
  "autovacuum_vacuum_cost_limit",
  "autovacuum_vacuum_max_threshold",
  "autovacuum_vacuum_scale_factor",
  "autovacuum_vacuum_threshold",
  "checkpoint_completion_target",
  "checkpoint_timeout",
  "compute_query_id",
  "deadlock_timeout",
  "default_statistics_target",
  "effective_cache_size",
  "effective_io_concurrency",
  "fsync",
  "full_page_writes",
  "hash_mem_multiplier",
  "huge_pages",
  "idle_in_transaction_session_timeout",
  "jit",
  "lock_timeout",
  "log_autovacuum_min_duration",
  "log_checkpoints",
  "log_duration",
  "log_line_prefix",
  "log_lock_waits",
  "log_min_duration_statement",
  "log_statement",
  "log_temp_files",
  "maintenance_work_mem",
  "max_connections",
  "max_parallel_workers",
  "max_parallel_workers_per_gather",
  "max_wal_size",
  "max_worker_processes",
  "min_wal_size",
  "pg_stat_statements.max",
  "pg_stat_statements.track",
  "random_page_cost",
  "reserved_connections",
  "seq_page_cost",
  "shared_buffers",
  "shared_preload_libraries",
  "statement_timeout",
  "superuser_reserved_connections",
  "synchronous_commit",
  "temp_buffers",
  "track_activities",
  "track_activity_query_size",
  "track_counts",
  "track_io_timing",
  "wal_buffers",
  "wal_compression",
  "wal_level",
  "work_mem",
];

/** Extension parameters that carry no secret; any other name with a dot may be an application's own. */
const KNOWN_PREFIXES = ["pg_stat_statements.", "auto_explain.", "pg_prewarm."];

/** Names whose values may hold passwords, commands, paths or addresses. */
const PRIVATE =
  /pass|secret|token|conninfo|command|_key|key_?file|_file$|path$|director(y|ies)$|listen_addresses|socket|cluster_name|application_name|slot_name|synchronous_standby_names|ssl_|krb_|ident|library|libraries|log_filename|syslog|event_source|bonjour|archive_library|search_path|createrole_self_grant|oauth/;

/** Names that look private and are not. */
const HARMLESS = ["password_encryption", "shared_preload_libraries"];

// Own transactions set timeouts: for a parameter that this session changed, the value before counts.
const SETTINGS = `
  select s.name                                                            as name,
         case s.source when 'session' then s.reset_val else s.setting end  as value,
         s.unit                                                            as unit,
         case s.source when 'session' then 'reset' else s.source end       as source,
         s.pending_restart                                                 as pending_restart
    from pg_settings s
   where s.name = any($1)
      or s.source not in ('default', 'override', 'client', 'session')
   order by s.name collate "C"`;

export const settings = defineCollector({
  artifact: "settings",
  hint: grantMonitor,
  async collect(session) {
    const rows = await session.read(SETTINGS, [IMPORTANT], settingFromRow);
    return present(
      rows.filter(({ name }) => mayBeCaptured(name)),
      "pg_settings",
    );
  },
});

/** True for a parameter whose value is neither private nor an application's own. */
export function mayBeCaptured(name: string): boolean {
  if (name.includes(".") && !KNOWN_PREFIXES.some((prefix) => name.startsWith(prefix))) return false;
  return HARMLESS.includes(name) || !PRIVATE.test(name);
}

function settingFromRow(row: Row): Setting {
  return {
    name: text(row, "name"),
    value: textOrNull(row, "value") ?? "",
    unit: textOrNull(row, "unit"),
    source: text(row, "source"),
    pendingRestart: bool(row, "pending_restart"),
  };
}
