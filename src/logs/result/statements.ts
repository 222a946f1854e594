import type { CallShare, LoggedPlan, StatementExample, StatementLogFacts } from "../../model/log.ts";
import type { StatementStatistic, StatementStatistics } from "../../model/statement.ts";
import type { LogDigest } from "../digest/digest.ts";
import { isoTime } from "../digest/occurrences.ts";
import type { PlanCounts } from "../digest/plans.ts";
import { COLUMN } from "../digest/statement-table.ts";
import { readableText } from "../digest/texts.ts";
import { windowOf } from "./facts.ts";
import { type Group, groupClasses } from "./groups.ts";
import type { StatementNames } from "./statement-names.ts";

const HOUR_MS = 3_600_000;
const MOST_SHARES = 20;
const MOST_TOLD = 1000;
/** Limits of the histogram, in milliseconds. */
const RANGES_MS = [0, 1, 10, 100, 1000, 10_000, 100_000] as const;

/** Statements of a closed digest, heaviest first. */
export function statementStatistics(digest: LogDigest, names: StatementNames): StatementStatistics {
  const leastUs = leastTotalUs(digest);
  const items: StatementStatistic[] = [];
  for (const group of groupClasses(digest, names)) items.push(statisticOf(group, digest, names, leastUs));
  if (digest.otherCalls > 0) items.push(otherStatements(digest));
  items.sort(
    (a, b) => b.totalMs - a.totalMs || compare(a.fingerprint, b.fingerprint) || compare(a.database, b.database),
  );
  return {
    window: windowOf(digest),
    items,
    databases: databaseShares(items),
    own: { calls: digest.ownCalls, totalMs: digest.ownUs / 1000 },
    hidden: { calls: 0, totalMs: 0 },
    evictions: null,
    extensionVersion: null,
  };
}

/** Total time from which a statement is told with all that the log knows of it; the many small ones have numbers alone. */
function leastTotalUs({ statements }: LogDigest): number {
  if (statements.size <= MOST_TOLD) return 0;
  const totals = Array.from(
    { length: statements.size },
    (_, index) => statements.numbers[statements.baseOf(index) + COLUMN.totalUs] ?? 0,
  );
  return totals.sort((a, b) => b - a)[MOST_TOLD] ?? 0;
}

function statisticOf(group: Group, digest: LogDigest, names: StatementNames, leastUs: number): StatementStatistic {
  const { numbers } = group;
  const timed = numbers.calls - numbers.untimed;
  const [p50, p95, p99] = group.sketch.quantiles([0.5, 0.95, 0.99]);
  return {
    fingerprint: group.fingerprint,
    kind: names.kindOf(group.text),
    query: readableText(group.text),
    queryIds: [...group.queryIds].toSorted(compare),
    tags: {},
    database: digest.names.text(group.database) ?? "",
    calls: numbers.calls,
    totalMs: numbers.totalUs / 1000,
    meanMs: timed === 0 ? 0 : numbers.totalUs / timed / 1000,
    minMs: timed === 0 ? null : numbers.minUs / 1000,
    maxMs: timed === 0 ? null : numbers.maxUs / 1000,
    stddevMs: null,
    p50Ms: milliseconds(p50, numbers),
    p95Ms: milliseconds(p95, numbers),
    p99Ms: milliseconds(p99, numbers),
    rows: numbers.rowsKnown === 0 ? null : numbers.rows,
    ...NO_COUNTERS,
    ...(numbers.totalUs >= leastUs || group.plans.length > 1 ? { log: logFacts(group, digest) } : {}),
  };
}

const NO_COUNTERS = {
  planMs: null,
  sharedBlocksHit: null,
  sharedBlocksRead: null,
  sharedBlocksDirtied: null,
  tempBlocksRead: null,
  tempBlocksWritten: null,
  blockReadMs: null,
  blockWriteMs: null,
  walBytes: null,
} as const;

