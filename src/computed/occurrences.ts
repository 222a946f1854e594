import type { Occurrences } from "../model/log.ts";
import type { IsoTime, Window } from "../model/primitives.ts";
import { formatSpan } from "../util/units.ts";

const MINUTE_MS = 60_000;

/** Occurrences of several things as one; null without any. */
export function mergeOccurrences(all: readonly Occurrences[]): Occurrences | null {
  const [first] = all;
  if (first === undefined) return null;
  const counts = new Map<IsoTime, number>();
  for (const { at, count } of all.flatMap(({ perMinute }) => perMinute)) counts.set(at, (counts.get(at) ?? 0) + count);
  return {
    count: all.reduce((sum, { count }) => sum + count, 0),
    firstAt: all.reduce((earliest, { firstAt }) => (firstAt < earliest ? firstAt : earliest), first.firstAt),
    lastAt: all.reduce((latest, { lastAt }) => (lastAt > latest ? lastAt : latest), first.lastAt),
    perMinute: [...counts].map(([at, count]) => ({ at, count })).toSorted((a, b) => (a.at < b.at ? -1 : 1)),
  };
}

/** `at 2026-11-23 11:58 UTC`, `from 2026-11-23 11:50 to 12:10 UTC`. */
export function timeWords({ firstAt, lastAt }: Pick<Occurrences, "firstAt" | "lastAt">): string {
  const from = minuteOf(firstAt);
  const to = minuteOf(lastAt);
  if (from === to) return `at ${from} UTC`;
  const day = from.slice(0, 10);
  return `from ${from} to ${to.startsWith(day) ? to.slice(11) : to} UTC`;
}

/** `in 10 h`; empty where the window has no length. */
export function windowWords(window: Window): string {
  const seconds = windowSeconds(window);
  return seconds === null ? "" : `in ${formatSpan(seconds)}`;
}

/** Length of a window; null where its start is unknown or it has no length. */
export function windowSeconds({ from, to }: Window): number | null {
  if (from === null) return null;
  const ms = Date.parse(to) - Date.parse(from);
  return ms > 0 ? ms / 1000 : null;
}

/** Number of the minute since 1970 that a time falls into. */
export function minuteNumber(at: IsoTime): number {
  return Math.floor(Date.parse(at) / MINUTE_MS);
}

/** When a minute begins. */
export function minuteTime(minute: number): IsoTime {
  return new Date(minute * MINUTE_MS).toISOString();
}

function minuteOf(at: IsoTime): string {
  return new Date(at).toISOString().slice(0, 16).replace("T", " ");
}
