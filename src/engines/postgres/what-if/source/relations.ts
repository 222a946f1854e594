import type { Gap } from "../../../../model/artifact.ts";
import { bool, intOrNull, number, objectArray, text, textArray, textOrNull } from "../../rows.ts";
import type { Query, Row } from "../../session.ts";
import type { TwinColumn, TwinRelation, TwinSize } from "../twin-source.ts";

// A collation is named where it is not its type's own. Matters only to what the planner reads: defaults, storage,
// triggers and privileges are left out.
const relationsSql = (majorVersion: number): string => `
  select n.nspname::text as schema_name,
         c.relname::text as relation_name,
         c.relkind::text as kind,
         case when c.relkind = 'v' then pg_get_viewdef(c.oid) end        as query,
         case when c.relkind = 'p' then pg_get_partkeydef(c.oid) end     as partition_key,
         case when c.relispartition then pg_get_expr(c.relpartbound, c.oid) end as partition_bound,
         (select json_agg(json_build_object('schema', pn.nspname, 'name', p.relname) order by h.inhseqno)
            from pg_inherits h
            join pg_class p      on p.oid = h.inhparent
            join pg_namespace pn on pn.oid = p.relnamespace
           where h.inhrelid = c.oid and h.inhparent = any ($1::oid[]))   as parents,
         c.reloptions    as options,
         am.amname::text as access_method,
         (select json_agg(json_build_object(
                   'name',       a.attname,
                   'type',       format_type(a.atttypid, a.atttypmod),
                   'collation',  case when a.attcollation <> t.typcollation
                                      then quote_ident(cn.nspname) || '.' || quote_ident(l.collname) end,
                   'not_null',   a.attnotnull,
                   'generated',  a.attgenerated::text,
                   'expression', case when a.attgenerated <> '' then pg_get_expr(d.adbin, d.adrelid) end)
                   order by a.attnum)
            from pg_attribute a
            join pg_type t            on t.oid = a.atttypid
            left join pg_collation l  on l.oid = a.attcollation
            left join pg_namespace cn on cn.oid = l.collnamespace
            left join pg_attrdef d    on d.adrelid = a.attrelid and d.adnum = a.attnum
           where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
         ${sizeColumns(majorVersion)}
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    left join pg_am am  on am.oid = c.relam
   where c.oid = any ($1::oid[])
   order by n.nspname, c.relname`;

/** The size of `pg_class c` in pages of 8 KiB, whatever the server's own. */
export function sizeColumns(majorVersion: number): string {
  // Up to 13, nought stands for "never looked at" as well.
  const rows =
    majorVersion >= 14 ? "c.reltuples" : "case when c.relpages = 0 and c.reltuples = 0 then -1 else c.reltuples end";
  return `case when c.relkind in ('r', 'm', 'i') then pg_relation_size(c.oid) / 8192 end as pages,
         (c.relpages * current_setting('block_size')::bigint / 8192)::int4      as known_pages,
         (${rows})::float8                                                        as known_rows,
         (c.relallvisible * current_setting('block_size')::bigint / 8192)::int4 as all_visible_pages`;
}

export interface CollectedRelations {
  readonly relations: readonly TwinRelation[];
  readonly gaps: readonly Gap[];
}

export async function collectRelations(
  query: Query,
  majorVersion: number,
  oids: readonly string[],
): Promise<CollectedRelations> {
  const rows = await query(relationsSql(majorVersion), [oids]);
  const strange = rows.filter((row) => !["heap", null].includes(textOrNull(row, "access_method")));
  return {
    relations: rows.map(relationFromRow),
    gaps: strange.map((row) => ({
      what: `${text(row, "schema_name")}.${text(row, "relation_name")}`,
      reason: "unsupported-by-engine",
      hint: `the twin has no table access method ${text(row, "access_method")}: costs are those of heap`,
    })),
  };
}

export function sizeFromRow(row: Row): TwinSize | null {
  const pages = intOrNull(row, "pages");
  if (pages === null) return null;
  return {
    pages,
    knownPages: number(row, "known_pages"),
    knownRows: number(row, "known_rows"),
    allVisiblePages: number(row, "all_visible_pages"),
  };
}

function relationFromRow(row: Row): TwinRelation {
  const kind = text(row, "kind");
  const parents = objectArray(row, "parents").map((parent) => ({
    schema: text(parent, "schema"),
    name: text(parent, "name"),
  }));
  return {
    schema: text(row, "schema_name"),
    name: text(row, "relation_name"),
    kind: kind === "v" ? "view" : kind === "p" ? "partitioned-table" : "table",
    columns: objectArray(row, "columns").map(columnFromRow),
    query: textOrNull(row, "query"),
    partitionKey: textOrNull(row, "partition_key"),
    // A partition whose parent no statement reads is planned as a table of its own.
    partitionBound: parents.length === 0 ? null : textOrNull(row, "partition_bound"),
    parents,
    options: textArray(row, "options"),
    size: sizeFromRow(row) ?? parentSize(kind, row),
  };
}

/** A partitioned table has no file, but a count of rows over all its partitions. */
function parentSize(kind: string, row: Row): TwinSize | null {
  if (kind !== "p") return null;
  const [knownPages, knownRows] = [number(row, "known_pages"), number(row, "known_rows")];
  return { pages: 0, knownPages, knownRows, allVisiblePages: 0 };
}

function columnFromRow(row: Row): TwinColumn {
  const expression = textOrNull(row, "expression");
  return {
    name: text(row, "name"),
    type: text(row, "type"),
    collation: textOrNull(row, "collation"),
    notNull: bool(row, "not_null"),
    generated: expression === null ? null : { expression, isStored: text(row, "generated") === "s" },
  };
}
