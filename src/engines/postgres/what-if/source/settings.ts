import { int, text, textArray } from "../../rows.ts";
import type { Query } from "../../session.ts";
import type { TwinExtension, TwinServer, TwinSetting } from "../twin-source.ts";

/** What the planner reads beside the settings of the category "Query Tuning". */
const OTHER_SETTINGS = [
  "work_mem",
  "hash_mem_multiplier",
  "max_parallel_workers_per_gather",
  "parallel_leader_participation",
  "DateStyle",
  "IntervalStyle",
  "TimeZone",
  "default_text_search_config",
  "transform_null_equals",
];

const SETTINGS = `
  select s.name, s.setting
    from pg_settings s
   where s.category like 'Query Tuning%' or s.name = any ($1::text[])
   order by s.name`;

const SEARCH_PATH = "select current_schemas(false)::text[] as schemas";

const EXTENSIONS = `
  select e.extname::text as name, n.nspname::text as schema_name
    from pg_extension e
    join pg_namespace n on n.oid = e.extnamespace
   where e.extname <> 'plpgsql'
   order by e.extname`;

// ICU and the built-in provider came to databases in 15 and 17, and the column's name changed with the latter.
const collationSql = (majorVersion: number): string => `
  select current_setting('server_version_num')::int4 as version_number,
         ${majorVersion >= 15 ? "d.datlocprovider::text" : "'c'"} as provider,
         ${localeColumn(majorVersion)} as locale
    from pg_database d
   where d.datname = current_database()`;

function localeColumn(majorVersion: number): string {
  if (majorVersion >= 17) return "coalesce(d.datlocale, d.datcollate)::text";
  return majorVersion >= 15 ? "coalesce(d.daticulocale, d.datcollate)::text" : "d.datcollate::text";
}

export async function collectSettings(query: Query): Promise<readonly TwinSetting[]> {
  const rows = await query(SETTINGS, [OTHER_SETTINGS]);
  return rows.map((row) => ({ name: text(row, "name"), setting: text(row, "setting") }));
}

/** To be asked before the session's own search path is changed. */
export async function collectSearchPath(query: Query): Promise<readonly string[]> {
  const [row] = await query(SEARCH_PATH);
  return row === undefined ? [] : textArray(row, "schemas");
}

export async function collectExtensions(query: Query): Promise<readonly TwinExtension[]> {
  return (await query(EXTENSIONS)).map((row) => ({ name: text(row, "name"), schema: text(row, "schema_name") }));
}

export async function collectServer(query: Query, majorVersion: number): Promise<TwinServer> {
  const [row] = await query(collationSql(majorVersion));
  if (row === undefined) throw new Error("the server does not know its own database");
  const collation = { provider: text(row, "provider"), locale: text(row, "locale") };
  return { versionNumber: int(row, "version_number"), collation };
}
