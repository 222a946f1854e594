import type { Gap } from "../../../../model/artifact.ts";
import type { RelationName } from "../../../../model/primitives.ts";
import { quoteIdentifier } from "../../../../sql/identifiers.ts";
import { type StatementNames, statementNames } from "../../../../sql/statement-names.ts";
import { plural } from "../../../../util/units.ts";
import { BLOCKED_RELATIONS } from "../../collectors/fragments.ts";
import { prepareText } from "../../plan/prepare-text.ts";
import { bool, text } from "../../rows.ts";
import type { Query } from "../../session.ts";

/** Object ids of the relations that statements need, with the names of functions and types that they use. */
export interface TouchedRelations {
  /** Decimal text: an oid exceeds int4. */
  readonly oids: readonly string[];
  readonly functions: readonly RelationName[];
  readonly types: readonly RelationName[];
  readonly gaps: readonly Gap[];
}

// Views bring what they read, parents their partitions and children. Another session's exclusive lock would be waited
// for, so that what it holds is left out and named.
const CLOSURE = `
  with recursive blocked as materialized (${BLOCKED_RELATIONS}
  ), touched (oid) as (
    select to_regclass(name)::oid from unnest($1::text[]) name where to_regclass(name) is not null
    union
    select next.oid
      from touched t
     cross join lateral (
           select h.inhrelid from pg_inherits h where h.inhparent = t.oid
            union all
           select d.refobjid
             from pg_rewrite r
             join pg_class v  on v.oid = r.ev_class and v.relkind = 'v'
             join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
                             and d.refclassid = 'pg_class'::regclass and d.refobjid <> r.ev_class
            where r.ev_class = t.oid) next (oid)
  )
  select c.oid::text                as oid,
         n.nspname::text            as schema_name,
         c.relname::text            as relation_name,
         c.relkind::text            as kind,
         b.relation is not null     as is_blocked
    from touched t
    join pg_class c     on c.oid = t.oid
    join pg_namespace n on n.oid = c.relnamespace
    left join blocked b on b.relation = c.oid
   where c.relkind in ('r', 'p', 'm', 'v', 'f')
     and n.nspname not in ('pg_catalog', 'information_schema')
   order by n.nspname, c.relname`;

/** Finds what statements touch. `loadSqlParser` has to be awaited before; names are looked up in the session's path. */
export async function touchedRelations(query: Query, statements: readonly string[]): Promise<TouchedRelations> {
  const parsed = statements.map((statement) => statementNames(prepareText(statement)?.text ?? statement));
  const named = parsed.filter((names) => names !== null);
  const relations = distinct(named, "relations").map(qualified);
  const rows = await query(CLOSURE, [relations]);
  const found = rows.map((row) => ({
    oid: text(row, "oid"),
    name: `${text(row, "schema_name")}.${text(row, "relation_name")}`,
    isForeign: text(row, "kind") === "f",
    isBlocked: bool(row, "is_blocked"),
  }));
  const unparsed = parsed.length - named.length;
  return {
    oids: found.filter(({ isForeign, isBlocked }) => !isForeign && !isBlocked).map(({ oid }) => oid),
    functions: distinct(named, "functions"),
    types: distinct(named, "types"),
    gaps: [
      ...(unparsed === 0 ? [] : [failed(plural(unparsed, "statement"), "the parser does not read the text")]),
      ...found.filter(({ isForeign }) => isForeign).map(({ name }) => failed(name, "foreign tables have no twin")),
      ...found.filter(({ isBlocked }) => isBlocked).map(({ name }) => failed(name, "another session locks it")),
    ],
  };
}

function distinct(all: readonly StatementNames[], kind: keyof StatementNames): RelationName[] {
  const names = new Map(all.flatMap((one) => one[kind]).map((name) => [qualified(name), name]));
  return [...names.keys()].sort().flatMap((key) => names.get(key) ?? []);
}

function qualified({ schema, name }: RelationName): string {
  return schema === "" ? quoteIdentifier(name) : `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

function failed(what: string, hint: string): Gap {
  return { what, reason: "failed", hint };
}
