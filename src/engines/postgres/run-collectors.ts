import type { ArtifactName, Artifacts } from "../../model/capture.ts";
import { type AnyCollector, absent, type CollectContext } from "../engine.ts";
import { grantMonitor } from "./collectors/grants.ts";
import { absenceOf } from "./errors.ts";
import type { PostgresSession } from "./session.ts";

const NOT_COLLECTED = absent("unsupported-by-engine", "dbperf does not read this from PostgreSQL.");

/** Every artifact by name, so that one without a collector is absent rather than undefined. */
const NOTHING: Artifacts = {
  server: NOT_COLLECTED,
  settings: NOT_COLLECTED,
  statements: NOT_COLLECTED,
  tables: NOT_COLLECTED,
  indexes: NOT_COLLECTED,
  constraints: NOT_COLLECTED,
  tableStatistics: NOT_COLLECTED,
  columnStatistics: NOT_COLLECTED,
  sessions: NOT_COLLECTED,
  lockWaits: NOT_COLLECTED,
  databaseCounters: NOT_COLLECTED,
  plans: NOT_COLLECTED,
  log: absent("not-requested", "dbperf analyze TARGET --log FILE"),
  queryLoops: absent("not-requested", "dbperf run -- COMMAND, or dbperf traces FILE"),
};

/** Runs the collectors in order. What one throws becomes its absence: it never ends the run. */
export async function runCollectors(
  collectors: readonly AnyCollector<PostgresSession>[],
  session: PostgresSession,
  context: Omit<CollectContext, "collected">,
  onProgress: (artifact: ArtifactName) => void,
): Promise<Artifacts> {
  let collected: Partial<Artifacts> = {};
  for (const collector of collectors) {
    onProgress(collector.artifact);
    collected = { ...collected, [collector.artifact]: await collectOne(collector, session, { ...context, collected }) };
  }
  return { ...NOTHING, ...collected };
}

async function collectOne(
  collector: AnyCollector<PostgresSession>,
  session: PostgresSession,
  context: CollectContext,
): Promise<Artifacts[ArtifactName]> {
  try {
    return await collector.collect(session, context);
  } catch (error) {
    return absenceOf(error, grantMonitor(session));
  }
}
