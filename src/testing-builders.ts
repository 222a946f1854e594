/** Builders of everything that a rule reads; each takes the fields that matter to a test and fills in the rest. */
import type { ArtifactResult, Artifacts, ArtifactTypes } from "../rule.ts";

export { CAPTURED_AT, hoursAgo, relation } from "./testing/basics.ts";
export * from "./testing/catalog.ts";
export * from "./testing/server.ts";
export * from "./testing/statements.ts";

/** The given artifacts as present, every other one as absent because it was not requested. */
export function artifacts(values: Partial<ArtifactTypes>): Artifacts {
  return {
    server: result(values.server),
    settings: result(values.settings),
    statements: result(values.statements),
    tables: result(values.tables),
    indexes: result(values.indexes),
    constraints: result(values.constraints),
    tableStatistics: result(values.tableStatistics),
    columnStatistics: result(values.columnStatistics),
    sessions: result(values.sessions),
    lockWaits: result(values.lockWaits),
    databaseCounters: result(values.databaseCounters),
    plans: result(values.plans),
  };
}

function result<T>(value: T | undefined): ArtifactResult<T> {
  if (value === undefined) return { status: "absent", reason: "not-requested", hint: "not part of this test" };
  return { status: "present", value, source: "test", gaps: [] };
}
