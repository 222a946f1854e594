/** Builders of what logs tell, for rule tests; each takes the fields that matter and fills in the rest. */
import type {
  LogFacts,
  LoggedError,
  LoggedLockWait,
  LoggedPlan,
  LoggedStatement,
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
    unparsed: { bytes: 0, lines: 0, examples: [] },
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
