/** Builders of what logs tell, for rule tests; each takes the fields that matter and fills in the rest. */
import type {
  Cancellation,
  ConnectionRefusal,
  Deadlock,
  DeadlockLock,
  DeadlockMember,
  LogFacts,
  LoggedAutovacuum,
  LoggedCheckpoints,
  LoggedError,
  LoggedLockWait,
  LoggedPlan,
  LoggedStatement,
  LoggedTemporaryFiles,
  LogInput,
  Occurrences,
  PlanNode,
  StatementLogFacts,
} from "./rule.ts";
import { CAPTURED_AT, fingerprintOf, hoursAgo } from "./testing-builders.ts";

/** A whole log of PostgreSQL of ten hours up to the capture, without any event beside its statements. */
export function logFacts(fields: Partial<LogFacts> = {}): LogFacts {
  return {
    engine: "postgres",
    window: { from: hoursAgo(10), to: CAPTURED_AT, kind: "log" },
    input: logInput(),
    lockWaits: [],
    lockWaitTotals: { count: fields.lockWaits?.length ?? 0, waitedMs: 0 },
    deadlocks: [],
    deadlockCount: fields.deadlocks?.length ?? 0,
    refusals: [],
    cancellations: [],
    temporaryFiles: [],
    checkpoints: null,
    autovacuums: [],
    errors: [],
    ...fields,
  };
}

/** One stderr log of 10 MB, every line of it an event. */
export function logInput(fields: Partial<LogInput> = {}): LogInput {
  return {
    format: "postgres-stderr",
    wrap: null,
    prefix: { text: "%m [%p] %q%u@%d ", origin: "detected", matchedShare: 1 },
    files: [{ path: "postgresql.log", bytes: 10_485_760, lines: 50_000, compression: null }],
    bytes: 10_485_760,
    lines: 50_000,
    events: 50_000,
    outsideEvents: 0,
    unparsed: { bytes: 0, lines: 0, examples: [] },
    foreign: { bytes: 0, lines: 0 },
    dropped: { callsOfOtherClasses: 0, shortenedTexts: 0, cutEvents: 0, unlistedEvents: 0 },
    sampledOneIn: null,
    ...fields,
  };
}

/** So many occurrences within the minutes before the capture: the numbers of each minute, the last one last. */
export function occurrences(perMinute: readonly number[]): Occurrences {
  const start = Date.parse(CAPTURED_AT) - perMinute.length * 60_000;
  const minutes = perMinute.map((count, minute) => ({ at: new Date(start + minute * 60_000).toISOString(), count }));
  const seen = minutes.filter(({ count }) => count > 0);
  return {
    count: perMinute.reduce((sum, count) => sum + count, 0),
    firstAt: seen[0]?.at ?? CAPTURED_AT,
    lastAt: seen.at(-1)?.at ?? CAPTURED_AT,
    perMinute: seen,
  };
}

/** A statement as an event of the log names it. */
export function loggedStatement(query: string): LoggedStatement {
  return { fingerprint: fingerprintOf(query), query };
}

/** What the log says of a statement that ran once a minute and always alike. */
export function statementLog(fields: Partial<StatementLogFacts> = {}): StatementLogFacts {
  return {
    firstAt: hoursAgo(10),
    lastAt: CAPTURED_AT,
    untimedCalls: 0,
    phasesMs: null,
    lockMs: null,
    rowsExamined: null,
    histogram: [],
    hours: [],
    users: [],
    applications: [],
    routes: [],
    examples: [],
    plans: [],
    ptQueryDigestId: null,
    ...fields,
  };
}

/** A plan of auto_explain that ran 100 times between two hours before the capture (the last one included). */
export function loggedPlan(
  shape: string,
  root: PlanNode,
  fields: Partial<LoggedPlan> & { readonly hours?: readonly [number, number] } = {},
): LoggedPlan {
  const { hours = [10, 0], ...rest } = fields;
  return {
    shape,
    root,
    executions: 100,
    meanMs: 10,
    maxMs: 20,
    firstAt: hoursAgo(hours[0]),
    lastAt: hoursAgo(hours[1]),
    ...rest,
  };
}

