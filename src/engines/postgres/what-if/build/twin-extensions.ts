import type { Extension } from "@electric-sql/pglite";
import type { Gap } from "../../../../model/artifact.ts";
import type { TwinExtension } from "../twin-source.ts";

type Loader = () => Promise<Extension>;

const LOADERS: Readonly<Record<string, Loader>> = {
  bloom: async () => (await import("@electric-sql/pglite/contrib/bloom")).bloom,
  btree_gin: async () => (await import("@electric-sql/pglite/contrib/btree_gin")).btree_gin,
  btree_gist: async () => (await import("@electric-sql/pglite/contrib/btree_gist")).btree_gist,
  citext: async () => (await import("@electric-sql/pglite/contrib/citext")).citext,
  cube: async () => (await import("@electric-sql/pglite/contrib/cube")).cube,
  earthdistance: async () => (await import("@electric-sql/pglite/contrib/earthdistance")).earthdistance,
  fuzzystrmatch: async () => (await import("@electric-sql/pglite/contrib/fuzzystrmatch")).fuzzystrmatch,
  hstore: async () => (await import("@electric-sql/pglite/contrib/hstore")).hstore,
  intarray: async () => (await import("@electric-sql/pglite/contrib/intarray")).intarray,
  isn: async () => (await import("@electric-sql/pglite/contrib/isn")).isn,
  ltree: async () => (await import("@electric-sql/pglite/contrib/ltree")).ltree,
  pg_trgm: async () => (await import("@electric-sql/pglite/contrib/pg_trgm")).pg_trgm,
  pgcrypto: async () => (await import("@electric-sql/pglite/contrib/pgcrypto")).pgcrypto,
  seg: async () => (await import("@electric-sql/pglite/contrib/seg")).seg,
  tablefunc: async () => (await import("@electric-sql/pglite/contrib/tablefunc")).tablefunc,
  unaccent: async () => (await import("@electric-sql/pglite/contrib/unaccent")).unaccent,
  "uuid-ossp": async () => (await import("@electric-sql/pglite/contrib/uuid_ossp")).uuid_ossp,
};

/** Extensions that bring nothing which an application's statement is planned with. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set([
  "amcheck",
  "auto_explain",
  "dblink",
  "hypopg",
  "pageinspect",
  "pg_buffercache",
  "pg_cron",
  "pg_freespacemap",
  "pg_prewarm",
  "pg_repack",
  "pg_stat_kcache",
  "pg_stat_statements",
  "pg_visibility",
  "pg_wait_sampling",
  "pg_walinspect",
  "pgaudit",
  "pgrowlocks",
  "pgstattuple",
  "plpgsql",
  "sslinfo",
]);

export interface LoadedExtensions {
  readonly loaded: Readonly<Record<string, Extension>>;
  /** Those of the target that the twin can create, with their schemas. */
  readonly creatable: readonly TwinExtension[];
  readonly gaps: readonly Gap[];
}

/** Loads what the twin has of the target's extensions; any other that statements may need is a gap. */
export async function loadExtensions(wanted: readonly TwinExtension[]): Promise<LoadedExtensions> {
  const relevant = wanted.filter(({ name }) => !WITHOUT_EFFECT.has(name));
  const creatable = relevant.filter(({ name }) => LOADERS[name] !== undefined);
  const loaded: Record<string, Extension> = {};
  for (const { name } of creatable) {
    const load = LOADERS[name];
    if (load !== undefined) loaded[name] = await load();
  }
  return {
    loaded,
    creatable,
    gaps: relevant
      .filter(({ name }) => LOADERS[name] === undefined)
      .map(({ name }) => ({
        what: `extension ${name}`,
        reason: "unsupported-by-engine",
        hint: "the twin has no such extension: statements that use it have no plan there",
      })),
  };
}
