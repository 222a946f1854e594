import type { LoggedPlan } from "../../src/rule.ts";

/** Two plans of a statement, the slower one of them the later one. */
export interface PlanPair {
  /** The plan that was there first; of plans that alternate, the faster one. */
  readonly before: LoggedPlan;
  readonly after: LoggedPlan;
  /** The later mean as a multiple of the earlier one. */
  readonly factor: number;
  /** What the slower plan's executions took beyond the other one's mean. */
  readonly lostMs: number;
}

export interface PlanChange extends PlanPair {
  /** A third plan that came after the slow one and is fast again; null where the slow one is the last. */
  readonly replacedBy: LoggedPlan | null;
}

export interface PairLimits {
  readonly minExecutions: number;
  readonly minLostMs: number;
}

/** A prepared statement may keep the old plan for a while: so much of the shorter period may overlap. */
const MAX_OVERLAP = 0.1;

/** The change from one plan to the next that lost most time; null where none got `minFactor` times slower. */
export function worstChange(plans: readonly LoggedPlan[], minFactor: number, limits: PairLimits): PlanChange | null {
  const inOrder = plans.filter(({ executions }) => executions >= limits.minExecutions).toSorted(byFirst);
  const changes = inOrder.slice(1).flatMap((after, position): PlanChange[] => {
    const before = inOrder[position];
    if (before === undefined || !isApart(before, after)) return [];
    const replacedBy = inOrder.slice(position + 2).find((next) => next.meanMs * minFactor <= after.meanMs) ?? null;
    return [{ ...pair(before, after), replacedBy }];
  });
  return worst(changes, minFactor, limits);
}

/** Two plans that were both in use over the same time and differ most in lost time; null where they are near each other. */
export function worstAlternation(plans: readonly LoggedPlan[], minFactor: number, limits: PairLimits): PlanPair | null {
  const inOrder = plans.filter(({ executions }) => executions >= limits.minExecutions).toSorted(byFirst);
  const pairs = inOrder.flatMap((first, position) =>
    inOrder.slice(position + 1).flatMap((second) => {
      if (isApart(first, second)) return [];
      return [first.meanMs <= second.meanMs ? pair(first, second) : pair(second, first)];
    }),
  );
  return worst(pairs, minFactor, limits);
}

function pair(before: LoggedPlan, after: LoggedPlan): PlanPair {
  return {
    before,
    after,
    factor: before.meanMs > 0 ? after.meanMs / before.meanMs : 0,
    lostMs: (after.meanMs - before.meanMs) * after.executions,
  };
}

function worst<T extends PlanPair>(pairs: readonly T[], minFactor: number, { minLostMs }: PairLimits): T | null {
  const slower = pairs.filter(({ factor, lostMs }) => factor >= minFactor && lostMs >= minLostMs);
  return slower.toSorted((a, b) => b.lostMs - a.lostMs)[0] ?? null;
}

/** The second plan came when the first one had gone. */
function isApart(first: LoggedPlan, second: LoggedPlan): boolean {
  const [firstLength, secondLength] = [first, second].map(
    ({ firstAt, lastAt }) => Date.parse(lastAt) - Date.parse(firstAt),
  );
  const shorter = Math.min(firstLength ?? 0, secondLength ?? 0);
  return Date.parse(second.firstAt) >= Date.parse(first.lastAt) - MAX_OVERLAP * shorter;
}

function byFirst(a: LoggedPlan, b: LoggedPlan): number {
  return a.firstAt < b.firstAt ? -1 : a.firstAt > b.firstAt ? 1 : 0;
}
