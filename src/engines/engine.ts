import type { AbsenceReason, ArtifactResult, Gap } from "../model/artifact.ts";
import type { ArtifactName, Artifacts, ArtifactTypes } from "../model/capture.ts";
import type { PlanNode } from "../model/plan.ts";
import type { EngineId, Int8Text, IsoTime, RelationName, Target } from "../model/primitives.ts";
import type { Action } from "../model/recommendation.ts";
import type { CaptureNotice } from "../model/server.ts";

/** The process environment as a value: engines never read the process themselves. */
export interface Environment {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string;
  readonly userName: string;
}

/** Where to connect, before defaults of the environment are filled in. */
export interface TargetSpec {
  /** Name under `targets` in the configuration, null for a target given on the command line. */
  readonly name: string | null;
  /** Null: the environment alone says where (PGHOST, PGSERVICE…). */
  readonly url: string | null;
  /** Shell command that prints the password. */
  readonly passwordCommand: string | null;
  /** Role to take on (`set local role`) in each transaction. */
  readonly role: string | null;
  readonly writable: boolean;
}

export interface ConnectOptions {
  readonly environment: Environment;
  /** Limit of one statement on the server, in milliseconds. */
  readonly statementTimeoutMs: number;
}

/** A read-only session. Every read runs in a transaction of its own that is rolled back. */
export interface Session {
  readonly target: Target;
  readonly majorVersion: number;
  readonly notices: readonly CaptureNotice[];
  close(): Promise<void>;
}

/** A session that may write: for demo, drills and verification, handed out by `openWritable` alone. */
export interface WritableSession {
  /** Runs one statement outside a transaction; parameters are `$1`… */
  execute(sql: string, parameters?: readonly unknown[]): Promise<readonly Readonly<Record<string, unknown>>[]>;
  close(): Promise<void>;
}

/** What a collector may be asked to do, and what is known before it runs. */
export interface CollectContext {
  /** Number of statements whose plan is asked for; 0 = none. */
  readonly explainTop: number;
  readonly allDatabases: boolean;
  readonly keepLiterals: boolean;
  /** Texts that the store has of this life of the server, by query id: they are not fetched again. */
  readonly knownQueries: (serverStartedAt: IsoTime | null) => ReadonlyMap<Int8Text, string>;
  /** What earlier collectors of this run brought back. */
  readonly collected: Partial<Artifacts>;
}

/** Reads one artifact. It never throws for what it may not see: it returns `absent` with a hint, or gaps. */
export interface Collector<S extends Session, K extends ArtifactName> {
  readonly artifact: K;
  collect(session: S, context: CollectContext): Promise<ArtifactResult<ArtifactTypes[K]>>;
}

/** Any one collector of a session type, with artifact and value still tied together. */
export type AnyCollector<S extends Session> = { readonly [K in ArtifactName]: Collector<S, K> }[ArtifactName];

/** An index that exists for a what-if evaluator alone. */
export interface WhatIfIndex {
  /** Names it to the evaluator that defined it. */
  readonly key: string;
  readonly sizeBytes: number;
  /** `formula`: from statistics, some per cent off; `rough`: a rule of thumb. */
  readonly sizeBasis: "formula" | "rough";
}

/** A set of indexes to plan with. */
export interface IndexChange {
  readonly added: readonly WhatIfIndex[];
  /** Indexes of the target that are to be looked away from. */
  readonly removed: readonly RelationName[];
}

export type WhatIfPlan =
  | { readonly status: "planned"; readonly root: PlanNode }
  | { readonly status: "refused"; readonly because: string };

/** Plans statements as if indexes existed that do not, and as if others did not. Nothing of the target is changed. */
export interface WhatIf {
  /** What it does not know of the target: advice that depends on it is marked down. */
  readonly gaps: readonly Gap[];
  /** Takes a `create index` statement, without `concurrently`. The index counts only where a change names it. */
  define(ddl: string): Promise<WhatIfIndex | { readonly refused: string }>;
  plan(statement: string, change: IndexChange): Promise<WhatIfPlan>;
  close(): Promise<void>;
}

/** Turns an action into text that a person can paste. */
export interface Ddl {
  /** Statements with a full stop each (`;`); null where the action has none. */
  render(action: Action): string | null;
}

/** A managed host or `self`, with the script that makes a least-privilege role there. */
export interface SetupHost {
  readonly id: string;
  readonly name: string;
  script(options: { readonly role: string; readonly database: string }): string;
}

export interface Engine {
  readonly id: EngineId;
  readonly name: string;
  /** URL schemes without colon. */
  readonly schemes: readonly string[];
  /** True when the environment alone names a target of this engine. */
  isNamedBy(environment: Environment): boolean;
  /** Opens a session and collects through it. Throws DbperfError when there is no session. */
  open(spec: TargetSpec, options: ConnectOptions): Promise<OpenEngine>;
  openWritable(spec: TargetSpec, options: ConnectOptions): Promise<WritableSession>;
  readonly ddl: Ddl;
  readonly setupHosts: readonly SetupHost[];
  /** Artifacts whose absence makes a run partial (exit 4). */
  readonly coreArtifacts: readonly ArtifactName[];
}

/** An open session together with the collectors that know its type. */
export interface OpenEngine {
  readonly session: Session;
  /** Runs every collector in order; `onProgress` is told the artifact that comes next. */
  collect(context: Omit<CollectContext, "collected">, onProgress: (artifact: ArtifactName) => void): Promise<Artifacts>;
}

export function present<T>(value: T, source: string, gaps: readonly Gap[] = []): ArtifactResult<T> {
  return { status: "present", value, source, gaps };
}

export function absent(
  reason: AbsenceReason,
  hint: string,
): { readonly status: "absent"; readonly reason: AbsenceReason; readonly hint: string } {
  return { status: "absent", reason, hint };
}
