import type { PlanNode } from "./plan.ts";
import type { EngineId, Fingerprint, IsoTime, Window } from "./primitives.ts";

/** How a log file is written down. */
export type LogFormatId =
  | "postgres-stderr"
  | "postgres-csv"
  | "postgres-json"
  | "mysql-slow"
  | "innodb-status"
  | "application";

/** What a log was wrapped in by whatever collected it; null for a file as the server wrote it. */
export type LogWrap = "syslog" | "cloudsql" | "cnpg" | "heroku" | null;

export interface LogFile {
  /** As it was given on the command line; `-` for standard input. */
  readonly path: string;
  /** Bytes of the text, after decompression. */
  readonly bytes: number;
  readonly lines: number;
  readonly compression: "gzip" | "zstd" | "xz" | null;
}

/** The `log_line_prefix` that a log of PostgreSQL was read with. */
export interface LogPrefix {
  readonly text: string;
  readonly origin: "given" | "server" | "detected";
  /** Share of the log's lines, continuation lines aside, that the prefix matched; 0 to 1. */
  readonly matchedShare: number;
}

/** A stretch of lines that is no event. */
export interface UnparsedExample {
  readonly file: string;
  /** Number of the first line, from 1 on. */
  readonly line: number;
  readonly bytes: number;
  /** Why it is no event, as a clause: `it does not begin with the prefix`. */
  readonly reason: string;
}

/** The log of an application, read for what clients of the database say of pools and refused connections. */
export interface ApplicationLog {
  readonly path: string;
  readonly bytes: number;
  readonly lines: number;
  /** Entries that tell of a refused connection or an exhausted pool. */
  readonly matches: number;
  /** Times of its first and last entry within those that were asked for; null where no line has a time. */
  readonly from: IsoTime | null;
  readonly to: IsoTime | null;
}

/** What was read of log files, and what was not. Every byte is in an event or in `unparsed`. */
export interface LogInput {
  readonly format: LogFormatId;
  readonly wrap: LogWrap;
  readonly prefix: LogPrefix | null;
  readonly files: readonly LogFile[];
  readonly bytes: number;
  readonly lines: number;
  readonly events: number;
  /** Events before `--since` or from `--until` on, left out of everything else. */
  readonly outsideEvents: number;
  readonly unparsed: {
    readonly bytes: number;
    readonly lines: number;
    readonly examples: readonly UnparsedExample[];
  };
  /** Lines that other programs wrote into the same file (syslog): neither events nor unparsed. */
  readonly foreign: { readonly bytes: number; readonly lines: number };
  /** What was left out to keep memory flat. */
  readonly dropped: LogDropped;
  /** The server wrote only each n-th statement (`log_slow_rate_limit`), and the counts are scaled by it; null: all. */
  readonly sampledOneIn: number | null;
  /** Logs of applications. Beside a database's log they are in none of the numbers above. */
  readonly applicationLogs?: readonly ApplicationLog[];
}

export interface LogDropped {
  /** Executions of statement classes beyond the limit of classes, counted together. */
  readonly callsOfOtherClasses: number;
  /** Statement classes whose text was shortened. */
  readonly shortenedTexts: number;
  /** Events of more than 10 MB, of which the first 64 KiB were read. */
  readonly cutEvents: number;
  /** Lock waits, deadlocks and the like beyond what is listed. */
  readonly unlistedEvents: number;
}

/** How often and when something happened. `perMinute` is empty where no event had a time: then the times say nothing. */
export interface Occurrences {
  readonly count: number;
  readonly firstAt: IsoTime;
  readonly lastAt: IsoTime;
  /** Minutes in which it happened, in order. */
  readonly perMinute: readonly { readonly at: IsoTime; readonly count: number }[];
}

/** How many calls fall to one user, application or route. */
export interface CallShare {
  readonly name: string;
  readonly calls: number;
}

/** One execution that stands for its class. */
export interface StatementExample {
  readonly at: IsoTime;
  /** Null where the log has no duration. */
  readonly durationMs: number | null;
  readonly user: string | null;
  readonly application: string | null;
  /** With its literals; null unless `--keep-literals` was given. */
  readonly query: string | null;
  /** As the log has them; null unless `--keep-literals` was given, or where there are none. */
  readonly parameters: string | null;
}

