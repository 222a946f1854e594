/** What the steps between executions of one class are scored by; lists run in the order of the executions' starts. */
export interface Steps {
  readonly startMs: readonly number[];
  readonly endMs: readonly number[];
  /** Sums of the values that are whole numbers, modulo 2³². */
  readonly sums: readonly number[];
  /** Place of each among all executions of the same client, of any class. */
  readonly places: readonly number[];
}

export interface StepLimits {
  /** Times have whole seconds only: the order tells more than they do. */
  readonly isCoarse: boolean;
  readonly stretchMs: number;
  /** Executions of the client in the stretch, of any class. */
  readonly clientExecutions: number;
}

/** A loop sends one statement each ten milliseconds, or four times as many as other times do. */
const LOOP_PER_MS = 0.1;
const LOOP_TIMES = 4;
/** Share of a loop among what its client sends meanwhile, by order. */
const LOOP_SHARE = 0.5;
const MOST_LOOP_SHARE = 0.95;
/** Keys of a loop follow one another: how likely, and how far back the one before may be. */
const FOLLOWS = 0.5;
const LOOK_BACK = 8;
const MOST_FOLLOW_SCORE = 6;
const SECOND_MS = 1000;

/**
 * Logarithm of how much likelier each step is in a loop than at the rate of the stretch: a short pause speaks for it, a
 * long one against it, and so does a key that follows the one before.
 */
export function stepScores(steps: Steps, limits: StepLimits): number[] {
  const timeScore = limits.isCoarse ? orderScore(steps, limits) : pauseScore(steps, limits);
  const followScore = keyScore(steps);
  return Array.from({ length: Math.max(0, steps.startMs.length - 1) }, (_, step) => {
    return timeScore(step) + followScore(step + 1);
  });
}

/** Pauses of a Poisson process: exponential with the one rate or the other. */
function pauseScore({ startMs, endMs }: Steps, { stretchMs }: StepLimits): (step: number) => number {
  const usual = startMs.length / stretchMs;
  const loop = Math.max(LOOP_PER_MS, LOOP_TIMES * usual);
  const perStep = Math.log(loop / usual);
  return (step) => {
    const pauseMs = Math.max(0, (startMs[step + 1] ?? 0) - (endMs[step] ?? 0));
    return perStep - (loop - usual) * pauseMs;
  };
}

/** Statements of the same client in between: geometric with the one share or the other. */
function orderScore({ startMs, places }: Steps, { clientExecutions }: StepLimits): (step: number) => number {
  const usual = Math.min(0.99, startMs.length / Math.max(1, clientExecutions));
  const loop = Math.min(MOST_LOOP_SHARE, Math.max(LOOP_SHARE, LOOP_TIMES * usual));
  if (loop <= usual) return () => 0;
  return (step) => {
    const between = Math.max(0, (places[step + 1] ?? 0) - (places[step] ?? 0) - 1);
    const apart = Math.abs((startMs[step + 1] ?? 0) - (startMs[step] ?? 0)) > SECOND_MS + 1 ? MOST_FOLLOW_SCORE : 0;
    return Math.log(loop / usual) + between * Math.log((1 - loop) / (1 - usual)) - apart;
  };
}

/** A key one above or below a recent one: rare where keys come from anywhere in their range. */
function keyScore({ sums }: Steps): (index: number) => number {
  const range = Math.max(sums.length, Math.max(...sums) - Math.min(...sums) + 1);
  const score = Math.min(MOST_FOLLOW_SCORE, Math.log((FOLLOWS * range) / (2 * LOOK_BACK)));
  if (!(score > 0)) return () => 0;
  return (index) => {
    const sum = sums[index] ?? 0;
    for (let before = Math.max(0, index - LOOK_BACK); before < index; before += 1) {
      if (Math.abs(sum - (sums[before] ?? 0)) === 1) return score;
    }
    return 0;
  };
}
