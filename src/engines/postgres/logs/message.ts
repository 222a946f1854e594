import type { EventSession, LogEvent } from "../../../logs/digest/events.ts";
import type { CancellationCause, LockObject, RefusalCause } from "../../../model/log.ts";

export type Severity = "log" | "error" | "fatal" | "panic" | "warning";

/** A message of the server that is no statement, with the lines that belong to it. */
export interface ServerMessage {
  readonly timeMs: number;
  readonly session: EventSession;
  readonly severity: Severity;
  readonly sqlstate: string | null;
  readonly message: string;
  detail: string | null;
  hint: string | null;
  context: string | null;
  statement: string | null;
}

type Normalize = (statement: string) => string;

/** What a message means for an analysis; nothing for most. `normalize` names a statement without its literals. */
export function eventsOf(message: ServerMessage, normalize: Normalize): readonly LogEvent[] {
  if (message.severity === "warning") return [];
  return message.severity === "log" ? logEvents(message, normalize) : errorEvents(message, normalize);
}

/** Whether a LOG message can mean anything, by its first bytes: most are about connections coming and going. */
export function isTelling(bytes: Uint8Array, from: number): boolean {
  return TELLING.some((beginning) => {
    for (let index = 0; index < beginning.length; index += 1) {
      if (bytes[from + index] !== beginning.charCodeAt(index)) return false;
    }
    return true;
  });
}

const TELLING = ["process ", "temporary file: ", "checkpoint", "restartpoint starting", "automatic "] as const;

const LOCK =
  /^process (\d+) (still waiting for|acquired|detected deadlock while waiting for|avoided deadlock for|failed to acquire) (\w+) on (.+?)(?: after (\d+(?:\.\d+)?) ms)?$/s;
const HOLDERS = /Process(?:es)? holding the lock: ([\d, ]+)\. Wait queue: ?([\d, ]*)\./;
const TEMPORARY_FILE = /^temporary file: path "[^"]*", size (\d+)/;
const CHECKPOINT_START = /^(?:checkpoint|restartpoint) starting:(.*)$/s;
const CHECKPOINT_END =
  /^(?:checkpoint|restartpoint) complete.*?wrote (\d+) buffers.*?write=(\d+(?:\.\d+)?) s, sync=(\d+(?:\.\d+)?) s, total=(\d+(?:\.\d+)?) s/s;
const AUTOVACUUM = /^automatic (?:aggressive )?vacuum (?:to prevent wraparound )?of table "(.+?)":/s;
const ELAPSED = /elapsed: (\d+(?:\.\d+)?) s|elapsed (\d+(?:\.\d+)?) sec/;

function logEvents(message: ServerMessage, normalize: Normalize): readonly LogEvent[] {
  const { timeMs, session, message: text } = message;
  if (text.startsWith("process ")) return lockWait(message, normalize);
  const file = TEMPORARY_FILE.exec(text);
  if (file !== null) {
    const bytes = Number(file[1]);
    return [{ kind: "temporary-file", timeMs, session, bytes, statement: statementOf(message, normalize) }];
  }
  if (text.startsWith("checkpoints are occurring too frequently"))
    return [{ kind: "checkpoints-too-frequent", timeMs }];
  const start = CHECKPOINT_START.exec(text);
  if (start !== null) return [{ kind: "checkpoint-start", timeMs, trigger: triggerOf(start[1] ?? "") }];
  const end = CHECKPOINT_END.exec(text);
  if (end !== null) {
    const [, buffers, write, sync, total] = end;
    return [
      {
        kind: "checkpoint-end",
        timeMs,
        buffers: Number(buffers),
        writeMs: milliseconds(write),
        syncMs: milliseconds(sync),
        totalMs: milliseconds(total),
      },
    ];
  }
  const vacuum = AUTOVACUUM.exec(text);
  if (vacuum === null) return [];
  const elapsed = ELAPSED.exec(text);
  const elapsedMs = milliseconds(elapsed?.[1] ?? elapsed?.[2]);
  return [{ kind: "autovacuum", timeMs, table: vacuum[1] ?? "", outcome: "completed", elapsedMs }];
}

function milliseconds(seconds: string | undefined): number {
  return seconds === undefined ? 0 : Math.round(Number(seconds) * 1000);
}

