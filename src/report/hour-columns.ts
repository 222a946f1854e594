import type { StatementLogFacts } from "../model/log.ts";
import type { IsoTime } from "../model/primitives.ts";

const HOUR_MS = 3_600_000;

/** More columns cannot be told apart in a chart. */
const MOST_COLUMNS = 72;

/** Calls of a stretch of `hours` hours that begins at `at`. */
export interface HourColumn {
  readonly at: IsoTime;
  readonly hours: number;
  readonly calls: number;
  readonly totalMs: number;
}

/** The hours from the first to the last, empty ones too, several to a column where there are many. */
export function hourColumns(hours: StatementLogFacts["hours"]): HourColumn[] {
  if (hours.length === 0) return [];
  const starts = hours.map(({ at }) => Math.floor(Date.parse(at) / HOUR_MS));
  const first = Math.min(...starts);
  const count = Math.max(...starts) - first + 1;
  const step = Math.ceil(count / MOST_COLUMNS);
  const columns = Array.from({ length: Math.ceil(count / step) }, () => ({ calls: 0, totalMs: 0 }));
  for (const [index, { calls, totalMs }] of hours.entries()) {
    const column = columns[Math.floor(((starts[index] ?? first) - first) / step)];
    if (column === undefined) continue;
    column.calls += calls;
    column.totalMs += totalMs;
  }
  return columns.map((column, index) => ({
    at: new Date((first + index * step) * HOUR_MS).toISOString(),
    hours: step,
    ...column,
  }));
}