/** One plan that a class of statements ran with, from auto_explain. */
export interface LoggedPlan {
  /** 12 hex digits over operators, relations and indexes: blind to costs, rows and literals. */
  readonly shape: string;
  /** The slowest one that was seen. */
  readonly root: PlanNode;
  readonly executions: number;
  readonly meanMs: number;
  readonly maxMs: number;
  readonly firstAt: IsoTime;
  readonly lastAt: IsoTime;
}

/** What only a log knows of a statement class. */
export interface StatementLogFacts {
  readonly firstAt: IsoTime;
  readonly lastAt: IsoTime;
  /** Executions without a duration in the log; part of `calls`, not of any time. */
  readonly untimedCalls: number;
  /** Time of parse, bind and further fetches, which the execution's own time does not hold; null where none was logged. */
  readonly phasesMs: number | null;
  /** Time spent waiting for locks; null where the log does not say. */
  readonly lockMs: number | null;
  /** Rows read to get there; null where the log does not say. */
  readonly rowsExamined: number | null;
  /** Executions by duration; `toMs` null = no upper end. Empty ranges are left out. */
  readonly histogram: readonly { readonly fromMs: number; readonly toMs: number | null; readonly calls: number }[];
  readonly hours: readonly { readonly at: IsoTime; readonly calls: number; readonly totalMs: number }[];
  readonly users: readonly CallShare[];
  readonly applications: readonly CallShare[];
  readonly routes: readonly CallShare[];
  /** The slowest executions, slowest first. */
  readonly examples: readonly StatementExample[];
  /** Plans by shape, in the order of their first occurrence. */
  readonly plans: readonly LoggedPlan[];
  /** Checksum that pt-query-digest gives this class (16 upper-case hex digits); MySQL and MariaDB only. */
  readonly ptQueryDigestId: string | null;
}

/** A statement that an event names. */
export interface LoggedStatement {
  readonly fingerprint: Fingerprint;
  /** Normalised, without literals. */
  readonly query: string;
}

/** A session as a log line names it. */
export interface LoggedSession {
  readonly pid: number | null;
  readonly user: string | null;
  readonly database: string | null;
  readonly application: string | null;
}

/** What a lock is on. */
export interface LockObject {
  /** `relation`, `tuple`, `transaction`, `virtual transaction`, `advisory lock`, `speculative token`, `record`… */
  readonly kind: string;
  /** Table by name where the log has it; a relation of PostgreSQL is named by its id alone. */
  readonly relation: string | null;
  readonly index: string | null;
}

/** A wait for a lock that lasted longer than `deadlock_timeout`, from its first line to its last. */
export interface LoggedLockWait {
  readonly at: IsoTime;
  readonly waiter: LoggedSession;
  readonly statement: LoggedStatement | null;
  readonly mode: string;
  readonly object: LockObject;
  /** Longest wait that the log names; the wait goes on where `outcome` is `waiting`. */
  readonly waitedMs: number;
  readonly outcome: "acquired" | "waiting" | "cancelled" | "deadlock";
  /** Who held the lock, with the last statement that the log has of that session before the wait. */
  readonly holders: readonly { readonly pid: number; readonly lastStatement: LoggedStatement | null }[];
  /** Sessions that waited in line, in order, this one among them. */
  readonly queue: readonly number[];
}

export interface DeadlockLock {
  readonly mode: string;
  readonly object: LockObject;
}

/** One session of a deadlock. */
export interface DeadlockMember {
  /** Process id (PostgreSQL) or transaction id (InnoDB), as text. */
  readonly id: string;
  readonly pid: number | null;
  /** What it was running when the circle closed. */
  readonly statement: LoggedStatement | null;
  readonly waitsFor: DeadlockLock | null;
  /** The members that hold what it waits for. */
  readonly blockedBy: readonly string[];
  /** Locks that it is known to hold. PostgreSQL: those that the others wait for. */
  readonly holds: readonly DeadlockLock[];
  /** The statement that the log has of this session before, which probably took the lock; null where none is known. */
  readonly earlierStatement: LoggedStatement | null;
  /** Null where the log does not say who was rolled back. */
  readonly isVictim: boolean | null;
}

