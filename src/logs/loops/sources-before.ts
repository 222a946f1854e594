import type { ClientRun } from "./client-run.ts";

/** A read that had ended just before a burst began. */
export interface SourceSighting {
  readonly statement: number;
  /** Its executions from shortly before the burst until its end. */
  readonly executions: number;
  /** Rows that the last one before returned; null where they are not known. */
  readonly rows: number | null;
  /** From its beginning, and from its end, until the first repeat began; milliseconds. */
  readonly leadMs: number;
  readonly pauseMs: number;
  readonly durationMs: number;
}

const MOST_PAUSE_MS = 50;
const MOST_SOURCES = 6;
/** Executions that are looked back over; in a log of whole seconds their order is all there is. */
const MOST_BACK = 200;
const MOST_BACK_COARSE = 12;
/** Times of a log are cut to milliseconds. */
const ROUNDING_MS = 1;

/** The reads that the loop may be about the rows of, the nearest first. `places` are those of its repeats, in order. */
export function sourcesBefore({ members, window, context }: ClientRun, places: readonly number[]): SourceSighting[] {
  const { shapes, isCoarse } = context;
  const first = Math.min(...places);
  const last = Math.max(...places);
  const repeated = window.statement[members[first] ?? 0] ?? 0;
  const beganMs = Math.min(...places.map((place) => window.startMs(members[place] ?? 0)));
  const earliestMs = beganMs - (isCoarse ? 1000 : MOST_PAUSE_MS);
  const found = new Map<number, SourceSighting & { executions: number }>();
  const back = Math.max(0, first - (isCoarse ? MOST_BACK_COARSE : MOST_BACK));
  for (let place = first - 1; place >= back && found.size < MOST_SOURCES; place -= 1) {
    const at = members[place] ?? 0;
    const endMs = window.timeMs[at] ?? 0;
    if (endMs < earliestMs) break;
    const statement = window.statement[at] ?? 0;
    const isOther = statement !== repeated && !found.has(statement) && shapes.isSource(statement);
    if (!isOther || (!isCoarse && endMs > beganMs + ROUNDING_MS)) continue;
    const rows = window.rows[at] ?? NaN;
    found.set(statement, {
      statement,
      executions: 0,
      rows: Number.isNaN(rows) ? null : rows,
      leadMs: Math.max(0, beganMs - window.startMs(at)),
      pauseMs: Math.max(0, beganMs - endMs),
      durationMs: (window.durationUs[at] || 0) / 1000,
    });
  }
  if (found.size === 0) return [];
  for (let place = back; place <= last; place += 1) {
    const at = members[place] ?? 0;
    if ((window.timeMs[at] ?? 0) < earliestMs) continue;
    const source = found.get(window.statement[at] ?? 0);
    if (source !== undefined) source.executions += 1;
  }
  return [...found.values()];
}
