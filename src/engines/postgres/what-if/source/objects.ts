import type { Gap } from "../../../../model/artifact.ts";
import type { RelationName } from "../../../../model/primitives.ts";
import { quoteIdentifier, quoteLiteral } from "../../../../sql/identifiers.ts";
import { bool, text, textOrNull } from "../../rows.ts";
import type { Query, Row } from "../../session.ts";
import type { TwinObject } from "../twin-source.ts";

// Types of columns and of casts in statements, with what they are made of. Those of extensions come with them.
const TYPES = `
  with recursive wanted (oid) as (
    select a.atttypid from pg_attribute a
     where a.attrelid = any ($1::oid[]) and a.attnum > 0 and not a.attisdropped
    union
    select to_regtype(name)::oid from unnest($2::text[]) name where to_regtype(name) is not null
    union
    select part.oid
      from wanted w
      join pg_type t on t.oid = w.oid
     cross join lateral (
           select t.typelem where t.typelem <> 0
            union all select t.typbasetype where t.typbasetype <> 0
            union all select r.rngsubtype from pg_range r where r.rngtypid = t.oid
            union all select a.atttypid from pg_attribute a
                       where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped) part (oid))
  select n.nspname::text as schema_name,
         t.typname::text as type_name,
         t.typtype::text as kind,
         case t.typtype
           when 'e' then (select string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder)
                            from pg_enum e where e.enumtypid = t.oid)
           when 'd' then format_type(t.typbasetype, t.typtypmod)
                         || coalesce((select ' collate ' || quote_ident(cn.nspname) || '.' || quote_ident(l.collname)
                                        from pg_collation l join pg_namespace cn on cn.oid = l.collnamespace
                                       where l.oid = t.typcollation and l.collname <> 'default'), '')
                         || case when t.typnotnull then ' not null' else '' end
                         || coalesce((select string_agg(' constraint ' || quote_ident(k.conname) || ' '
                                                        || pg_get_constraintdef(k.oid), '' order by k.conname)
                                        from pg_constraint k where k.contypid = t.oid and k.contype = 'c'), '')
           when 'c' then (select string_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod), ', '
                                            order by a.attnum)
                            from pg_attribute a
                           where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped)
           when 'r' then (select 'subtype = ' || format_type(r.rngsubtype, null) from pg_range r where r.rngtypid = t.oid)
         end as body
    from wanted w
    join pg_type t       on t.oid = w.oid
    join pg_namespace n  on n.oid = t.typnamespace
    left join pg_class c on c.oid = t.typrelid
   where n.nspname <> 'pg_catalog'
     and t.typtype in ('e', 'd', 'c', 'r')
     and (c.oid is null or c.relkind = 'c')
     and not exists (select from pg_depend d
                      where d.classid = 'pg_type'::regclass and d.objid = t.oid and d.deptype = 'e')
   order by n.nspname, t.typname`;

// Functions of statements by name, others by what depends on them: an index, a view, a generated column, a constraint.
const FUNCTIONS = `
  with named as (
    select p.oid
      from unnest($2::text[], $3::text[]) wanted (schema_name, name)
      join pg_proc p      on p.proname = wanted.name
      join pg_namespace n on n.oid = p.pronamespace
     where n.nspname = wanted.schema_name or wanted.schema_name = '' and n.nspname = any ($4::text[])
  ), used as (
    select d.refobjid
      from pg_depend d
     where d.refclassid = 'pg_proc'::regclass
       and (d.classid, d.objid) in (
             select 'pg_class'::regclass::oid, i.indexrelid from pg_index i where i.indrelid = any ($1::oid[])
              union all
             select 'pg_rewrite'::regclass::oid, r.oid from pg_rewrite r where r.ev_class = any ($1::oid[])
              union all
             select 'pg_attrdef'::regclass::oid, a.oid from pg_attrdef a where a.adrelid = any ($1::oid[])
              union all
             select 'pg_constraint'::regclass::oid, k.oid from pg_constraint k where k.conrelid = any ($1::oid[])))
  select n.nspname::text as schema_name,
         p.proname::text as function_name,
         l.lanname::text as language,
         case when l.lanname in ('sql', 'plpgsql') and p.prokind in ('f', 'p') then pg_get_functiondef(p.oid) end as definition
    from pg_proc p
    join pg_namespace n on n.oid = p.pronamespace
    join pg_language l  on l.oid = p.prolang
   where p.oid in (select oid from named union select refobjid from used)
     and n.nspname not in ('pg_catalog', 'information_schema')
     and not exists (select from pg_depend d
                      where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
   order by n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)`;

