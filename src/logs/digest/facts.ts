import type { CancellationCause, RefusalCause } from "../../model/log.ts";
import type { DeadlockEventMember, LogEvent, NormalizedText } from "./events.ts";
import { OccurrenceCounts } from "./occurrences.ts";

type Event<K extends LogEvent["kind"]> = Extract<LogEvent, { kind: K }>;

/** A line about a lock wait, with what was known of the holders at that time. */
export interface LockWaitLine extends Omit<Event<"lock-wait">, "kind" | "holders"> {
  readonly holders: { readonly pid: number; lastStatement: NormalizedText | null }[];
}

export interface DeadlockLine extends Omit<Event<"deadlock">, "kind" | "members"> {
  readonly members: (DeadlockEventMember & { earlierStatement: NormalizedText | null })[];
}

export interface Counted {
  readonly at: OccurrenceCounts;
}
export interface RefusalCounts extends Counted {
  readonly cause: RefusalCause;
  readonly user: string | null;
  readonly database: string | null;
  readonly application: string | null;
}
export interface CancellationCounts extends Counted {
  readonly cause: CancellationCause;
  readonly statement: NormalizedText | null;
  readonly database: string | null;
}
export interface TemporaryFileCounts extends Counted {
  readonly statement: NormalizedText | null;
  readonly database: string | null;
  totalBytes: number;
  largestBytes: number;
}
export interface AutovacuumCounts extends Counted {
  readonly table: string;
  completed: number;
  cancelled: number;
  totalMs: number;
}
export interface ErrorCounts extends Counted {
  readonly code: string | null;
  readonly severity: "error" | "fatal" | "panic";
  readonly message: string;
  readonly database: string | null;
  readonly statements: Map<NormalizedText, number>;
}
export interface CheckpointCounts extends Counted {
  readonly byTrigger: Record<"time" | "wal" | "requested", number>;
  buffersWritten: number;
  writeMs: number;
  syncMs: number;
  longestMs: number;
  tooFrequentWarnings: number;
}

interface Kinds {
  readonly refusals: RefusalCounts;
  readonly cancellations: CancellationCounts;
  readonly temporaryFiles: TemporaryFileCounts;
  readonly autovacuums: AutovacuumCounts;
  readonly errors: ErrorCounts;
}

/** What tells kinds of one sort apart. */
const KEY_OF: { readonly [K in keyof Kinds]: (counts: Omit<Kinds[K], "at">) => string } = {
  refusals: ({ cause, user, database, application }) => JSON.stringify([cause, user, database, application]),
  cancellations: ({ cause, statement, database }) => JSON.stringify([cause, statement, database]),
  temporaryFiles: ({ statement, database }) => JSON.stringify([statement, database]),
  autovacuums: ({ table }) => table,
  errors: ({ code, severity, message, database }) => JSON.stringify([code, severity, message, database]),
};

const SORTS = ["refusals", "cancellations", "temporaryFiles", "autovacuums", "errors"] as const;

/** What a sort of fact counts beside its occurrences. */
const ADD: { readonly [K in keyof Kinds]: (own: Kinds[K], theirs: Kinds[K]) => void } = {
  refusals: () => undefined,
  cancellations: () => undefined,
  temporaryFiles: (own, theirs) => {
    own.totalBytes += theirs.totalBytes;
    own.largestBytes = Math.max(own.largestBytes, theirs.largestBytes);
  },
  autovacuums: (own, theirs) => {
    own.completed += theirs.completed;
    own.cancelled += theirs.cancelled;
    own.totalMs += theirs.totalMs;
  },
  errors: (own, theirs) => {
    for (const [text, count] of theirs.statements) addStatement(own.statements, text, count);
  },
};

/** Kinds of one sort of fact that are told apart; lines about locks that are kept. */
const MOST_KINDS = 2000;
const MOST_LINES = 20_000;
const MOST_DEADLOCKS = 2000;
const MOST_STATEMENTS_OF_ERROR = 20;

