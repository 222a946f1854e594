import type { LoopKind } from "../model/query-loop.ts";
import type { ScopeExecution } from "./scope-execution.ts";

/** One run of a loop within a scope. */
export interface FoundLoop {
  readonly kind: LoopKind;
  readonly statement: number;
  /** In the order of their start. */
  readonly repeats: readonly ScopeExecution[];
  /** The read that came before the first repeat and has the rows that were looped over; null where there is none. */
  readonly source: ScopeExecution | null;
}

export interface LoopLimits {
  /** Fewer repeats are no loop. */
  readonly minRepeats: number;
}

/** Repeats further apart than this are not of one loop: a program that comes back later. */
const MOST_PAUSE_MS = 1000;
/** The same question after such pauses waits for something to happen: always, or where the pauses are regular. */
const POLLING_PAUSE_MS = 100;
const REGULAR_PAUSE_MS = 25;
const REGULAR_SPREAD = 1.5;

/**
 * Loops among the executions of one scope, which are sorted by their start. The scope itself is the proof that they
 * belong together: what is asked is only whether the same statement came again and again, and with which values.
 */
export function findLoops(executions: readonly ScopeExecution[], limits: LoopLimits): FoundLoop[] {
  const byStatement = new Map<number, ScopeExecution[]>();
  for (const execution of executions) {
    if (execution.kind !== "read" && !execution.isSingle) continue;
    const list = byStatement.get(execution.statement);
    if (list === undefined) byStatement.set(execution.statement, [execution]);
    else list.push(execution);
  }
  return [...byStatement.values()]
    .filter(({ length }) => length >= limits.minRepeats)
    .flatMap((list) => runsOf(list))
    .flatMap((run) => loopOf(run, executions, limits) ?? []);
}

/** Cuts where the program did something else for long. */
function runsOf(list: readonly ScopeExecution[]): ScopeExecution[][] {
  const runs: ScopeExecution[][] = [];
  let endMs = Number.NEGATIVE_INFINITY;
  for (const execution of list) {
    const run = runs.at(-1);
    if (run !== undefined && execution.startMs - endMs <= MOST_PAUSE_MS) run.push(execution);
    else runs.push([execution]);
    endMs = Math.max(endMs, execution.endMs);
  }
  return runs;
}

function loopOf(
  run: readonly ScopeExecution[],
  all: readonly ScopeExecution[],
  { minRepeats }: LoopLimits,
): FoundLoop | null {
  const [first] = run;
  if (first === undefined || run.length < minRepeats) return null;
  const distinct = distinctValues(run);
  const isRepeated = distinct !== null && distinct < minRepeats;
  if (first.kind !== "read") {
    // The same write again and again is a retry or a counter: no batch would replace it.
    return isRepeated ? null : { kind: "row-by-row-write", statement: first.statement, repeats: run, source: null };
  }
  if (!isRepeated) {
    if (!run.every(({ isSingle }) => isSingle)) return null;
    return { kind: "n-plus-one", statement: first.statement, repeats: run, source: sourceOf(first, run.length, all) };
  }
  const same = mostFrequent(run);
  if (same.length < minRepeats || first.isLocking || isPolling(same) || isRetried(same)) return null;
  return { kind: "redundant-query", statement: first.statement, repeats: same, source: null };
}

/** How many different values; null where they are hidden. */
function distinctValues(run: readonly ScopeExecution[]): number | null {
  const known = run.flatMap(({ values }) => values ?? []);
  return known.length < run.length ? null : new Set(known).size;
}

function mostFrequent(run: readonly ScopeExecution[]): readonly ScopeExecution[] {
  return [...byValuesOf(run).values()].reduce((most, list) => (list.length > most.length ? list : most), []);
}

/** A transaction that is tried again has to read again. */
function isRetried(same: readonly ScopeExecution[]): boolean {
  const transactions = same.flatMap(({ transaction }) => transaction ?? []);
  return transactions.length === same.length && new Set(transactions).size === same.length;
}

function isPolling(same: readonly ScopeExecution[]): boolean {
  const pauses = same.slice(1).map(({ startMs }, index) => startMs - (same[index]?.endMs ?? startMs));
  const sorted = pauses.toSorted((a, b) => a - b);
  const quartile = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
  const short = quartile(0.25);
  return short >= POLLING_PAUSE_MS || (short >= REGULAR_PAUSE_MS && quartile(0.75) <= short * REGULAR_SPREAD);
}

/** The last other read that had ended before; one that is known to have returned enough rows before one that is not. */
function sourceOf(first: ScopeExecution, repeats: number, all: readonly ScopeExecution[]): ScopeExecution | null {
  const before = all.filter(
    ({ kind, statement, endMs }) => kind === "read" && statement !== first.statement && endMs <= first.startMs,
  );
  const enough = before.findLast(({ rows, isSingle }) => rows !== null && rows >= Math.min(repeats, 2) && !isSingle);
  return enough ?? before.findLast(({ rows }) => rows === null || rows > 1) ?? null;
}

function byValuesOf(run: readonly ScopeExecution[]): ReadonlyMap<string | null, readonly ScopeExecution[]> {
  const lists = new Map<string | null, ScopeExecution[]>();
  for (const execution of run) {
    const list = lists.get(execution.values);
    if (list === undefined) lists.set(execution.values, [execution]);
    else list.push(execution);
  }
  return lists;
}
