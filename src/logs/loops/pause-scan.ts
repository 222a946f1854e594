import { type ScoredBurst, scanBursts } from "./burst-scan.ts";
import type { StepTimes } from "./step-times.ts";

/** Statements a millisecond that a loop may send: on a near server, over a network, and on a busy client. */
const LOOP_RATES_PER_MS = [1, 0.3, 0.1, 0.03] as const;
/** A loop is so much faster than other times. */
const LEAST_TIMES = 2;

/** Steps with longer pauses on average speak against a loop, whatever its rate; milliseconds. */
export function longestPauseMs(executions: number, stretchMs: number): number {
  const usual = executions / stretchMs;
  const rates = LOOP_RATES_PER_MS.filter((rate) => rate >= LEAST_TIMES * usual);
  return Math.max(0, ...rates.map((rate) => Math.log(rate / usual) / (rate - usual)));
}

/**
 * Runs whose pauses are short for the rate of the stretch: both times exponential, with the rate of the stretch and with
 * one of several rates of loops. The score is paid for the number of steps and of rates.
 */
export function pauseScan({ size, startMs, endMs }: StepTimes, stretchMs: number): ScoredBurst[] {
  const usual = size / stretchMs;
  const rates = LOOP_RATES_PER_MS.filter((rate) => rate >= LEAST_TIMES * usual);
  const paid = Math.log(size) + Math.log(LOOP_RATES_PER_MS.length);
  const found = rates.flatMap((rate) => {
    const perStep = Math.log(rate / usual);
    const perMs = rate - usual;
    return scanBursts(size - 1, (step) => {
      return perStep - perMs * Math.max(0, (startMs[step + 1] ?? 0) - (endMs[step] ?? 0));
    });
  });
  const kept: ScoredBurst[] = [];
  if (found.length === 0) return kept;
  for (const burst of found.toSorted((a, b) => b.score - a.score || a.first - b.first)) {
    if (!kept.some(({ first, last }) => burst.first <= last && burst.last >= first)) kept.push(burst);
  }
  return kept.map((burst) => ({ ...burst, score: burst.score - paid })).toSorted((a, b) => a.first - b.first);
}