export interface Deadlock {
  /** Null where a saved InnoDB status has no time. */
  readonly at: IsoTime | null;
  readonly database: string | null;
  readonly members: readonly DeadlockMember[];
  /** `while updating tuple in relation "orders"`, without positions; null where there is none. */
  readonly context: string | null;
}

/** `pool-timeout`: a pool had no connection free; `pooler-limit`: a pooler took no more clients. */
export type RefusalCause =
  | "too-many-clients"
  | "reserved-slots"
  | "database-limit"
  | "role-limit"
  | "pool-timeout"
  | "pooler-limit";

/** Connections that were refused for want of a slot, by cause and by who asked. */
export interface ConnectionRefusal extends Occurrences {
  readonly cause: RefusalCause;
  readonly user: string | null;
  readonly database: string | null;
  /** Of a pool or pooler: its name, or that of its library. */
  readonly application: string | null;
}

export type CancellationCause =
  | "statement-timeout"
  | "lock-timeout"
  | "idle-in-transaction-timeout"
  | "transaction-timeout"
  | "user-request"
  | "recovery-conflict";

/** Statements that were ended before they were done, by cause and statement. */
export interface Cancellation extends Occurrences {
  readonly cause: CancellationCause;
  readonly statement: LoggedStatement | null;
  readonly database: string | null;
}

/** Temporary files by the statement that wrote them. */
export interface LoggedTemporaryFiles extends Occurrences {
  readonly statement: LoggedStatement | null;
  readonly database: string | null;
  readonly totalBytes: number;
  readonly largestBytes: number;
}

/** Checkpoints over the window. */
export interface LoggedCheckpoints extends Occurrences {
  /** By what started them: `time`, `wal` (WAL volume), `requested` (a command, a shutdown). */
  readonly byTrigger: Readonly<Record<"time" | "wal" | "requested", number>>;
  readonly buffersWritten: number;
  readonly writeMs: number;
  readonly syncMs: number;
  readonly longestMs: number;
  /** Lines `checkpoints are occurring too frequently`. */
  readonly tooFrequentWarnings: number;
}

/** Autovacuum of one table. */
export interface LoggedAutovacuum extends Occurrences {
  /** `database.schema.table` as the log has it. */
  readonly table: string;
  readonly completed: number;
  /** Ended because a session asked for a lock. */
  readonly cancelled: number;
  readonly totalMs: number;
}

/** Errors of one kind. */
export interface LoggedError extends Occurrences {
  /** SQLSTATE, or the error number of MySQL; null where the log does not say. */
  readonly code: string | null;
  readonly severity: "error" | "fatal" | "panic";
  /** Text with names and literals as `?`. */
  readonly message: string;
  /** The statement that met it most often. */
  readonly statement: LoggedStatement | null;
  readonly database: string | null;
}

/** What a server's log says beside its statements. Lists are bounded; the totals count everything. */
export interface LogFacts {
  /** Of an application's log alone: as far as its texts show it (`mysql` stands for MariaDB too), else null. */
  readonly engine: EngineId | null;
  /** First to last event. */
  readonly window: Window;
  readonly input: LogInput;
  /** Longest first. */
  readonly lockWaits: readonly LoggedLockWait[];
  readonly lockWaitTotals: { readonly count: number; readonly waitedMs: number };
  /** In order of time. */
  readonly deadlocks: readonly Deadlock[];
  readonly deadlockCount: number;
  readonly refusals: readonly ConnectionRefusal[];
  readonly cancellations: readonly Cancellation[];
  readonly temporaryFiles: readonly LoggedTemporaryFiles[];
  /** Null where the log has none. */
  readonly checkpoints: LoggedCheckpoints | null;
  readonly autovacuums: readonly LoggedAutovacuum[];
  readonly errors: readonly LoggedError[];
}
