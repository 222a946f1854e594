import type { ArtifactResult } from "../model/artifact.ts";
import type { Artifacts } from "../model/capture.ts";

/** Every artifact as absent for one reason: what was read is put over it. */
export function nothingRead(absence: ArtifactResult<never>): Artifacts {
  return {
    server: absence,
    settings: absence,
    statements: absence,
    tables: absence,
    indexes: absence,
    constraints: absence,
    tableStatistics: absence,
    columnStatistics: absence,
    sessions: absence,
    lockWaits: absence,
    databaseCounters: absence,
    plans: absence,
    log: absence,
    queryLoops: absence,
  };
}
