import type { ConnectionCapacity, LockWait, SessionState } from "./contention.ts";
import type { Finding } from "./finding.ts";
import type { Deadlock, LoggedError, LoggedLockWait, LogInput, StatementLogFacts } from "./log.ts";
import type { PlanNode, PlanRepair } from "./plan.ts";
import type { EngineId, Int8Text, IsoTime, Target, ToolInfo, Window } from "./primitives.ts";
import type { Recommendation } from "./recommendation.ts";
import type { CaptureNotice, DatabaseCounters, NotCheckedItem } from "./server.ts";
import type { DatabaseShare, StatementCounters, StatementKind } from "./statement.ts";

/** How one rule ended. Silence means `ran` with `findings: 0`. */
export type RuleOutcome =
  | { readonly ruleId: string; readonly status: "ran"; readonly findings: number }
  | { readonly ruleId: string; readonly status: "skipped"; readonly because: string }
  | { readonly ruleId: string; readonly status: "crashed"; readonly error: string };

export interface StatementItem extends StatementCounters {
  readonly fingerprint: string;
  readonly kind: StatementKind;
  readonly query: string;
  readonly queryIds: readonly Int8Text[];
  /** Empty where a log does not name it. */
  readonly database: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Share of the database's statement time, 0 to 1. */
  readonly share: number;
  readonly callsPerHour: number | null;
  readonly plan: {
    readonly root: PlanNode;
    readonly source: string;
    readonly repairs: readonly PlanRepair[];
  } | null;
  readonly log?: StatementLogFacts;
}

export interface StatementSummary {
  /** All statements of the analyzed database, listed or not. */
  readonly calls: number;
  readonly totalMs: number;
  /** Number of statement classes seen; `items` holds the top ones. */
  readonly classes: number;
  readonly items: readonly StatementItem[];
  readonly databases: readonly DatabaseShare[];
  readonly own: { readonly calls: number; readonly totalMs: number };
  readonly hidden: { readonly calls: number; readonly totalMs: number };
  readonly evictions: number | null;
}

/** What was read: a database, or a capture of one. The same for both, so that a replay prints the same report. */
export interface CaptureInput {
  readonly kind: "capture";
  readonly capturedFrom: IsoTime;
  readonly capturedTo: IsoTime;
  /** The logs that were read beside the database. */
  readonly log?: LogInput;
}

/** Logs alone; the times are those of the first and last event. */
export interface LogsInput extends LogInput {
  readonly kind: "log";
  /** Null where only an application's log was read, which does not show it. */
  readonly engine: EngineId | null;
  readonly capturedFrom: IsoTime;
  readonly capturedTo: IsoTime;
}

/** What a program, or its traces, sent; the times are those of the first and last statement. */
export interface ScopesInput {
  readonly kind: "run" | "traces";
  /** Null where several engines were seen, or none. */
  readonly engine: EngineId | null;
  readonly capturedFrom: IsoTime;
  readonly capturedTo: IsoTime;
}

export type AnalysisInput = CaptureInput | LogsInput | ScopesInput;

export interface AnalyzedServer {
  readonly version: string;
  readonly majorVersion: number;
  readonly startedAt: IsoTime | null;
  readonly isStandby: boolean;
  readonly standbyCount: number | null;
  readonly role: string;
  readonly pooler: string | null;
}

export interface ConnectionSummary {
  readonly capacity: ConnectionCapacity;
  readonly byState: readonly { readonly state: SessionState; readonly count: number }[];
}

/** The one shape of every JSON report; what a command does not have is absent. */
export interface Analysis {
  readonly schemaVersion: 1;
  readonly tool: ToolInfo;
  /** Absent where logs alone were read. */
  readonly target?: Target;
  readonly input: AnalysisInput;
  readonly window: Window;
  readonly server?: AnalyzedServer;
  readonly notices: readonly CaptureNotice[];
  readonly statements?: StatementSummary;
  readonly findings: readonly Finding[];
  readonly recommendations: readonly Recommendation[];
  readonly outcomes: readonly RuleOutcome[];
  readonly notChecked: readonly NotCheckedItem[];
  readonly locks?: readonly LockWait[];
  /** Waits that the logs tell of, longest first. */
  readonly lockWaits?: readonly LoggedLockWait[];
  readonly deadlocks?: readonly Deadlock[];
  readonly errors?: readonly LoggedError[];
  readonly connections?: ConnectionSummary;
  readonly database?: DatabaseCounters;
}
