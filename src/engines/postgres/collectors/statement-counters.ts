import type { Int8Text } from "../../../model/primitives.ts";
import type { StatementCounters } from "../../../model/statement.ts";
import { hasColumn, number, textOrNull } from "../rows.ts";
import type { Row } from "../session.ts";

/** One entry of pg_stat_statements: a statement of one role in one database, without its text. */
export interface StatementEntry {
  /** Null where the role may not see the statement. */
  readonly queryId: Int8Text | null;
  /** Null for a database that was dropped since. */
  readonly database: string | null;
  readonly counters: StatementCounters;
}

/** Reads an entry by column names, which follow the extension's version (1.7 to 1.12 and newer). */
export function entryFromRow(row: Row, timesBlocks: boolean): StatementEntry {
  const totalMs = number(row, firstOf(row, "total_exec_time", "total_time"));
  const calls = number(row, "calls");
  const planned = hasColumn(row, "plans") && number(row, "plans") > 0;
  const blockTime = (kind: "read" | "write"): number | null =>
    timesBlocks ? optional(row, `shared_blk_${kind}_time`, `blk_${kind}_time`) : null;
  const extremes = extremesOf(row, calls, totalMs);
  return {
    queryId: textOrNull(row, "queryid"),
    database: textOrNull(row, "dbperf_database"),
    counters: {
      calls,
      totalMs,
      meanMs: calls > 0 ? totalMs / calls : 0,
      minMs: extremes.minMs,
      maxMs: extremes.maxMs,
      stddevMs: calls > 0 ? optional(row, "stddev_exec_time", "stddev_time") : null,
      p50Ms: null,
      p95Ms: null,
      p99Ms: null,
      rows: number(row, "rows"),
      planMs: planned ? optional(row, "total_plan_time") : null,
      sharedBlocksHit: optional(row, "shared_blks_hit"),
      sharedBlocksRead: optional(row, "shared_blks_read"),
      sharedBlocksDirtied: optional(row, "shared_blks_dirtied"),
      tempBlocksRead: optional(row, "temp_blks_read"),
      tempBlocksWritten: optional(row, "temp_blks_written"),
      blockReadMs: blockTime("read"),
      blockWriteMs: blockTime("write"),
      walBytes: optional(row, "wal_bytes"),
    },
  };
}

/** One class's counters from its entries: sums, the pooled standard deviation, the outermost times. */
export function mergeCounters(entries: readonly StatementCounters[]): StatementCounters {
  const calls = sum(entries, "calls") ?? 0;
  const totalMs = sum(entries, "totalMs") ?? 0;
  return {
    calls,
    totalMs,
    meanMs: calls > 0 ? totalMs / calls : 0,
    minMs: outermost(entries, "minMs", Math.min),
    maxMs: outermost(entries, "maxMs", Math.max),
    stddevMs: pooledDeviation(entries, calls, totalMs),
    p50Ms: null,
    p95Ms: null,
    p99Ms: null,
    rows: sum(entries, "rows") ?? 0,
    planMs: sum(entries, "planMs"),
    sharedBlocksHit: sum(entries, "sharedBlocksHit"),
    sharedBlocksRead: sum(entries, "sharedBlocksRead"),
    sharedBlocksDirtied: sum(entries, "sharedBlocksDirtied"),
    tempBlocksRead: sum(entries, "tempBlocksRead"),
    tempBlocksWritten: sum(entries, "tempBlocksWritten"),
    blockReadMs: sum(entries, "blockReadMs"),
    blockWriteMs: sum(entries, "blockWriteMs"),
    walBytes: sum(entries, "walBytes"),
  };
}

/**
 * Zeros where nothing was measured are unknown: an entry that was planned but never ran (13+, track_planning), and one
 * whose extremes alone were reset and that did not run since (17+: pg_stat_statements_reset(…, minmax_only)).
 */
function extremesOf(row: Row, calls: number, totalMs: number): Pick<StatementCounters, "minMs" | "maxMs"> {
  const minMs = optional(row, "min_exec_time", "min_time");
  const maxMs = optional(row, "max_exec_time", "max_time");
  const isUnknown = calls === 0 || (maxMs === 0 && totalMs > 0);
  return isUnknown ? { minMs: null, maxMs: null } : { minMs, maxMs };
}

/** The server's deviation is that of the whole population: variances within and between entries add up by calls. */
function pooledDeviation(entries: readonly StatementCounters[], calls: number, totalMs: number): number | null {
  if (calls === 0) return null;
  let squares = 0;
  for (const { calls: part, meanMs, stddevMs } of entries) {
    if (part === 0) continue;
    if (stddevMs === null) return null;
    // Around the common mean, because a difference of two large squares would lose a small deviation.
    squares += part * (stddevMs ** 2 + (meanMs - totalMs / calls) ** 2);
  }
  return Math.sqrt(squares / calls);
}

function sum(entries: readonly StatementCounters[], name: keyof StatementCounters): number | null {
  return known(entries, name)?.reduce((total, value) => total + value, 0) ?? null;
}

function outermost(
  entries: readonly StatementCounters[],
  name: "minMs" | "maxMs",
  pick: (...values: number[]) => number,
): number | null {
  return known(entries, name)?.reduce((best, value) => pick(best, value)) ?? null;
}

/** The values of the entries that have one; null where none has. */
function known(entries: readonly StatementCounters[], name: keyof StatementCounters): number[] | null {
  const values = entries.flatMap((entry) => entry[name] ?? []);
  return values.length === 0 ? null : values;
}

function optional(row: Row, ...names: readonly string[]): number | null {
  const name = names.find((candidate) => hasColumn(row, candidate));
  return name === undefined ? null : number(row, name);
}

function firstOf(row: Row, ...names: readonly [string, string]): string {
  return names.find((name) => hasColumn(row, name)) ?? names[0];
}
