import { timeWords } from "../../src/computed/occurrences.ts";
import type { StatementLoad } from "../../src/computed/statement-load.ts";
import type { CallShare, StatementStatistic, Window } from "../../src/rule.ts";
import { printable, truncate } from "../../src/util/text.ts";
import { formatCount, formatMs, formatShare } from "../../src/util/units.ts";

const MAX_CALLERS = 3;

/** The mean is long, or it is short and one call in twenty is long. */
export type Slowness = "mean" | "tail";

/** A log may hold slow executions alone, and then its time is not the database's. */
function timeLabel({ kind }: Window): string {
  return kind === "log" ? "the logged statement time" : "the database's statement time";
}

export function headlineOf({ item, share }: StatementLoad, slowness: Slowness, window: Window): string {
  const time = window.kind === "log" ? timeLabel(window) : "all statement time";
  const part = `${formatShare(share)} of ${time}`;
  if (slowness === "mean" || item.p95Ms === null) {
    return `One statement takes ${formatMs(item.meanMs)} on average and ${part}.`;
  }
  return `A statement is slow for one call in twenty: ${formatMs(item.p95Ms)} or longer, ${part}.`;
}

export function messageOf(load: StatementLoad, window: Window): string {
  const { item, share, callsPerHour } = load;
  const rate = callsPerHour === null ? "" : ` (${formatCount(callsPerHour)} calls/h)`;
  const longest = item.maxMs === null ? "" : `, longest ${formatMs(item.maxMs)}`;
  return (
    `${formatCount(item.calls)} ${window.kind === "log" ? "logged calls" : "calls"}${rate}, mean ${formatMs(item.meanMs)}${longest}, ` +
    `${formatShare(share)} of ${timeLabel(window)}; ${percentilesOf(item)}.${callersOf(item)}${slowestOf(item)}`
  );
}

function percentilesOf({ p50Ms, p95Ms, p99Ms }: StatementStatistic): string {
  const known = Object.entries({ p50: p50Ms, p95: p95Ms, p99: p99Ms }).flatMap(([name, ms]) =>
    ms === null ? [] : [`${name} ${formatMs(ms)}`],
  );
  return known.length === 0 ? "mean only, percentiles are not known" : known.join(", ");
}

function callersOf({ calls, log }: StatementStatistic): string {
  const routes = callersText("route", log?.routes ?? [], calls);
  const applications = callersText("application", log?.applications ?? [], calls);
  const known = [...routes, ...applications];
  return known.length === 0 ? "" : ` Called by ${known.join("; ")}.`;
}

/** `route /orders (80 %), /cart (12 %) and 4 more`. */
function callersText(what: string, callers: readonly CallShare[], calls: number): string[] {
  const sorted = callers.toSorted((a, b) => b.calls - a.calls);
  const shown = sorted.slice(0, MAX_CALLERS).map((caller) => {
    const share = calls > 0 ? ` (${formatShare(Math.min(1, caller.calls / calls))})` : "";
    return `${truncate(printable(caller.name), 60)}${share}`;
  });
  if (shown.length === 0) return [];
  const rest = sorted.length - shown.length;
  return [`${what} ${shown.join(", ")}${rest === 0 ? "" : ` and ${formatCount(rest)} more`}`];
}

function slowestOf({ log }: StatementStatistic): string {
  const slowest = log?.examples.find(({ durationMs }) => durationMs !== null);
  if (slowest === undefined || slowest.durationMs === null) return "";
  const { at, application, user } = slowest;
  const owner = application || user || null;
  const who = owner === null ? "" : ` (${truncate(printable(owner), 60)})`;
  return ` The slowest one that the log shows took ${formatMs(slowest.durationMs)} ${timeWords({ firstAt: at, lastAt: at })}${who}.`;
}
