import type { Index, IndexKey } from "../../../model/catalog.ts";
import type { RelationName } from "../../../model/primitives.ts";
import { present } from "../../engine.ts";
import { bool, isoTimeOrNull, numberOrNull, objectArray, text, textArray, textOrNull } from "../rows.ts";
import type { Row } from "../session.ts";
import { defineCollector } from "./collector.ts";
import { BLOCKED_RELATIONS, USER_SCHEMAS } from "./fragments.ts";
import { grantMonitor } from "./grants.ts";
import { blockedGaps } from "./tables.ts";

export const indexes = defineCollector({
  artifact: "indexes",
  hint: grantMonitor,
  async collect(session) {
    const rows = await session.read(indexesSql(session.majorVersion), [], (row) => ({
      index: indexFromRow(row),
      isBlocked: bool(row, "is_blocked"),
    }));
    const blocked = rows.filter(({ isBlocked }) => isBlocked).length;
    return present(
      rows.map(({ index }) => index),
      "pg_index, pg_stat_all_indexes",
      blockedGaps(blocked, "definitions and exact sizes of", "index", "indexes"),
    );
  },
});

// Definitions, expressions and sizes open the relations: they are read only where no lock is in the way. Progress of
// another role's build is hidden without pg_read_all_stats: then every invalid index may be one that is being built.
function indexesSql(majorVersion: number): string {
  return `
  with blocked as materialized (${BLOCKED_RELATIONS}
  ), chosen as materialized (
    select i.*, c.relname, c.relkind, c.relpages, c.relam, c.relnamespace,
           tn.nspname as table_schema, t.relname as table_name, b.relation is not null as is_blocked
      from pg_index i
      join pg_class c      on c.oid = i.indexrelid
      join pg_class t      on t.oid = i.indrelid
      join pg_namespace n  on n.oid = c.relnamespace
      join pg_namespace tn on tn.oid = t.relnamespace
      left join blocked b  on b.relation = i.indrelid
     where ${USER_SCHEMAS}
  ), keys as materialized (
    select i.indexrelid,
           json_agg(json_build_object(
             'column',         a.attname,
             'expression',     case when i.indkey[k - 1] = 0 and not i.is_blocked
                                    then pg_get_indexdef(i.indexrelid, k, true) end,
             'operator_class', o.opcname,
             'collation',      case when l.collname <> 'default' then l.collname end,
             'descending',     (i.indoption[k - 1] & 1) <> 0,
             'nulls_first',    (i.indoption[k - 1] & 2) <> 0) order by k) filter (where k <= i.indnkeyatts) as keys,
           array_agg(a.attname::text order by k) filter (where k > i.indnkeyatts) as included
      from chosen i
     cross join lateral generate_series(1, i.indnatts) k
      left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[k - 1] and a.attnum <> 0
      left join pg_opclass o   on k <= i.indnkeyatts and o.oid = i.indclass[k - 1]
      left join pg_collation l on k <= i.indnkeyatts and l.oid = i.indcollation[k - 1]
     group by i.indexrelid
  ), backed as materialized (
    select k.conindid,
           min(k.conname::text) filter (where k.contype in ('p', 'u', 'x'))                       as constraint_name,
           array_agg(distinct k.conname::text) filter (where k.contype = 'f')                     as referenced_by
      from pg_constraint k
     where k.conindid <> 0
     group by k.conindid
  ), building as materialized (
    select p.index_relid, p.relid
      from pg_stat_progress_create_index p
     where p.datname = current_database()
  )
  select n.nspname::text                       as schema_name,
         i.relname::text                       as index_name,
         i.table_schema::text                  as table_schema,
         i.table_name::text                    as table_name,
         m.amname::text                        as method,
         y.keys                                as keys,
         y.included                            as included_columns,
         case when not i.is_blocked then pg_get_expr(i.indpred, i.indrelid, true) end as predicate,
         i.indpred is not null and i.is_blocked as predicate_is_blocked,
         i.indisunique                         as is_unique,
         ${majorVersion >= 15 ? "i.indnullsnotdistinct" : "false"} as nulls_not_distinct,
         i.indisprimary                        as is_primary_key,
         k.constraint_name                     as constraint_name,
         k.referenced_by                       as referenced_by,
         i.indisreplident                      as is_replica_identity,
         i.indisclustered                      as is_clustered,
         i.indisvalid                          as is_valid,
         i.indisready                          as is_ready,
         exists (select from building g
                  where g.index_relid = i.indexrelid or (g.relid is null and not i.indisvalid)) as is_building,
         i.relkind = 'I'                       as is_partitioned_parent,
         pn.nspname::text                      as parent_schema,
         pc.relname::text                      as parent_name,
         i.is_blocked                          as is_blocked,
         case when i.relkind = 'I' then null
              when i.is_blocked    then i.relpages * current_setting('block_size')::bigint
              else pg_relation_size(i.indexrelid) end as size_bytes,
         case when i.relkind <> 'I' then pg_stat_get_numscans(i.indexrelid) end as scans,
         ${majorVersion >= 16 ? "pg_stat_get_lastscan(i.indexrelid)" : "null::timestamptz"} as last_scan_at,
         case when not i.is_blocked then pg_get_indexdef(i.indexrelid) end as definition
    from chosen i
    join pg_namespace n       on n.oid = i.relnamespace
    join pg_am m              on m.oid = i.relam
    left join keys y          on y.indexrelid = i.indexrelid
    left join backed k        on k.conindid = i.indexrelid
    left join pg_inherits h   on h.inhrelid = i.indexrelid
    left join pg_class pc     on pc.oid = h.inhparent
    left join pg_namespace pn on pn.oid = pc.relnamespace
   order by n.nspname, i.relname`;
}

