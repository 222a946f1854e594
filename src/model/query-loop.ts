import type { LoggedStatement } from "./log.ts";
import type { EngineId, IsoTime } from "./primitives.ts";

/**
 * How executions are known to belong to one unit of work. `trace`: a trace, request or test that its own events name;
 * `transaction`: an explicit transaction of one session; `stitched`: a run over the sessions of one pool, put together
 * by time; `aggregate`: only the ratio of calls says so.
 */
export type ScopeClass = "trace" | "transaction" | "stitched" | "aggregate";

/** The line of the program that sent a statement: the first frame that is the program's own. */
export interface CallSite {
  /** As the program's sources name it, relative to where it was started. */
  readonly file: string;
  /** From 1 on. */
  readonly line: number;
  readonly column: number | null;
  readonly functionName: string | null;
}

/** Libraries that write SQL and can be told from what they send or from the stack. */
export type OrmId = "sequelize" | "typeorm" | "prisma" | "drizzle" | "mikro-orm" | "objection" | "knex";

/** What a loop does again and again. */
export type LoopKind = "n-plus-one" | "redundant-query" | "row-by-row-write";

/** One run of a loop. */
export interface LoopRun {
  readonly from: IsoTime;
  readonly to: IsoTime;
  /** Executions of the repeated statement, of a cycle those of its first one. */
  readonly count: number;
  /** Time of all repeats together. */
  readonly totalMs: number;
}

/** A line of the timeline of one run: equal statements that follow one another are one step. */
export interface LoopStep {
  /** Since the source statement, or the first repeat, began. */
  readonly offsetMs: number;
  readonly durationMs: number;
  readonly count: number;
  readonly statement: LoggedStatement;
}

/** One loop of the program, all its runs together. */
export interface QueryLoop {
  readonly kind: LoopKind;
  readonly scopeClass: ScopeClass;
  /** Route, test or job; null where nothing names it. */
  readonly route: string | null;
  readonly application: string | null;
  /** The statement whose rows were looped over; null where none was seen. */
  readonly source: LoggedStatement | null;
  /** What was repeated, in order: one statement, or a cycle of up to eight. */
  readonly repeated: readonly LoggedStatement[];
  readonly orm: OrmId | null;
  /** Where the repeated statement was sent from. */
  readonly callSite: CallSite | null;
  readonly runs: number;
  /** Repeats of all runs, of a cycle all its statements. */
  readonly executions: number;
  /** Of one run; of an aggregate both are the mean, rounded down. */
  readonly fewest: number;
  readonly most: number;
  /** Executions that one batched statement a run would save. */
  readonly callsSaved: number;
  /** Their time in the database: an upper bound, since the batched statement still does the work. */
  readonly savedMs: number;
  /** Runs with the most repeats, in order of time. */
  readonly listed: readonly LoopRun[];
  readonly timeline: readonly LoopStep[];
  /** Rows that the source statement returned in the run of the timeline, of an aggregate in all runs; null where they are not known. */
  readonly sourceRows: number | null;
  /**
   * How likely so many repeats so close together are at the rate of other times, of the likeliest run; of an aggregate, that
   * some calls come so close to the rows of a source. Null where the scope itself is the proof.
   */
  readonly chance: number | null;
}

/** A transaction that sends many small statements and waits for its client in between. */
export interface ChattyTransaction {
  readonly scopeClass: "trace" | "transaction";
  readonly route: string | null;
  readonly application: string | null;
  /** What it runs, in order, each class once. */
  readonly statements: readonly LoggedStatement[];
  readonly runs: number;
  readonly executions: number;
  readonly durationMs: number;
  /** Part of it in which no statement ran. */
  readonly idleMs: number;
  readonly callSite: CallSite | null;
  readonly listed: readonly LoopRun[];
}

/** A join that returns the same entity over and over: rows of several has-many relations multiply. */
export interface WideJoin {
  readonly statement: LoggedStatement;
  readonly route: string | null;
  readonly application: string | null;
  readonly executions: number;
  /** Rows of all executions, and the distinct entities among them; entities null where only a limit says so. */
  readonly rows: number;
  readonly entities: number | null;
  readonly orm: OrmId | null;
  readonly callSite: CallSite | null;
  readonly listed: readonly LoopRun[];
}

/** Scopes of one class that were looked at. */
export interface ScopeCount {
  readonly scopeClass: ScopeClass;
  readonly scopes: number;
  readonly executions: number;
}

/** What the order of statements within scopes shows. */
export interface QueryLoops {
  readonly source: "run" | "traces" | "log";
  /** Null where several engines were seen, or none. */
  readonly engine: EngineId | null;
  readonly scopes: readonly ScopeCount[];
  readonly loops: readonly QueryLoop[];
  readonly transactions: readonly ChattyTransaction[];
  readonly joins: readonly WideJoin[];
}
