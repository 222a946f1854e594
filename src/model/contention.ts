import type { IsoTime } from "./primitives.ts";

export type SessionState =
  | "active"
  | "idle"
  | "idle-in-transaction"
  | "idle-in-transaction-aborted"
  | "fastpath"
  | "disabled"
  | "unknown";

/** One client session. Ages are at the time of capture. */
export interface DatabaseSession {
  readonly pid: number;
  readonly database: string | null;
  readonly user: string | null;
  readonly application: string | null;
  readonly client: string | null;
  readonly state: SessionState;
  readonly waitEventType: string | null;
  readonly waitEvent: string | null;
  readonly startedAt: IsoTime | null;
  readonly transactionSeconds: number | null;
  readonly querySeconds: number | null;
  readonly stateSeconds: number | null;
  /** Redacted; the running statement, or the last one where the session is idle. Null where it may not be seen. */
  readonly query: string | null;
  readonly tags: Readonly<Record<string, string>>;
  /** Holds back vacuum: true when the session has a snapshot or a transaction id. */
  readonly holdsSnapshot: boolean;
  /** Leader of a parallel worker. */
  readonly leaderPid: number | null;
}

export interface Sessions {
  readonly items: readonly DatabaseSession[];
  /** Sessions whose state and text the role may not see. */
  readonly hiddenCount: number;
  readonly capacity: ConnectionCapacity;
}

/** How many client sessions the server takes, and what limits them. */
export interface ConnectionCapacity {
  readonly maxConnections: number;
  readonly reserved: number;
  readonly clientConnections: number;
  /** Sessions by database and by role where those have a CONNECTION LIMIT of their own. */
  readonly limits: readonly {
    readonly kind: "database" | "role";
    readonly name: string;
    readonly limit: number;
    readonly used: number;
  }[];
}

/** `waiter` cannot go on before `blocker` lets go. pid 0 = a prepared transaction. */
export interface LockWait {
  readonly waiterPid: number;
  readonly blockerPid: number;
  readonly waitSeconds: number | null;
  /** True where the server does not say when the wait began (PostgreSQL before 14): the statement's age stands for it. */
  readonly isUpperBound: boolean;
  /** Mode that is waited for, as the server names it. */
  readonly mode: string | null;
  /** What is locked: `relation`, `transactionid`, `tuple`, `advisory`… */
  readonly objectKind: string | null;
  readonly relation: string | null;
}