/** What stands for a condition that exists but could not be read. */
const UNREAD_PREDICATE = "(not read: the table is locked)";

function indexFromRow(row: Row): Index {
  const predicate = bool(row, "predicate_is_blocked") ? UNREAD_PREDICATE : textOrNull(row, "predicate");
  return {
    schema: text(row, "schema_name"),
    name: text(row, "index_name"),
    table: { schema: text(row, "table_schema"), name: text(row, "table_name") },
    method: text(row, "method"),
    keys: objectArray(row, "keys").map(keyFromRow),
    includedColumns: textArray(row, "included_columns"),
    predicate,
    isUnique: bool(row, "is_unique"),
    nullsNotDistinct: bool(row, "nulls_not_distinct"),
    isPrimaryKey: bool(row, "is_primary_key"),
    constraint: textOrNull(row, "constraint_name"),
    referencedBy: textArray(row, "referenced_by"),
    isReplicaIdentity: bool(row, "is_replica_identity"),
    isClustered: bool(row, "is_clustered"),
    isValid: bool(row, "is_valid"),
    isReady: bool(row, "is_ready"),
    isBuilding: bool(row, "is_building"),
    isPartitionedParent: bool(row, "is_partitioned_parent"),
    partOfIndex: parentFromRow(row),
    sizeBytes: numberOrNull(row, "size_bytes"),
    scans: numberOrNull(row, "scans"),
    lastScanAt: isoTimeOrNull(row, "last_scan_at"),
    definition: textOrNull(row, "definition"),
  };
}

function keyFromRow(row: Row): IndexKey {
  return {
    column: textOrNull(row, "column"),
    expression: textOrNull(row, "expression"),
    operatorClass: text(row, "operator_class"),
    collation: textOrNull(row, "collation"),
    descending: bool(row, "descending"),
    nullsFirst: bool(row, "nulls_first"),
  };
}

function parentFromRow(row: Row): RelationName | null {
  const name = textOrNull(row, "parent_name");
  return name === null ? null : { schema: text(row, "parent_schema"), name };
}