/** A quantile is never beyond what was measured, though its bin may be. Three digits say all that a bin knows. */
function milliseconds(us: number | null | undefined, { minUs, maxUs }: Group["numbers"]): number | null {
  if (us === null || us === undefined) return null;
  return Number((Math.min(maxUs, Math.max(minUs, us)) / 1000).toPrecision(4));
}

function logFacts(group: Group, { names }: LogDigest): StatementLogFacts {
  const { numbers, sketch } = group;
  const shares = (pairs: ReadonlyMap<number, number>): CallShare[] =>
    [...pairs]
      .flatMap(([id, calls]) => {
        const name = names.text(id);
        return name === null ? [] : [{ name, calls }];
      })
      .toSorted((a, b) => b.calls - a.calls || compare(a.name, b.name))
      .slice(0, MOST_SHARES);
  const example = ({ timeMs, durationUs, user, application, query, parameters }: Group["examples"][number]) => ({
    at: isoTime(timeMs),
    durationMs: Number.isNaN(durationUs) ? null : durationUs / 1000,
    user: names.text(user),
    application: names.text(application),
    query,
    parameters,
  });
  return {
    firstAt: isoTime(numbers.firstMs),
    lastAt: isoTime(numbers.lastMs),
    untimedCalls: numbers.untimed,
    phasesMs: numbers.phases === 0 ? null : numbers.phaseUs / 1000,
    lockMs: numbers.lockKnown === 0 ? null : numbers.lockUs / 1000,
    rowsExamined: numbers.examinedKnown === 0 ? null : numbers.examined,
    histogram: RANGES_MS.flatMap((fromMs, index) => {
      const toMs = RANGES_MS[index + 1] ?? null;
      const calls = sketch.countBetween(fromMs * 1000, toMs === null ? Number.POSITIVE_INFINITY : toMs * 1000);
      return calls === 0 ? [] : [{ fromMs, toMs, calls }];
    }),
    hours: [...group.hours]
      .toSorted(([a], [b]) => a - b)
      .map(([hour, { calls, totalUs }]) => ({ at: isoTime(hour * HOUR_MS), calls, totalMs: totalUs / 1000 })),
    users: shares(group.users),
    applications: shares(group.applications),
    routes: shares(group.routes),
    examples: group.examples.map((one): StatementExample => example(one)),
    plans: group.plans.map(planOf).toSorted((a, b) => compare(a.firstAt, b.firstAt) || compare(a.shape, b.shape)),
    ptQueryDigestId: group.perconaId,
  };
}

function planOf([shape, counts]: readonly [string, PlanCounts]): LoggedPlan {
  return {
    shape,
    root: counts.root,
    executions: counts.executions,
    meanMs: counts.totalUs / counts.executions / 1000,
    maxMs: counts.maxUs / 1000,
    firstAt: isoTime(counts.firstMs),
    lastAt: isoTime(counts.lastMs),
  };
}

/** Executions of the classes that there was no room for, so that the totals hold them. */
function otherStatements({ otherCalls, otherUs }: LogDigest): StatementStatistic {
  return {
    fingerprint: "0000000000000000",
    kind: "unknown",
    query: "(statements beyond the limit of classes)",
    queryIds: [],
    tags: {},
    database: "",
    calls: otherCalls,
    totalMs: otherUs / 1000,
    meanMs: otherUs / otherCalls / 1000,
    minMs: null,
    maxMs: null,
    stddevMs: null,
    p50Ms: null,
    p95Ms: null,
    p99Ms: null,
    rows: null,
    ...NO_COUNTERS,
  };
}

function databaseShares(items: readonly StatementStatistic[]): StatementStatistics["databases"] {
  const shares = new Map<string, { database: string; calls: number; totalMs: number }>();
  for (const { database, calls, totalMs } of items) {
    const share = shares.get(database) ?? { database, calls: 0, totalMs: 0 };
    share.calls += calls;
    share.totalMs += totalMs;
    shares.set(database, share);
  }
  return [...shares.values()].toSorted((a, b) => b.totalMs - a.totalMs || compare(a.database, b.database));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