/** Everything that a log tells beside its statements, counted; merges without regard to order within the limits. */
export class FactCounts {
  readonly lockWaits: LockWaitLine[] = [];
  readonly deadlocks: DeadlockLine[] = [];
  readonly kinds: { readonly [K in keyof Kinds]: Map<string, Kinds[K]> } = {
    refusals: new Map(),
    cancellations: new Map(),
    temporaryFiles: new Map(),
    autovacuums: new Map(),
    errors: new Map(),
  };
  readonly checkpoints: CheckpointCounts = {
    at: new OccurrenceCounts(),
    byTrigger: { time: 0, wal: 0, requested: 0 },
    buffersWritten: 0,
    writeMs: 0,
    syncMs: 0,
    longestMs: 0,
    tooFrequentWarnings: 0,
  };
  unlisted = 0;

  /** `lastStatementOf`: what the log has of a session so far. */
  add(event: LogEvent, lastStatementOf: (pid: number) => NormalizedText | null): void {
    switch (event.kind) {
      case "lock-wait":
        this.#lockWait(event, lastStatementOf);
        break;
      case "deadlock":
        this.#deadlock(event, lastStatementOf);
        break;
      case "refusal":
        this.#refusal(event);
        break;
      case "cancellation":
        this.#cancellation(event);
        break;
      case "temporary-file":
        this.#temporaryFile(event);
        break;
      case "checkpoint-start":
      case "checkpoint-end":
      case "checkpoints-too-frequent":
        this.#checkpoint(event);
        break;
      case "autovacuum":
        this.#autovacuum(event);
        break;
      case "error":
        this.#error(event);
        break;
    }
  }

  /** Puts back what was saved. */
  restore<K extends keyof Kinds>(sort: K, counts: Kinds[K]): void {
    const kinds: Map<string, Kinds[K]> = this.kinds[sort];
    kinds.set(KEY_OF[sort](counts), counts);
  }

  /** Gives the events of a database another name for it; null: none. */
  renameDatabase(from: string, to: string | null): void {
    for (const sort of ["refusals", "cancellations", "temporaryFiles", "errors"] as const) this.#rename(sort, from, to);
  }

  merge(other: FactCounts): void {
    for (const line of other.lockWaits) this.#push(this.lockWaits, line, MOST_LINES);
    for (const line of other.deadlocks) this.#push(this.deadlocks, line, MOST_DEADLOCKS);
    this.unlisted += other.unlisted;
    for (const sort of SORTS) this.#mergeKinds(sort, other.kinds[sort]);
    mergeCheckpoints(this.checkpoints, other.checkpoints);
  }

