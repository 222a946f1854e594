import type { Confidence } from "../model/primitives.ts";
import type { QueryLoop, ScopeClass } from "../model/query-loop.ts";
import type { StatementStatistics } from "../model/statement.ts";
import { windowSeconds } from "./occurrences.ts";
import { statementLoads } from "./statement-load.ts";

const HOUR_S = 3600;
/** A loop explains its statement's time where it holds so much of the calls. */
const MOST_CALLS_SHARE = 0.5;

/** Thresholds that the rules over loops share. */
export interface LoopGate {
  readonly minRepeats: number;
  readonly minLossMs: number;
  readonly roundTripMs: number;
}

export const CONFIDENCE: Readonly<Record<ScopeClass, Confidence>> = {
  trace: "measured",
  transaction: "measured",
  stitched: "estimated",
  aggregate: "heuristic",
};

/** Time that the repeats cost over all runs, in milliseconds: in the database, and a round trip each. */
export function loopLossMs({ savedMs, callsSaved }: QueryLoop, roundTripMs: number): number {
  return savedMs + callsSaved * roundTripMs;
}

/**
 * Whether a loop is worth a finding. A trace may be one of many that were not kept, and a test on a local database is
 * fast: there the number of repeats alone decides.
 */
export function passesGate(loop: QueryLoop, { minRepeats, minLossMs, roundTripMs }: LoopGate): boolean {
  if (loop.most < minRepeats) return false;
  return loop.scopeClass === "trace" || loopLossMs(loop, roundTripMs) >= minLossMs;
}

/** What a test or a handful of requests sent in a shorter time says nothing of an hour. */
const LEAST_WINDOW_S = 300;

/** Database time per hour of the statements' window; null where it has no length. */
export function perHour(ms: number, statements: StatementStatistics | null): number | null {
  const seconds = statements === null ? null : windowSeconds(statements.window);
  return seconds === null || seconds < LEAST_WINDOW_S ? null : (ms * HOUR_S) / seconds;
}

/** Share of all statement time, 0 to 1; null where that is not known. */
function shareOfTime(ms: number, statements: StatementStatistics | null): number | null {
  if (statements === null) return null;
  const total = statements.items.reduce((sum, { totalMs }) => sum + totalMs, statements.hidden.totalMs);
  return total > 0 ? Math.min(1, ms / total) : null;
}

/** From which on the repeats of a loop weigh. */
export interface HeavyLimits {
  readonly criticalMs: number;
  readonly criticalShare: number;
  readonly busyShare: number;
}

/** True where repeats hold much of the statement time, and that is much of an hour: a short test is all statements. */
export function isHeavy(ms: number, statements: StatementStatistics | null, limits: HeavyLimits): boolean {
  if (ms < limits.criticalMs) return false;
  const hourly = perHour(ms, statements);
  if (hourly === null || hourly < limits.busyShare * HOUR_S * 1000) return false;
  return (shareOfTime(ms, statements) ?? 0) >= limits.criticalShare;
}

/** Whether most calls of a statement are so many executions; false where its calls are not known. */
export function holdsMostCalls(
  fingerprint: string,
  executions: number,
  statements: StatementStatistics | null,
): boolean {
  const loads = statements === null ? [] : statementLoads(statements);
  const calls = loads
    .filter(({ item }) => item.fingerprint === fingerprint)
    .reduce((sum, { item }) => sum + item.calls, 0);
  return calls > 0 && executions >= MOST_CALLS_SHARE * calls;
}