const collationsSql = (majorVersion: number): string => `
  select distinct n.nspname::text as schema_name,
         l.collname::text         as collation_name,
         l.collprovider::text     as provider,
         ${localeColumn(majorVersion)} as locale,
         l.collisdeterministic    as is_deterministic
    from (select a.attcollation from pg_attribute a where a.attrelid = any ($1::oid[]) and a.attnum > 0
           union
          select unnest(i.indcollation::oid[]) from pg_index i where i.indrelid = any ($1::oid[])) used (oid)
    join pg_collation l on l.oid = used.oid
    join pg_namespace n on n.oid = l.collnamespace
   where l.collprovider in ('c', 'i')
   order by 1, 2`;

function localeColumn(majorVersion: number): string {
  if (majorVersion >= 17) return "coalesce(l.colllocale, l.collcollate)::text";
  return majorVersion >= 15 ? "coalesce(l.colliculocale, l.collcollate)::text" : "l.collcollate::text";
}

/** Names as statements write them. */
export interface WantedObjects {
  readonly oids: readonly string[];
  readonly types: readonly RelationName[];
  readonly functions: readonly RelationName[];
  readonly searchPath: readonly string[];
}

export interface CollectedObjects {
  readonly objects: readonly TwinObject[];
  readonly gaps: readonly Gap[];
}

export async function collectObjects(
  query: Query,
  majorVersion: number,
  wanted: WantedObjects,
): Promise<CollectedObjects> {
  const { oids, functions, searchPath } = wanted;
  const collations = await query(collationsSql(majorVersion), [oids]);
  const types = await query(TYPES, [oids, typeNames(wanted)]);
  const names = [functions.map(({ schema }) => schema), functions.map(({ name }) => name)];
  const found = await query(FUNCTIONS, [oids, ...names, searchPath]);
  return {
    objects: [...collations.map(collationOf), ...types.map(typeOf), ...found.flatMap(functionOf)],
    gaps: found.flatMap((row): Gap[] => {
      if (textOrNull(row, "definition") !== null) return [];
      const what = `function ${text(row, "schema_name")}.${text(row, "function_name")}`;
      return [{ what, reason: "unsupported-by-engine", hint: `the twin has no ${text(row, "language")} functions` }];
    }),
  };
}

/** Unqualified names once for each schema of the search path, because definitions are read with an empty one. */
function typeNames({ types, searchPath }: WantedObjects): string[] {
  return types.flatMap(({ schema, name }) =>
    (schema === "" ? searchPath : [schema]).map((one) => `${quoteIdentifier(one)}.${quoteIdentifier(name)}`),
  );
}

function collationOf(row: Row): TwinObject {
  const name = nameOf(row, "collation_name");
  const provider = text(row, "provider") === "i" ? "icu" : "libc";
  const deterministic = bool(row, "is_deterministic") ? "" : ", deterministic = false";
  const options = `provider = ${provider}, locale = ${quoteLiteral(text(row, "locale"))}${deterministic}`;
  return {
    kind: "collation",
    schema: text(row, "schema_name"),
    name,
    ddl: `create collation if not exists ${name} (${options})`,
  };
}

function typeOf(row: Row): TwinObject {
  const name = nameOf(row, "type_name");
  const body = textOrNull(row, "body") ?? "";
  const ddl = {
    e: `create type ${name} as enum (${body})`,
    d: `create domain ${name} as ${body}`,
    c: `create type ${name} as (${body})`,
    r: `create type ${name} as range (${body})`,
  }[text(row, "kind")];
  return { kind: "type", schema: text(row, "schema_name"), name, ddl: ddl ?? "" };
}

function functionOf(row: Row): TwinObject[] {
  const ddl = textOrNull(row, "definition");
  const schema = text(row, "schema_name");
  return ddl === null ? [] : [{ kind: "function", schema, name: nameOf(row, "function_name"), ddl }];
}

function nameOf(row: Row, column: string): string {
  return `${quoteIdentifier(text(row, "schema_name"))}.${quoteIdentifier(text(row, column))}`;
}