function triggerOf(words: string): "time" | "wal" | "requested" {
  if (/\b(?:xlog|wal)\b/.test(words)) return "wal";
  return /\btime\b/.test(words) ? "time" : "requested";
}

function lockWait(message: ServerMessage, normalize: Normalize): readonly LogEvent[] {
  const [, pid, verb, mode, objectText, after] = LOCK.exec(message.message) ?? [];
  if (pid === undefined || mode === undefined || objectText === undefined) return [];
  const [, holders = "", queue = ""] = HOLDERS.exec(message.detail ?? "") ?? [];
  return [
    {
      kind: "lock-wait",
      timeMs: message.timeMs,
      session: { ...message.session, pid: Number(pid) },
      statement: statementOf(message, normalize),
      mode,
      object: lockObject(objectText, message.context),
      objectText,
      waitedUs: after === undefined ? 0 : Math.round(Number(after) * 1000),
      outcome:
        verb === "acquired" ? "acquired" : verb?.startsWith("detected deadlock") === true ? "deadlock" : "waiting",
      holders: numbers(holders),
      queue: numbers(queue),
    },
  ];
}

function numbers(list: string): number[] {
  return list.split(",").flatMap((part) => (/\d/.test(part) ? [Number(part)] : []));
}

/** `tuple (0,1) of relation 16384 of database 5`, `transaction 743`, `advisory lock [5,0,1,1]`. */
export function lockObject(text: string, context: string | null): LockObject {
  const kind =
    /^(relation|extension of relation|page|tuple|transaction|virtual transaction|speculative token|object|user lock|advisory lock)/.exec(
      text,
    )?.[1];
  const named = /(?:in|of) relation "([^"]+)"/.exec(context ?? "")?.[1];
  const id = /relation (\d+)/.exec(text)?.[1];
  return { kind: kind ?? "lock", relation: named ?? (id === undefined ? null : `relation ${id}`), index: null };
}

const INFERRED: readonly (readonly [RegExp, string])[] = [
  [/^deadlock detected/, "40P01"],
  [/^canceling statement due to|^canceling autovacuum task/, "57014"],
  [/^terminating connection due to idle-in-transaction timeout/, "25P03"],
  [/^terminating connection due to transaction timeout/, "25P04"],
  [/^terminating connection due to idle-session timeout/, "57P05"],
  [/^terminating connection due to administrator command/, "57P01"],
  [/^(?:sorry, too many clients|remaining connection slots|too many connections for)/, "53300"],
  [/^could not obtain lock on/, "55P03"],
  [/^duplicate key value violates unique constraint/, "23505"],
  [/violates foreign key constraint/, "23503"],
  [/violates not-null constraint/, "23502"],
  [/violates check constraint/, "23514"],
  [/^could not serialize access/, "40001"],
  [/^relation ".*" does not exist/s, "42P01"],
  [/^column ".*" does not exist/s, "42703"],
  [/^syntax error at/, "42601"],
  [/^division by zero/, "22012"],
  [/^password authentication failed/, "28P01"],
  [/^permission denied for/, "42501"],
  [/^out of memory/, "53200"],
  [/^could not extend file/, "53100"],
];

const CANCELLATIONS: readonly (readonly [RegExp, CancellationCause])[] = [
  [/^canceling statement due to statement timeout/, "statement-timeout"],
  [/^canceling statement due to lock timeout/, "lock-timeout"],
  [/^canceling statement due to user request/, "user-request"],
  [
    /^canceling statement due to conflict with recovery|^terminating connection due to conflict with recovery/,
    "recovery-conflict",
  ],
  [/^terminating connection due to idle-in-transaction timeout/, "idle-in-transaction-timeout"],
  [/^terminating connection due to transaction timeout/, "transaction-timeout"],
];

const REFUSALS: readonly (readonly [RegExp, RefusalCause])[] = [
  [/^sorry, too many clients already/, "too-many-clients"],
  [/^remaining connection slots are reserved/, "reserved-slots"],
  [/^too many connections for database/, "database-limit"],
  [/^too many connections for role/, "role-limit"],
];

