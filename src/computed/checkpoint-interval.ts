import type { LoggedCheckpoints } from "../model/log.ts";
import { minuteNumber } from "./occurrences.ts";

const MINUTE_SECONDS = 60;

/**
 * Mean seconds from one checkpoint to the next that WAL volume or a command started; null where the log does not tell.
 * Pauses longer than `checkpoint_timeout` are left out: nothing was written then. The log is known to the minute.
 */
export function forcedCheckpointSeconds(
  { perMinute, byTrigger }: Pick<LoggedCheckpoints, "perMinute" | "byTrigger">,
  timeoutSeconds: number,
): number | null {
  const minutes = perMinute
    .map(({ at, count }) => ({ minute: minuteNumber(at), count }))
    .toSorted((a, b) => a.minute - b.minute);
  let runs = 0;
  let elapsed = 0;
  let checkpoints = 0;
  let last = Number.NEGATIVE_INFINITY;
  for (const { minute, count } of minutes) {
    const seconds = (minute - last) * MINUTE_SECONDS;
    if (seconds > timeoutSeconds + MINUTE_SECONDS) runs += 1;
    else elapsed += seconds;
    checkpoints += count;
    last = minute;
  }
  const intervals = checkpoints - runs;
  // After a pause the first checkpoint is one by time, with no interval before it.
  const timed = Math.min(intervals, Math.max(0, byTrigger.time - Math.max(0, runs - 1)));
  const forced = intervals - timed;
  const seconds = elapsed - timed * timeoutSeconds;
  return forced > 0 && seconds > 0 ? Math.min(timeoutSeconds, seconds / forced) : null;
}
