import type { StatementLogFacts } from "./log.ts";
import type { Fingerprint, Int8Text, Window } from "./primitives.ts";

export type StatementKind = "select" | "insert" | "update" | "delete" | "merge" | "utility" | "unknown";

/** Cumulative counters of one statement class since the window's start. */
export interface StatementCounters {
  readonly calls: number;
  readonly totalMs: number;
  readonly meanMs: number;
  readonly minMs: number | null;
  readonly maxMs: number | null;
  readonly stddevMs: number | null;
  /** Percentiles exist only where logs, traces or samples give them. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  /** Rows returned or affected, over all calls; null where a log does not say. */
  readonly rows: number | null;
  readonly planMs: number | null;
  readonly sharedBlocksHit: number | null;
  readonly sharedBlocksRead: number | null;
  readonly sharedBlocksDirtied: number | null;
  readonly tempBlocksRead: number | null;
  readonly tempBlocksWritten: number | null;
  readonly blockReadMs: number | null;
  readonly blockWriteMs: number | null;
  readonly walBytes: number | null;
}

/** One statement class: all entries of the server that share a fingerprint in one database. */
export interface StatementStatistic extends StatementCounters {
  readonly fingerprint: Fingerprint;
  readonly kind: StatementKind;
  /** Normalised and redacted text. */
  readonly query: string;
  /** The server's own ids of this class; several where it tells apart what the fingerprint does not. */
  readonly queryIds: readonly Int8Text[];
  /** Tags of known comment formats (sqlcommenter, marginalia): route, controller, file… */
  readonly tags: Readonly<Record<string, string>>;
  /** Empty where a log does not name it. */
  readonly database: string;
  /** What the logs say of it; absent where none were read or they do not have it. */
  readonly log?: StatementLogFacts;
}

export interface StatementStatistics {
  readonly window: Window;
  readonly items: readonly StatementStatistic[];
  /** Share of each database in the server's statement time, this one included; largest first. */
  readonly databases: readonly DatabaseShare[];
  /** dbperf's own statements, left out of `items`. */
  readonly own: { readonly calls: number; readonly totalMs: number };
  /** Statements whose text the role may not see, left out of `items`. */
  readonly hidden: { readonly calls: number; readonly totalMs: number };
  /** Entries that the server threw away because its table was full; null where unknown. */
  readonly evictions: number | null;
  readonly extensionVersion: string | null;
}

export interface DatabaseShare {
  readonly database: string;
  readonly calls: number;
  readonly totalMs: number;
}
