import type { CancellationCause, LockObject, RefusalCause } from "../../model/log.ts";

/** A session as a line names it; null for what it does not name. */
export interface EventSession {
  readonly pid: number | null;
  readonly user: string | null;
  readonly database: string | null;
  readonly application: string | null;
}

/** A normalised statement with placeholders of the kernel, as a reader gets it from `StatementTexts`. */
export type NormalizedText = string;

/** What a log tells beside its statements. Times are milliseconds since 1970. */
export type LogEvent =
  | {
      readonly kind: "lock-wait";
      readonly timeMs: number;
      readonly session: EventSession;
      readonly statement: NormalizedText | null;
      readonly mode: string;
      readonly object: LockObject;
      /** The object as the log writes it: tells two waits apart. */
      readonly objectText: string;
      readonly waitedUs: number;
      readonly outcome: "acquired" | "waiting" | "cancelled" | "deadlock";
      readonly holders: readonly number[];
      readonly queue: readonly number[];
    }
  | {
      readonly kind: "deadlock";
      readonly timeMs: number | null;
      readonly database: string | null;
      readonly context: string | null;
      readonly members: readonly DeadlockEventMember[];
    }
  | {
      readonly kind: "refusal";
      readonly timeMs: number;
      readonly session: EventSession;
      readonly cause: RefusalCause;
    }
  | {
      readonly kind: "cancellation";
      readonly timeMs: number;
      readonly session: EventSession;
      readonly cause: CancellationCause;
      readonly statement: NormalizedText | null;
    }
  | {
      readonly kind: "temporary-file";
      readonly timeMs: number;
      readonly session: EventSession;
      readonly bytes: number;
      readonly statement: NormalizedText | null;
    }
  | { readonly kind: "checkpoint-start"; readonly timeMs: number; readonly trigger: "time" | "wal" | "requested" }
  | {
      readonly kind: "checkpoint-end";
      readonly timeMs: number;
      readonly buffers: number;
      readonly writeMs: number;
      readonly syncMs: number;
      readonly totalMs: number;
    }
  | { readonly kind: "checkpoints-too-frequent"; readonly timeMs: number }
  | {
      readonly kind: "autovacuum";
      readonly timeMs: number;
      readonly table: string;
      readonly outcome: "completed" | "cancelled";
      readonly elapsedMs: number;
    }
  | {
      readonly kind: "error";
      readonly timeMs: number;
      readonly session: EventSession;
      readonly code: string | null;
      readonly severity: "error" | "fatal" | "panic";
      readonly message: string;
      readonly statement: NormalizedText | null;
    };

export interface DeadlockEventMember {
  readonly id: string;
  readonly pid: number | null;
  readonly statement: NormalizedText | null;
  readonly waitsFor: { readonly mode: string; readonly object: LockObject } | null;
  readonly blockedBy: readonly string[];
  readonly holds: readonly { readonly mode: string; readonly object: LockObject }[];
  readonly isVictim: boolean | null;
}
