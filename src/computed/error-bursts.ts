import type { Occurrences } from "../model/log.ts";
import type { IsoTime, Window } from "../model/primitives.ts";
import { type BurstLimits, findBursts } from "../stats/burst.ts";
import { minuteNumber, minuteTime } from "./occurrences.ts";

export type { BurstLimits } from "../stats/burst.ts";

/** A stretch of minutes in which something happened far more often than in the rest of the log. */
export interface ErrorBurst {
  /** Begin of the first minute. */
  readonly from: IsoTime;
  /** Begin of the last minute. */
  readonly to: IsoTime;
  readonly count: number;
  readonly busiestMinuteCount: number;
  /** Rate over the rest of the window. */
  readonly usualPerMinute: number;
}

/** Bursts of one kind of error within the log's window, in order of time; see `stats/burst` for the test. */
export function errorBursts({ perMinute }: Occurrences, window: Window, limits: BurstLimits): readonly ErrorBurst[] {
  const counts = perMinute.map(({ at, count }) => ({ minute: minuteNumber(at), count }));
  const first = Math.min(minuteNumber(window.from ?? window.to), ...counts.slice(0, 1).map(({ minute }) => minute));
  const last = Math.max(minuteNumber(window.to), ...counts.slice(-1).map(({ minute }) => minute));
  return findBursts(counts, last - first + 1, limits).map((burst) => ({
    from: minuteTime(burst.firstMinute),
    to: minuteTime(burst.lastMinute),
    count: burst.count,
    busiestMinuteCount: burst.busiestMinuteCount,
    usualPerMinute: burst.usualPerMinute,
  }));
}