/** A wait of 5 s for a row that pid 100 held, acquired in the end. */
export function loggedLockWait(fields: Partial<LoggedLockWait> = {}): LoggedLockWait {
  return {
    at: hoursAgo(1),
    waiter: { pid: 200, user: "app", database: "shop", application: "web" },
    statement: loggedStatement("update orders set state = $1 where id = $2"),
    mode: "ShareLock",
    object: { kind: "transaction", relation: null, index: null },
    waitedMs: 5000,
    outcome: "acquired",
    holders: [{ pid: 100, lastStatement: loggedStatement("update orders set total = $1 where id = $2") }],
    queue: [200],
    ...fields,
  };
}

/** An error that was met 10 times within a minute. */
export function loggedError(message: string, fields: Partial<LoggedError> = {}): LoggedError {
  return { code: null, severity: "error", message, statement: null, database: "shop", ...occurrences([10]), ...fields };
}

/** One session of a deadlock, by its process id: it runs a statement and waits for the transaction of another one. */
export function deadlockMember(
  pid: number,
  blockerPid: number,
  { query, earlier, ...fields }: Partial<DeadlockMember> & { readonly query?: string; readonly earlier?: string } = {},
): DeadlockMember {
  return {
    id: String(pid),
    pid,
    statement: query === undefined ? null : loggedStatement(query),
    waitsFor: { mode: "ShareLock", object: { kind: "transaction", relation: null, index: null } },
    blockedBy: [String(blockerPid)],
    holds: [],
    earlierStatement: earlier === undefined ? null : loggedStatement(earlier),
    isVictim: null,
    ...fields,
  };
}

/** A deadlock in database `shop`, an hour before the capture. */
export function deadlock(members: readonly DeadlockMember[], fields: Partial<Deadlock> = {}): Deadlock {
  return { at: hoursAgo(1), database: "shop", members, context: null, ...fields };
}

/** A lock on a record of InnoDB's primary key. */
export function recordLock(mode: string, relation: string, index = "PRIMARY"): DeadlockLock {
  return { mode, object: { kind: "record", relation, index } };
}

/** 100 connections of application `web` as user `app` that the server refused within a minute. */
export function connectionRefusal(fields: Partial<ConnectionRefusal> = {}): ConnectionRefusal {
  return {
    cause: "too-many-clients",
    user: "app",
    database: "shop",
    application: "web",
    ...occurrences([100]),
    ...fields,
  };
}

/** Ten executions of one statement that statement_timeout ended within a minute. */
export function cancellation(fields: Partial<Cancellation> = {}): Cancellation {
  return {
    cause: "statement-timeout",
    statement: loggedStatement("select * from orders where note like $1"),
    database: "shop",
    ...occurrences([10]),
    ...fields,
  };
}

/** Ten temporary files of 10 MB that one statement wrote within a minute. */
export function loggedTemporaryFiles(fields: Partial<LoggedTemporaryFiles> = {}): LoggedTemporaryFiles {
  return {
    statement: loggedStatement("select * from orders order by total"),
    database: "shop",
    totalBytes: 104_857_600,
    largestBytes: 10_485_760,
    ...occurrences([10]),
    ...fields,
  };
}

/** Checkpoints in a log of ten hours, one every five minutes, all started by time. */
export function loggedCheckpoints(fields: Partial<LoggedCheckpoints> = {}): LoggedCheckpoints {
  const seen = occurrences(Array.from({ length: 600 }, (_, minute) => (minute % 5 === 0 ? 1 : 0)));
  return {
    byTrigger: { time: 120, wal: 0, requested: 0 },
    buffersWritten: 120_000,
    writeMs: 120 * 240_000,
    syncMs: 1_200,
    longestMs: 270_000,
    tooFrequentWarnings: 0,
    ...seen,
    ...fields,
  };
}

/** Autovacuum of `shop.public.orders` that was completed once. */
export function loggedAutovacuum(fields: Partial<LoggedAutovacuum> = {}): LoggedAutovacuum {
  return {
    table: "shop.public.orders",
    completed: 1,
    cancelled: 0,
    totalMs: 60_000,
    ...occurrences([(fields.completed ?? 1) + (fields.cancelled ?? 0)]),
    ...fields,
  };
}
