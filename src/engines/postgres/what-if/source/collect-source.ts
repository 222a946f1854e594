import type { PostgresSession } from "../../session.ts";
import type { TwinSource } from "../twin-source.ts";
import { collectConstraints, collectIndexes } from "./indexes.ts";
import { collectObjects } from "./objects.ts";
import { collectRelations } from "./relations.ts";
import { collectExtensions, collectSearchPath, collectServer, collectSettings } from "./settings.ts";
import { collectStatistics } from "./statistics.ts";
import { touchedRelations } from "./touched-relations.ts";

// Definitions then qualify every name, and values are written in a form that no setting of the reader changes.
const PLAIN_OUTPUT = `
  select set_config('search_path', '', true),
         set_config('datestyle', 'ISO, MDY', true),
         set_config('intervalstyle', 'postgres', true),
         set_config('extra_float_digits', '1', true),
         set_config('bytea_output', 'hex', true)`;

/**
 * Reads what a twin needs for some statements, in one read-only transaction. `loadSqlParser` has to be awaited before.
 * Throws where the server refuses the catalogue; what a role may not see of it is a gap.
 */
export async function collectTwinSource(
  session: Pick<PostgresSession, "majorVersion" | "transaction">,
  statements: readonly string[],
): Promise<TwinSource> {
  const { majorVersion } = session;
  return session.transaction(async (query) => {
    const searchPath = await collectSearchPath(query);
    const settings = await collectSettings(query);
    const touched = await touchedRelations(query, statements);
    const { oids, functions, types } = touched;
    await query(PLAIN_OUTPUT);
    const { relations, gaps: relationGaps } = await collectRelations(query, majorVersion, oids);
    const wanted = { oids, functions, types, searchPath };
    const { objects, gaps: objectGaps } = await collectObjects(query, majorVersion, wanted);
    const { gaps: statisticsGaps, ...statistics } = await collectStatistics(query, majorVersion, oids);
    return {
      server: await collectServer(query, majorVersion),
      settings,
      searchPath,
      extensions: await collectExtensions(query),
      objects,
      relations,
      indexes: await collectIndexes(query, majorVersion, oids),
      constraints: await collectConstraints(query, oids),
      ...statistics,
      gaps: [...touched.gaps, ...relationGaps, ...objectGaps, ...statisticsGaps],
    };
  });
}
