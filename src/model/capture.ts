import type { ArtifactResult } from "./artifact.ts";
import type { ColumnStatistic, Constraint, Index, Table, TableStatistic } from "./catalog.ts";
import type { LockWait, Sessions } from "./contention.ts";
import type { LogFacts } from "./log.ts";
import type { StatementPlans } from "./plan.ts";
import type { IsoTime, Target, ToolInfo } from "./primitives.ts";
import type { QueryLoops } from "./query-loop.ts";
import type { CaptureNotice, DatabaseCounters, ServerInfo, Settings } from "./server.ts";
import type { StatementStatistics } from "./statement.ts";

/** Every artifact by name, with the type of its value. */
export interface ArtifactTypes {
  readonly server: ServerInfo;
  readonly settings: Settings;
  readonly statements: StatementStatistics;
  readonly tables: readonly Table[];
  readonly indexes: readonly Index[];
  readonly constraints: readonly Constraint[];
  readonly tableStatistics: readonly TableStatistic[];
  readonly columnStatistics: readonly ColumnStatistic[];
  readonly sessions: Sessions;
  readonly lockWaits: readonly LockWait[];
  readonly databaseCounters: DatabaseCounters;
  readonly plans: StatementPlans;
  readonly log: LogFacts;
  readonly queryLoops: QueryLoops;
}

export type ArtifactName = keyof ArtifactTypes;

export type Artifacts = { readonly [K in ArtifactName]: ArtifactResult<ArtifactTypes[K]> };

/** All that was read from one target, or from logs alone, at one time. Plain JSON; redacted before it is built. */
export interface Capture {
  readonly kind: "dbperf-capture";
  readonly schemaVersion: 1;
  readonly tool: ToolInfo;
  /** Null where only logs were read, which do not say whose they are. */
  readonly target: Target | null;
  readonly startedAt: IsoTime;
  readonly finishedAt: IsoTime;
  readonly notices: readonly CaptureNotice[];
  readonly artifacts: Artifacts;
}
