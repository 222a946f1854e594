import type { Gap } from "./artifact.ts";
import type { IsoTime } from "./primitives.ts";

/** The server and the role that looked at it. */
export interface ServerInfo {
  /** As the server says it: `15.18 (Debian 15.18-0+deb12u1)`. */
  readonly version: string;
  readonly majorVersion: number;
  readonly startedAt: IsoTime | null;
  /** True on a physical standby. */
  readonly isStandby: boolean;
  /** Physical standbys attached to this server; null where the role may not see them. */
  readonly standbyCount: number | null;
  readonly blockSizeBytes: number;
  readonly role: RoleInfo;
  /** A connection pooler that stands between dbperf and the server. */
  readonly pooler: string | null;
  /** Extensions installed in this database, with their versions. */
  readonly extensions: readonly ExtensionInfo[];
}

export interface RoleInfo {
  readonly name: string;
  readonly isSuperuser: boolean;
  /** Member of pg_monitor or its equal: sees other sessions and all statement texts. */
  readonly canMonitor: boolean;
}

export interface ExtensionInfo {
  readonly name: string;
  readonly version: string;
  readonly schema: string;
}

/** One server parameter; `value` in the server's base unit as text. */
export interface Setting {
  readonly name: string;
  readonly value: string;
  readonly unit: string | null;
  readonly source: string;
  readonly pendingRestart: boolean;
}

export type Settings = readonly Setting[];

/** Cumulative counters of one database. */
export interface DatabaseCounters {
  readonly database: string;
  /** Null when the counters were never reset or the server does not say. */
  readonly statsResetAt: IsoTime | null;
  readonly commits: number;
  readonly rollbacks: number;
  readonly blocksRead: number;
  readonly blocksHit: number;
  readonly tempFiles: number;
  readonly tempBytes: number;
  readonly deadlocks: number;
  readonly sizeBytes: number | null;
  /** CONNECTION LIMIT of the database; null where it has none. */
  readonly connectionLimit: number | null;
}

/** Something the session met that the reader should know, without being a finding. */
export interface CaptureNotice {
  readonly code:
    | "newer-major"
    | "superuser"
    | "pooler"
    | "plaintext"
    | "statistics-evicted"
    | "log-damaged"
    | "time-zone-unknown"
    | "log-settings"
    | "traces-damaged"
    | "traces-incomplete";
  readonly message: string;
}

export interface NotCheckedItem extends Gap {
  readonly artifact: string;
}
