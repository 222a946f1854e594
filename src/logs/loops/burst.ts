import type { Burst } from "./burst-totals.ts";
import type { ClientRun } from "./client-run.ts";
import { valuesAt } from "./execution-window.ts";
import { sourcesBefore } from "./sources-before.ts";

const FEWEST_REPEATS = 5;
const LEAST_DISTINCT_SHARE = 0.8;
/** Steps that another statement comes with: so many, and so many times what its frequency would have. */
const LEAST_ACCOMPANIED_SHARE = { same: 0.5, distinct: 0.8 } as const;
const ACCOMPANIED_TIMES = 1.5;
const MOST_OVERLAP_SHARE = 0.1;
/** Who asks the same again after longer pauses waits for something. */
const MOST_SAME_PAUSE_MS = 20;
const ROUNDING_MS = 1;

/** What a run of repeats is, with the reads before it; null where it is rather other traffic of the same statement. */
export function burstOf(
  client: ClientRun,
  places: readonly number[],
  score: number,
  { isRead, isChain }: { readonly isRead: boolean; readonly isChain: boolean },
): Burst | null {
  const { members, window } = client;
  const own = places.map((place) => members[place] ?? 0);
  const values = own.map((at) => valuesAt(window, at));
  const distinct = values.includes(null) ? null : new Set(values).size;
  const isDistinct = distinct === null || distinct >= Math.max(FEWEST_REPEATS, LEAST_DISTINCT_SHARE * own.length);
  // Neither all the same nor all different: other traffic of the same statement.
  if (!isDistinct && distinct !== 1) return null;
  if (!isRead && !isDistinct) return null;
  const isAccompaniedRun = isAccompanied(client, places, LEAST_ACCOMPANIED_SHARE[isDistinct ? "distinct" : "same"]);
  if (!isDistinct && (isAccompaniedRun || medianPauseMs(client, own) > MOST_SAME_PAUSE_MS)) return null;
  const isSequential = isChain || overlapShare(client, own) <= MOST_OVERLAP_SHARE;
  const us = (at: number): number => Math.round(window.durationUs[at] || 0);
  return {
    kind: isRead ? (isDistinct ? "n-plus-one" : "redundant-query") : "row-by-row-write",
    isAlone: isSequential && !isAccompaniedRun,
    fromMs: own.reduce((least, at) => Math.min(least, window.startMs(at)), Number.POSITIVE_INFINITY),
    toMs: own.reduce((most, at) => Math.max(most, window.timeMs[at] ?? 0), 0),
    count: own.length,
    totalUs: own.reduce((sum, at) => sum + us(at), 0),
    savedUs: own.slice(1).reduce((sum, at) => sum + us(at), 0),
    score,
    sources: sourcesBefore(client, places),
  };
}

function medianPauseMs({ window, context }: ClientRun, own: readonly number[]): number {
  if (context.isCoarse) return 0;
  const pauses = own.slice(1).map((at, index) => window.startMs(at) - (window.timeMs[own[index] ?? 0] ?? 0));
  return pauses.toSorted((a, b) => a - b)[Math.floor(pauses.length / 2)] ?? 0;
}

function overlapShare({ window, context }: ClientRun, own: readonly number[]): number {
  if (context.isCoarse) return 0;
  let overlaps = 0;
  for (const [index, at] of own.entries()) {
    const before = own[index - 1];
    if (before !== undefined && window.startMs(at) < (window.timeMs[before] ?? 0) - ROUNDING_MS) overlaps += 1;
  }
  return overlaps / own.length;
}

/**
 * Whether another statement stands in most steps, and far more often than its share of the client's statements would
 * have it: then it is what requests do, one after the other.
 */
function isAccompanied({ members, window }: ClientRun, places: readonly number[], leastShare: number): boolean {
  const seen = new Map<number, number>();
  const betweens: number[] = [];
  const inOrder = places.toSorted((a, b) => a - b);
  for (const [index, place] of inOrder.entries()) {
    const next = inOrder[index + 1];
    if (next === undefined) continue;
    const between = new Set<number>();
    for (let at = place + 1; at < next; at += 1) between.add(window.statement[members[at] ?? 0] ?? 0);
    for (const statement of between) seen.set(statement, (seen.get(statement) ?? 0) + 1);
    betweens.push(next - place - 1);
  }
  const companions = [...seen].filter(([, steps]) => steps >= leastShare * betweens.length);
  return companions.some(([statement, steps]) => {
    const share = members.filter((at) => window.statement[at] === statement).length / members.length;
    const expected = betweens.reduce((sum, between) => sum + 1 - (1 - share) ** between, 0);
    return steps >= ACCOMPANIED_TIMES * expected;
  });
}
