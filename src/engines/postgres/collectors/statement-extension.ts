import type { IsoTime } from "../../../model/primitives.ts";
import { quoteIdentifier, quoteLiteral } from "../../../sql/identifiers.ts";
import { absent } from "../../engine.ts";
import { bool, isoTime, text, textOrNull } from "../rows.ts";
import type { PostgresSession, Row } from "../session.ts";
import { grantMonitor } from "./grants.ts";

/** What is known of pg_stat_statements before it is read. */
export interface StatementExtension {
  /** Null: not installed in this database. */
  readonly version: string | null;
  /** Quoted schema of the extension's objects. */
  readonly schema: string;
  /** The role may use that schema. */
  readonly mayUseSchema: boolean;
  /** The library answers in this server. */
  readonly isLoaded: boolean;
  /** Null where the role may not see it. */
  readonly preloadedLibraries: string | null;
  readonly database: string;
  readonly now: IsoTime;
  readonly timesBlocks: boolean;
  readonly computesQueryIds: boolean;
  readonly tracks: boolean;
}

// The parameters of a library are listed only where it is loaded.
const STATEMENT_EXTENSION = `
  select current_database()::text                                                        as database,
         now()                                                                           as now,
         e.extversion                                                                    as version,
         n.nspname::text                                                                 as schema_name,
         coalesce(has_schema_privilege(n.oid, 'usage'), true)                            as may_use_schema,
         exists (select from pg_settings where name = 'pg_stat_statements.max')          as is_loaded,
         (select s.setting from pg_settings s where s.name = 'shared_preload_libraries') as preloaded_libraries,
         current_setting('track_io_timing')::bool                                        as times_blocks,
         coalesce(current_setting('compute_query_id', true), 'auto') <> 'off'            as computes_query_ids,
         coalesce(current_setting('pg_stat_statements.track', true), 'top') <> 'none'    as tracks
    from (select) one
    left join pg_extension e on e.extname = 'pg_stat_statements'
    left join pg_namespace n on n.oid = e.extnamespace`;

/** Looks for the extension in whatever schema it lives. */
export async function findStatementExtension(session: PostgresSession): Promise<StatementExtension> {
  const [found] = await session.read(STATEMENT_EXTENSION, [], extensionFromRow);
  if (found === undefined) throw new Error("the server did not answer where pg_stat_statements is");
  return found;
}

function extensionFromRow(row: Row): StatementExtension {
  return {
    version: textOrNull(row, "version"),
    schema: quoteIdentifier(textOrNull(row, "schema_name") ?? "public"),
    mayUseSchema: bool(row, "may_use_schema"),
    isLoaded: bool(row, "is_loaded"),
    preloadedLibraries: textOrNull(row, "preloaded_libraries"),
    database: text(row, "database"),
    now: isoTime(row, "now"),
    timesBlocks: bool(row, "times_blocks"),
    computesQueryIds: bool(row, "computes_query_ids"),
    tracks: bool(row, "tracks"),
  };
}

/** Why statements cannot be read, with the lines that change it; null where they can. */
export function statementsAbsence(
  extension: StatementExtension,
  session: Pick<PostgresSession, "target">,
): ReturnType<typeof absent> | null {
  const create = "create extension pg_stat_statements;";
  if (extension.version === null) {
    return absent("extension-missing", extension.isLoaded ? create : `${preloadHint(extension)}\n${create}`);
  }
  if (!extension.isLoaded) return notLoaded(extension);
  if (extension.mayUseSchema) return null;
  const usage = `grant usage on schema ${extension.schema} to ${quoteIdentifier(session.target.user)};`;
  return absent("permission-denied", `${usage}\n${grantMonitor(session)}`);
}

export function notLoaded(extension: StatementExtension): ReturnType<typeof absent> {
  return absent("setting-off", preloadHint(extension));
}

/** The line that turns collection on where the library is loaded but told to be quiet; null where it is not. */
export function collectionOffHint({ computesQueryIds, tracks }: StatementExtension): string | null {
  if (!computesQueryIds) return "alter system set compute_query_id = 'auto'; select pg_reload_conf();";
  if (!tracks) return "alter system set pg_stat_statements.track = 'top'; select pg_reload_conf();";
  return null;
}

/** Each library is a literal of its own: ALTER SYSTEM takes `'a,b'` for the name of one library and breaks the start. */
function preloadHint({ preloadedLibraries }: StatementExtension): string {
  const restart = "-- then restart the server";
  if (preloadedLibraries === null) {
    return `alter system set shared_preload_libraries = pg_stat_statements; -- add to the list that is there\n${restart}`;
  }
  const present = preloadedLibraries.split(",").map((name) => name.trim().replace(/^"(.*)"$/, "$1"));
  const libraries = [...present.filter((name) => name !== "" && name !== "pg_stat_statements"), "pg_stat_statements"];
  return `alter system set shared_preload_libraries = ${libraries.map((name) => quoteLiteral(name).trim()).join(", ")};\n${restart}`;
}
