import type { ExtensionInfo, ServerInfo } from "../../../model/server.ts";
import { present } from "../../engine.ts";
import { bool, int, intOrNull, isoTimeOrNull, text } from "../rows.ts";
import type { PostgresSession, Row } from "../session.ts";
import { defineCollector } from "./collector.ts";
import { grantMonitor } from "./grants.ts";

// A logical walsender and a base backup are no standby; without pg_read_all_stats the states are hidden.
const SERVER = `
  select current_setting('server_version')          as version,
         pg_postmaster_start_time()                 as started_at,
         pg_is_in_recovery()                        as is_standby,
         current_setting('block_size')::int         as block_size,
         current_user::text                         as role_name,
         r.rolsuper                                 as is_superuser,
         pg_has_role(current_user, 'pg_read_all_stats', 'usage') as can_monitor,
         case when pg_has_role(current_user, 'pg_read_all_stats', 'usage') then (
           select count(*)
             from pg_stat_replication s
            where s.state in ('startup', 'catchup', 'streaming')
              and not exists (select from pg_replication_slots p
                               where p.active_pid = s.pid and p.slot_type = 'logical')
         ) end                                      as standby_count
    from pg_roles r
   where r.rolname = current_user`;

const EXTENSIONS = `
  select e.extname::text as name, e.extversion as version, n.nspname::text as schema_name
    from pg_extension e
    join pg_namespace n on n.oid = e.extnamespace
   order by e.extname`;

export const server = defineCollector({
  artifact: "server",
  hint: grantMonitor,
  async collect(session) {
    const [info] = await session.read(SERVER, [], (row) => serverFromRow(row, session));
    if (info === undefined) throw new Error("the server does not know the current role");
    const extensions = await session.read(EXTENSIONS, [], extensionFromRow);
    return present({ ...info, extensions }, "pg_settings, pg_roles, pg_stat_replication, pg_extension");
  },
});

function serverFromRow(row: Row, session: Pick<PostgresSession, "majorVersion" | "pooler">): ServerInfo {
  return {
    version: text(row, "version"),
    majorVersion: session.majorVersion,
    startedAt: isoTimeOrNull(row, "started_at"),
    isStandby: bool(row, "is_standby"),
    standbyCount: intOrNull(row, "standby_count"),
    blockSizeBytes: int(row, "block_size"),
    role: {
      name: text(row, "role_name"),
      isSuperuser: bool(row, "is_superuser"),
      canMonitor: bool(row, "can_monitor"),
    },
    pooler: session.pooler,
    extensions: [],
  };
}

function extensionFromRow(row: Row): ExtensionInfo {
  return { name: text(row, "name"), version: text(row, "version"), schema: text(row, "schema_name") };
}
