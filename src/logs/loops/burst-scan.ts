/** A stretch of arrivals, first and last by their number, and what speaks for it (natural logarithm). */
export interface ScoredBurst {
  readonly first: number;
  readonly last: number;
  readonly score: number;
}

/** A burst that has lost so much of its score is over. */
const DROP = 7;

/**
 * Stretches of arrivals that score highest: `scoreOf(i)` is the logarithm of how much likelier the step from arrival i
 * to the next one is within a burst than outside of it. A burst ends where its sum has fallen to 0 or by too much.
 */
export function scanBursts(steps: number, scoreOf: (step: number) => number): ScoredBurst[] {
  const bursts: ScoredBurst[] = [];
  let first = 0;
  let sum = 0;
  let best = 0;
  let last = 0;
  const take = (): void => {
    if (best > 0) bursts.push({ first, last, score: best });
  };
  for (let step = 0; step < steps; step += 1) {
    sum += scoreOf(step);
    if (sum > best) {
      best = sum;
      last = step + 1;
    }
    if (sum > 0 && sum >= best - DROP) continue;
    take();
    // What came after the best end may be the beginning of another one.
    step = best > 0 ? last - 1 : step;
    first = step + 1;
    sum = 0;
    best = 0;
    last = first;
  }
  take();
  return bursts;
}