function errorEvents(message: ServerMessage, normalize: Normalize): readonly LogEvent[] {
  const { timeMs, session, severity, message: text } = message;
  if (severity === "log" || severity === "warning") return [];
  if (text.startsWith("canceling autovacuum task")) {
    const table = /automatic (?:vacuum|analyze) of table "(.+?)"/.exec(message.context ?? "")?.[1];
    if (table === undefined) return [];
    return [{ kind: "autovacuum", timeMs, table, outcome: "cancelled", elapsedMs: 0 }];
  }
  const statement = statementOf(message, normalize);
  const code = message.sqlstate ?? INFERRED.find(([pattern]) => pattern.test(text))?.[1] ?? null;
  const events: LogEvent[] = [
    { kind: "error", timeMs, session, code, severity, message: shownText(message, code), statement },
  ];
  const cancellation = CANCELLATIONS.find(([pattern]) => pattern.test(text));
  if (cancellation !== undefined) {
    events.push({ kind: "cancellation", timeMs, session, cause: cancellation[1], statement });
  }
  const refusal = REFUSALS.find(([pattern]) => pattern.test(text));
  if (refusal !== undefined) events.push({ kind: "refusal", timeMs, session, cause: refusal[1] });
  if (code === "40P01") events.push(...deadlock(message, normalize));
  return events;
}

const WAITS = /^Process (\d+) waits for (\w+) on (.+?); blocked by process (\d+)\.$/gm;

function deadlock(message: ServerMessage, normalize: Normalize): LogEvent[] {
  const { timeMs, session, detail, context } = message;
  const waits = [...(detail ?? "").matchAll(WAITS)].map(([, waiter = "", mode = "", object = "", blocker = ""]) => ({
    waiter,
    lock: { mode, object: lockObject(object, null) },
    blocker,
  }));
  if (waits.length === 0) return [];
  const statements = statementsOf(detail ?? "");
  const members = [...new Set(waits.map(({ waiter }) => waiter))].map((id) => ({
    id,
    pid: Number(id),
    statement: mapped(statements.get(id), normalize),
    waitsFor: waits.find(({ waiter }) => waiter === id)?.lock ?? null,
    blockedBy: waits.flatMap(({ waiter, blocker }) => (waiter === id ? [blocker] : [])),
    holds: waits.flatMap(({ blocker, lock }) => (blocker === id ? [lock] : [])),
    // The one that detects the deadlock gives way.
    isVictim: session.pid === null ? null : Number(id) === session.pid,
  }));
  // The other lines may quote a statement of a function, literals and all.
  const where = context?.split("\n").find((line) => line.startsWith("while "));
  return [
    {
      kind: "deadlock",
      timeMs,
      database: session.database,
      context: where === undefined ? null : withoutNumbers(where),
      members,
    },
  ];
}

/** `Process 12: update …`, up to the next one. */
function statementsOf(detail: string): ReadonlyMap<string, string> {
  const statements = new Map<string, string>();
  const parts = detail.split(/^Process (\d+): /m);
  for (let index = 1; index + 1 < parts.length; index += 2) {
    const text = (parts[index + 1] ?? "").trimEnd();
    if (text !== "") statements.set(parts[index] ?? "", text);
  }
  return statements;
}

function mapped(text: string | undefined, normalize: Normalize): string | null {
  return text === undefined || text.startsWith("<") ? null : normalize(text);
}

function statementOf({ statement }: ServerMessage, normalize: Normalize): string | null {
  return statement === null || statement.trim() === "" ? null : normalize(statement);
}

const LAST_VALUE = /(?:: |at or near )"/;

/** What a function raises is the application's own text, with its data in any place. */
function shownText({ message, context }: ServerMessage, code: string | null): string {
  return code === "P0001" || /\bat RAISE$/m.test(context ?? "") ? RAISED : withoutNames(message);
}

const RAISED = "raised by a function of the application (its text is left out)";

/** Names in quotes and numbers are data, or tell the same error apart. A value at the end may hold quotes and lines. */
function withoutNames(text: string): string {
  const value = text.endsWith('"') ? LAST_VALUE.exec(text) : null;
  const known = value === null ? text : `${text.slice(0, value.index + value[0].length - 1)}?`;
  const named = known.replace(/"[^"]*"|'[^']*'|\([^)]*\)=\([^)]*\)/g, "?");
  return withoutNumbers(named.split("\n")[0] ?? "").slice(0, 500);
}

/** `(0,1)` and numbers of their own as `?`. */
function withoutNumbers(text: string): string {
  return text.replace(/\(\d+(?:,\d+)*\)/g, "?").replace(/\b\d+(?:\.\d+)?\b/g, "?");
}
