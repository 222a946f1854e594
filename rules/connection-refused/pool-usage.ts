import { minuteNumber } from "../../src/computed/occurrences.ts";
import { type RefusedLimit, refusedLimits } from "../../src/computed/refused-limits.ts";
import type { IsoTime, LogFacts, Sessions } from "../../src/rule.ts";
import { formatCount, formatMs, formatSeconds, plural } from "../../src/util/units.ts";
import { countStates, holderOf, type Usage } from "./usage.ts";

/** What is seen in fewer of a pool's minutes may be chance. */
const LEAST_SHARE_OF_MINUTES = 0.5;

interface PoolContext {
  readonly log: LogFacts;
  readonly sessions: Sessions | null;
  readonly capturedAt: IsoTime;
  /** Sessions that were seen later than this say nothing of the pool. */
  readonly nearSeconds: number;
}

/** What kept the connections of a pool, by what else happened in its minutes; null where nothing shows it. */
export function poolUsage(limit: RefusedLimit, { log, ...seen }: PoolContext): Usage | null {
  const minutes = new Set(limit.seen.perMinute.map(({ at }) => minuteNumber(at)));
  if (minutes.size === 0) return null;
  return refusedByServer(minutes, log) ?? lockWaits(minutes, log) ?? sessionsThen(limit, seen);
}

function refusedByServer(minutes: ReadonlySet<number>, { refusals }: LogFacts): Usage | null {
  const others = refusedLimits(refusals).filter(({ kind }) => kind === "server");
  const shared = sharedMinutes(
    minutes,
    others.flatMap(({ seen }) => seen.perMinute.map(({ at }) => minuteNumber(at))),
  );
  if (shared < minutes.size * LEAST_SHARE_OF_MINUTES) return null;
  return {
    words: `In ${shared} of ${plural(minutes.size, "minute")} the server refused connections: a pool that is not full can open no more then.`,
    cause: "server",
  };
}

function lockWaits(minutes: ReadonlySet<number>, { lockWaits: waits }: LogFacts): Usage | null {
  const spans = waits.map(({ at, waitedMs }) => ({
    waitedMs,
    minutes: minutesBetween(minuteNumber(at), minuteNumber(new Date(Date.parse(at) + waitedMs).toISOString())),
  }));
  const then = spans.filter((span) => span.minutes.some((minute) => minutes.has(minute)));
  const shared = sharedMinutes(
    minutes,
    then.flatMap((span) => span.minutes),
  );
  if (then.length === 0 || shared < minutes.size * LEAST_SHARE_OF_MINUTES) return null;
  const longest = formatMs(Math.max(...then.map(({ waitedMs }) => waitedMs)));
  return {
    words: `In ${shared} of ${plural(minutes.size, "minute")} sessions waited for locks (${plural(then.length, "wait")}, the longest ${longest}): they keep their connections meanwhile.`,
    cause: "locks",
  };
}

function sessionsThen(
  limit: RefusedLimit,
  { sessions, capturedAt, nearSeconds }: Omit<PoolContext, "log">,
): Usage | null {
  const agoSeconds = (Date.parse(capturedAt) - Date.parse(limit.seen.lastAt)) / 1000;
  if (sessions === null || agoSeconds < 0 || agoSeconds > nearSeconds) return null;
  const { items, hiddenCount } = sessions;
  if (items.length === 0 || hiddenCount > items.length) return null;
  const states = countStates(items);
  const { idle, open, waiting } = states;
  return {
    words: `${formatSeconds(agoSeconds)} after the last one, of the ${formatCount(items.length)} sessions of the server that may be seen ${idle} were idle, ${open} idle in transaction, ${waiting} waiting for a lock.`,
    cause: holderOf(states, items.length),
  };
}

function sharedMinutes(minutes: ReadonlySet<number>, others: readonly number[]): number {
  return new Set(others.filter((minute) => minutes.has(minute))).size;
}

/** A wait of more than a day tells nothing of single minutes. */
function minutesBetween(from: number, to: number): readonly number[] {
  return Array.from({ length: Math.min(1440, to - from + 1) }, (_, index) => from + index);
}
