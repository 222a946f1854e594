import type { RelationName } from "../../../../model/primitives.ts";
import { bool, text, textOrNull } from "../../rows.ts";
import type { Query, Row } from "../../session.ts";
import type { TwinConstraint, TwinIndex } from "../twin-source.ts";
import { sizeColumns, sizeFromRow } from "./relations.ts";

// The planner never looks at an invalid index, save at the ONLY index of a partitioned table, which is always invalid
// until each partition has its own.
const indexesSql = (majorVersion: number): string => `
  select cn.nspname::text as schema_name,
         c.relname::text  as index_name,
         n.nspname::text  as table_schema,
         t.relname::text  as table_name,
         m.amname::text   as method,
         pg_get_indexdef(c.oid) as definition,
         exists (select from pg_constraint k where k.conindid = c.oid and k.contype in ('p', 'u', 'x')) as is_constraint,
         pn.nspname::text as parent_schema,
         pc.relname::text as parent_name,
         ${sizeColumns(majorVersion)}
    from pg_index i
    join pg_class c           on c.oid = i.indexrelid
    join pg_namespace cn      on cn.oid = c.relnamespace
    join pg_class t           on t.oid = i.indrelid
    join pg_namespace n       on n.oid = t.relnamespace
    join pg_am m              on m.oid = c.relam
    left join pg_inherits h   on h.inhrelid = c.oid
    left join pg_class pc     on pc.oid = h.inhparent
    left join pg_index pi     on pi.indexrelid = pc.oid and pi.indrelid = any ($1::oid[])
    left join pg_namespace pn on pn.oid = pc.relnamespace and pi.indexrelid is not null
   where i.indrelid = any ($1::oid[]) and i.indisvalid
   order by cn.nspname, c.relname`;

// NOT NULL comes with the columns. A foreign key counts where both its ends are here.
const CONSTRAINTS = `
  select k.conname::text as constraint_name,
         n.nspname::text as table_schema,
         t.relname::text as table_name,
         k.contype::text as kind,
         pg_get_constraintdef(k.oid) as definition
    from pg_constraint k
    join pg_class t     on t.oid = k.conrelid
    join pg_namespace n on n.oid = t.relnamespace
   where k.conrelid = any ($1::oid[])
     and (k.contype in ('p', 'u', 'x', 'c') or k.contype = 'f' and k.confrelid = any ($1::oid[]))
     and (k.conparentid = 0 or k.contype in ('p', 'u', 'x')
          or not exists (select from pg_constraint p where p.oid = k.conparentid and p.conrelid = any ($1::oid[])))
   order by n.nspname, t.relname, k.conname`;

const KINDS: Readonly<Record<string, TwinConstraint["kind"]>> = {
  p: "primary-key",
  u: "unique",
  x: "exclusion",
  c: "check",
  f: "foreign-key",
};

export async function collectIndexes(
  query: Query,
  majorVersion: number,
  oids: readonly string[],
): Promise<readonly TwinIndex[]> {
  return (await query(indexesSql(majorVersion), [oids])).map(indexFromRow);
}

export async function collectConstraints(query: Query, oids: readonly string[]): Promise<readonly TwinConstraint[]> {
  return (await query(CONSTRAINTS, [oids])).map(constraintFromRow);
}

function indexFromRow(row: Row): TwinIndex {
  const parentSchema = textOrNull(row, "parent_schema");
  return {
    schema: text(row, "schema_name"),
    name: text(row, "index_name"),
    table: tableOf(row),
    method: text(row, "method"),
    definition: text(row, "definition"),
    isConstraint: bool(row, "is_constraint"),
    parent: parentSchema === null ? null : { schema: parentSchema, name: text(row, "parent_name") },
    size: sizeFromRow(row),
  };
}

function constraintFromRow(row: Row): TwinConstraint {
  return {
    name: text(row, "constraint_name"),
    table: tableOf(row),
    kind: KINDS[text(row, "kind")] ?? "check",
    definition: text(row, "definition"),
  };
}

function tableOf(row: Row): RelationName {
  return { schema: text(row, "table_schema"), name: text(row, "table_name") };
}
