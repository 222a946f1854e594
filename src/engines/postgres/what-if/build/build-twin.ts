import type { PGlite } from "@electric-sql/pglite";
import type { Gap } from "../../../../model/artifact.ts";
import { quoteIdentifier } from "../../../../sql/identifiers.ts";
import type { TwinSource } from "../twin-source.ts";
import { type Cluster, startCluster } from "./cluster.ts";
import { type Definition, twinDefinitions } from "./definitions.ts";
import { applySettings } from "./planner-settings.ts";
import { setSizes, sizedRelations } from "./relation-sizes.ts";
import { restoreColumnStatistics, restoreExtendedStatistics } from "./restore-statistics.ts";
import { loadExtensions } from "./twin-extensions.ts";

/** A cluster with a target's schema, statistics and sizes. */
export interface BuiltTwin {
  readonly cluster: Cluster;
  /** What of the source is not in it. */
  readonly gaps: readonly Gap[];
}

// Parallel index builds would have the planner look at indexes that have no size yet.
const BUILD_SETTINGS = `
  set allow_system_table_mods = on;
  set check_function_bodies = off;
  set max_parallel_maintenance_workers = 0;
  set client_min_messages = warning;
  set search_path = ''`;

/** Builds the twin of a source. Throws where PGlite does not start; the caller closes the cluster. */
export async function buildTwin(source: TwinSource): Promise<BuiltTwin> {
  const extensions = await loadExtensions(source.extensions);
  const cluster = await startCluster(source.server.collation, extensions.loaded);
  try {
    const { database } = cluster;
    await database.exec(BUILD_SETTINGS);
    const failed: Gap[] = [...extensions.gaps];
    for (const { name, schema } of extensions.creatable) {
      const place = schema === "pg_catalog" ? "" : ` schema ${quoteIdentifier(schema)}`;
      if (place !== "") await database.exec(`create schema if not exists ${quoteIdentifier(schema)}`);
      const ddl = `create extension if not exists ${quoteIdentifier(name)}${place} cascade`;
      failed.push(...(await defineAll(database, [{ what: `extension ${name}`, ddl }])));
    }
    for (const group of twinDefinitions(source)) failed.push(...(await defineAll(database, group)));
    failed.push(...(await restoreColumnStatistics(database, source.columnStatistics)));
    failed.push(...(await restoreExtendedStatistics(database, source.extendedStatistics)));
    await setSizes(cluster, sizedRelations(source));
    await applySettings(database, source);
    return { cluster, gaps: failed };
  } catch (error) {
    await cluster.close();
    throw error;
  }
}

/** Makes what can be made, again and again until nothing more can: within a group one may need another. */
async function defineAll(database: PGlite, definitions: readonly Definition[]): Promise<readonly Gap[]> {
  let open = definitions;
  for (;;) {
    const failed: { readonly definition: Definition; readonly because: string }[] = [];
    for (const definition of open) {
      const because = await refusal(database, definition.ddl);
      if (because !== null) failed.push({ definition, because });
    }
    if (failed.length === 0 || failed.length === open.length) {
      return failed.map(({ definition, because }) => ({ what: definition.what, reason: "failed", hint: because }));
    }
    open = failed.map(({ definition }) => definition);
  }
}

async function refusal(database: PGlite, ddl: string): Promise<string | null> {
  try {
    await database.exec(ddl);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