  #lockWait({ kind: _, ...line }: Event<"lock-wait">, lastStatementOf: (pid: number) => NormalizedText | null): void {
    const holders = line.holders.map((pid) => ({ pid, lastStatement: lastStatementOf(pid) }));
    this.#push(this.lockWaits, { ...line, holders }, MOST_LINES);
  }

  #deadlock({ kind: _, ...line }: Event<"deadlock">, lastStatementOf: (pid: number) => NormalizedText | null): void {
    const members = line.members.map((member) => ({
      ...member,
      earlierStatement: member.pid === null ? null : lastStatementOf(member.pid),
    }));
    this.#push(this.deadlocks, { ...line, members }, MOST_DEADLOCKS);
  }

  #refusal({ timeMs, cause, session: { user, database, application } }: Event<"refusal">): void {
    const start = { at: new OccurrenceCounts(), cause, user, database, application };
    this.#kindOf("refusals", start)?.at.add(timeMs);
  }

  #cancellation({ timeMs, cause, statement, session: { database } }: Event<"cancellation">): void {
    this.#kindOf("cancellations", { at: new OccurrenceCounts(), cause, statement, database })?.at.add(timeMs);
  }

  #temporaryFile({ timeMs, bytes, statement, session: { database } }: Event<"temporary-file">): void {
    const start = { at: new OccurrenceCounts(), statement, database, totalBytes: 0, largestBytes: 0 };
    const counts = this.#kindOf("temporaryFiles", start);
    if (counts === null) return;
    counts.at.add(timeMs);
    counts.totalBytes += bytes;
    counts.largestBytes = Math.max(counts.largestBytes, bytes);
  }

  #checkpoint(event: Event<"checkpoint-start" | "checkpoint-end" | "checkpoints-too-frequent">): void {
    const counts = this.checkpoints;
    if (event.kind === "checkpoint-start") {
      counts.at.add(event.timeMs);
      counts.byTrigger[event.trigger] += 1;
    } else if (event.kind === "checkpoint-end") {
      counts.buffersWritten += event.buffers;
      counts.writeMs += event.writeMs;
      counts.syncMs += event.syncMs;
      counts.longestMs = Math.max(counts.longestMs, event.totalMs);
    } else {
      counts.tooFrequentWarnings += 1;
      counts.at.seen(event.timeMs);
    }
  }

  #autovacuum({ timeMs, table, outcome, elapsedMs }: Event<"autovacuum">): void {
    const start = { at: new OccurrenceCounts(), table, completed: 0, cancelled: 0, totalMs: 0 };
    const counts = this.#kindOf("autovacuums", start);
    if (counts === null) return;
    counts.at.add(timeMs);
    counts[outcome] += 1;
    counts.totalMs += elapsedMs;
  }

  #error({ timeMs, code, severity, message, statement, session: { database } }: Event<"error">): void {
    const statements = new Map<NormalizedText, number>();
    const start = { at: new OccurrenceCounts(), code, severity, message, database, statements };
    const counts = this.#kindOf("errors", start);
    if (counts === null) return;
    counts.at.add(timeMs);
    if (statement !== null) addStatement(counts.statements, statement, 1);
  }

  /** The counts of a kind: `start` where it is new, null beyond the limit of kinds. */
  #kindOf<K extends keyof Kinds>(sort: K, start: Kinds[K]): Kinds[K] | null {
    const kinds: Map<string, Kinds[K]> = this.kinds[sort];
    const key = KEY_OF[sort](start);
    const known = kinds.get(key);
    if (known !== undefined) return known;
    if (kinds.size >= MOST_KINDS) {
      this.unlisted += 1;
      return null;
    }
    kinds.set(key, start);
    return start;
  }

  #rename<K extends Exclude<keyof Kinds, "autovacuums">>(sort: K, from: string, to: string | null): void {
    const kinds: Map<string, Kinds[K]> = this.kinds[sort];
    for (const [key, counts] of [...kinds]) {
      if (counts.database !== from) continue;
      kinds.delete(key);
      const renamed = { ...counts, database: to };
      this.#mergeKinds(sort, new Map([[KEY_OF[sort](renamed), renamed]]));
    }
  }

  #push<T>(list: T[], item: T, most: number): void {
    if (list.length >= most) this.unlisted += 1;
    else list.push(item);
  }

  #mergeKinds<K extends keyof Kinds>(sort: K, others: ReadonlyMap<string, Kinds[K]>): void {
    const kinds: Map<string, Kinds[K]> = this.kinds[sort];
    for (const [key, theirs] of others) {
      const known = kinds.get(key);
      if (known !== undefined) {
        known.at.merge(theirs.at);
        ADD[sort](known, theirs);
      } else if (kinds.size < MOST_KINDS) kinds.set(key, theirs);
      else this.unlisted += theirs.at.count;
    }
  }
}

function mergeCheckpoints(own: CheckpointCounts, other: CheckpointCounts): void {
  own.at.merge(other.at);
  for (const trigger of ["time", "wal", "requested"] as const) own.byTrigger[trigger] += other.byTrigger[trigger];
  own.buffersWritten += other.buffersWritten;
  own.writeMs += other.writeMs;
  own.syncMs += other.syncMs;
  own.longestMs = Math.max(own.longestMs, other.longestMs);
  own.tooFrequentWarnings += other.tooFrequentWarnings;
}

function addStatement(statements: Map<NormalizedText, number>, text: NormalizedText, count: number): void {
  const known = statements.get(text);
  if (known !== undefined) statements.set(text, known + count);
  else if (statements.size < MOST_STATEMENTS_OF_ERROR) statements.set(text, count);
}
