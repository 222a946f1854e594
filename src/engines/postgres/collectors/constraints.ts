import type { Constraint } from "../../../model/catalog.ts";
import { present } from "../../engine.ts";
import { bool, text, textArray, textOrNull } from "../rows.ts";
import type { Row } from "../session.ts";
import { defineCollector } from "./collector.ts";
import { USER_SCHEMAS } from "./fragments.ts";
import { grantMonitor } from "./grants.ts";

const CONSTRAINTS = `
  select k.conname::text       as constraint_name,
         n.nspname::text       as schema_name,
         c.relname::text       as table_name,
         k.contype::text       as kind,
         (select array_agg(a.attname::text order by u.position)
            from unnest(k.conkey) with ordinality u (attnum, position)
            join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.attnum)  as columns,
         fn.nspname::text      as referenced_schema,
         fc.relname::text      as referenced_table,
         (select array_agg(a.attname::text order by u.position)
            from unnest(k.confkey) with ordinality u (attnum, position)
            join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.attnum) as referenced_columns,
         k.confdeltype::text   as on_delete,
         k.confupdtype::text   as on_update,
         k.convalidated        as is_validated,
         k.conparentid <> 0 or (k.coninhcount > 0 and not k.conislocal) as is_inherited
    from pg_constraint k
    join pg_class c           on c.oid = k.conrelid
    join pg_namespace n       on n.oid = c.relnamespace
    left join pg_class fc     on fc.oid = k.confrelid
    left join pg_namespace fn on fn.oid = fc.relnamespace
   where k.contype in ('p', 'u', 'f', 'x', 'c')
     and ${USER_SCHEMAS}
   order by n.nspname, c.relname, k.conname, k.oid`;

const KINDS: Readonly<Record<string, Constraint["kind"]>> = {
  p: "primary-key",
  u: "unique",
  f: "foreign-key",
  x: "exclusion",
  c: "check",
};

const ACTIONS: Readonly<Record<string, NonNullable<Constraint["onDelete"]>>> = {
  a: "no-action",
  r: "restrict",
  c: "cascade",
  n: "set-null",
  d: "set-default",
};

export const constraints = defineCollector({
  artifact: "constraints",
  hint: grantMonitor,
  async collect(session) {
    return present(await session.read(CONSTRAINTS, [], constraintFromRow), "pg_constraint");
  },
});

function constraintFromRow(row: Row): Constraint {
  const referencedTable = textOrNull(row, "referenced_table");
  return {
    name: text(row, "constraint_name"),
    table: { schema: text(row, "schema_name"), name: text(row, "table_name") },
    kind: KINDS[text(row, "kind")] ?? "check",
    columns: textArray(row, "columns"),
    references:
      referencedTable === null
        ? null
        : {
            table: { schema: text(row, "referenced_schema"), name: referencedTable },
            columns: textArray(row, "referenced_columns"),
          },
    onDelete: ACTIONS[text(row, "on_delete")] ?? null,
    onUpdate: ACTIONS[text(row, "on_update")] ?? null,
    isValidated: bool(row, "is_validated"),
    isInherited: bool(row, "is_inherited"),
  };
}
