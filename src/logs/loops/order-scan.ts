import { type ScoredBurst, scanBursts } from "./burst-scan.ts";

/** Executions of one class in the order of the log, which has whole seconds only. */
export interface OrderedSteps {
  readonly startMs: ArrayLike<number>;
  /** Place of each among all executions of the same client, of any class. */
  readonly places: readonly number[];
}

/** Share of a loop among what its client sends meanwhile. */
const LOOP_SHARES = [0.9, 0.5, 0.25] as const;
const LEAST_TIMES = 2;
const SECOND_MS = 1000;
/** What lies further apart than the seconds of the log can explain is no step of one loop. */
const APART = 10;

/** Runs with few other statements of the client in between: both times geometric, with the usual share or a loop's. */
export function orderScan({ startMs, places }: OrderedSteps, clientExecutions: number): ScoredBurst[] {
  const usual = places.length / Math.max(1, clientExecutions);
  const paid = Math.log(places.length) + Math.log(LOOP_SHARES.length);
  const steps = places.slice(1).map((place, step) => ({
    between: Math.max(0, place - (places[step] ?? place) - 1),
    isApart: (startMs[step + 1] ?? 0) - (startMs[step] ?? 0) > SECOND_MS + 1,
  }));
  const found = LOOP_SHARES.filter((share) => share >= LEAST_TIMES * usual).flatMap((share) => {
    const perStep = Math.log(share / usual);
    const perOther = Math.log((1 - share) / (1 - usual));
    return scanBursts(steps.length, (step) => {
      const { between = 0, isApart = false } = steps[step] ?? {};
      return perStep + between * perOther - (isApart ? APART : 0);
    });
  });
  const kept: ScoredBurst[] = [];
  for (const burst of found.toSorted((a, b) => b.score - a.score || a.first - b.first)) {
    if (!kept.some(({ first, last }) => burst.first <= last && burst.last >= first)) kept.push(burst);
  }
  return kept.map((burst) => ({ ...burst, score: burst.score - paid })).toSorted((a, b) => a.first - b.first);
}
