import type { Gap } from "../../../model/artifact.ts";
import type { Table, TableKind } from "../../../model/catalog.ts";
import { plural } from "../../../util/units.ts";
import { present } from "../../engine.ts";
import { bool, number, numberOrNull, text, textArray, textOrNull } from "../rows.ts";
import type { Row } from "../session.ts";
import { defineCollector } from "./collector.ts";
import { BLOCKED_RELATIONS, USER_SCHEMAS } from "./fragments.ts";
import { grantMonitor } from "./grants.ts";

// Sizes open the relation, so that a locked one is estimated from its page count instead of waited for.
const TABLES = `
  with blocked as materialized (${BLOCKED_RELATIONS}
  )
  select n.nspname::text                                  as schema_name,
         c.relname::text                                  as table_name,
         c.relkind::text                                  as kind,
         pn.nspname::text                                 as parent_schema,
         pc.relname::text                                 as parent_name,
         c.reltuples::float8                              as row_estimate,
         c.relpages                                       as pages,
         coalesce(pg_stat_get_last_vacuum_time(c.oid),  pg_stat_get_last_autovacuum_time(c.oid),
                  pg_stat_get_last_analyze_time(c.oid), pg_stat_get_last_autoanalyze_time(c.oid)) is not null
                                                          as was_analyzed,
         b.relation is not null                           as is_blocked,
         case when c.relkind in ('p', 'f')   then null
              when b.relation is not null    then c.relpages * current_setting('block_size')::bigint
              else pg_relation_size(c.oid) end            as size_bytes,
         case when c.relkind not in ('p', 'f') and b.relation is null
              then pg_total_relation_size(c.oid) end      as total_size_bytes,
         c.relreplident::text                             as replica_identity,
         c.reloptions                                     as storage_options
    from pg_class c
    join pg_namespace n      on n.oid = c.relnamespace
    left join blocked b      on b.relation = c.oid
    left join pg_inherits h  on h.inhrelid = c.oid and c.relispartition
    left join pg_class pc    on pc.oid = h.inhparent
    left join pg_namespace pn on pn.oid = pc.relnamespace
   where c.relkind in ('r', 'p', 'm', 'f')
     and ${USER_SCHEMAS}
   order by n.nspname, c.relname`;

const KINDS: Readonly<Record<string, TableKind>> = {
  r: "table",
  p: "partitioned-table",
  m: "materialized-view",
  f: "foreign-table",
};

const REPLICA_IDENTITIES: Readonly<Record<string, Table["replicaIdentity"]>> = { n: "nothing", f: "full", i: "index" };

export const tables = defineCollector({
  artifact: "tables",
  hint: grantMonitor,
  async collect(session) {
    const rows = await session.read(TABLES, [], (row) => ({
      table: tableFromRow(row, session.majorVersion),
      isBlocked: bool(row, "is_blocked"),
    }));
    const blocked = rows.filter(({ isBlocked }) => isBlocked).length;
    return present(
      rows.map(({ table }) => table),
      "pg_class",
      blockedGaps(blocked, "exact sizes of", "table"),
    );
  },
});

/** The gap of relations that a lock keeps closed; none where there are none. */
export function blockedGaps(count: number, what: string, singular: string, several?: string): Gap[] {
  if (count === 0) return [];
  const hint = "another session holds or awaits an AccessExclusiveLock; run again when it has ended";
  return [{ what: `${what} ${plural(count, singular, several)}`, reason: "timed-out", hint }];
}

function tableFromRow(row: Row, majorVersion: number): Table {
  const parentName = textOrNull(row, "parent_name");
  return {
    schema: text(row, "schema_name"),
    name: text(row, "table_name"),
    kind: KINDS[text(row, "kind")] ?? "table",
    partitionOf: parentName === null ? null : { schema: text(row, "parent_schema"), name: parentName },
    estimatedRows: rowEstimate(row, majorVersion),
    sizeBytes: numberOrNull(row, "size_bytes"),
    totalSizeBytes: numberOrNull(row, "total_size_bytes"),
    replicaIdentity: REPLICA_IDENTITIES[text(row, "replica_identity")] ?? "default",
    storageOptions: textArray(row, "storage_options"),
  };
}

/** Since 14 the catalogue has -1 for "never counted"; before, that was 0 rows on 0 pages. */
function rowEstimate(row: Row, majorVersion: number): number | null {
  const rows = number(row, "row_estimate");
  if (majorVersion >= 14) return rows < 0 ? null : rows;
  const neverCounted = rows === 0 && number(row, "pages") === 0 && !bool(row, "was_analyzed");
  return neverCounted ? null : rows;
}
