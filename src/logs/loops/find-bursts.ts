import type { Names } from "../digest/names.ts";
import { scanBursts } from "./burst-scan.ts";
import type { Burst, BurstTotals } from "./burst-totals.ts";
import type { ClassShapes } from "./class-shapes.ts";
import { type ExecutionWindow, VALUES } from "./execution-window.ts";
import { valuesAt } from "./scope-finder.ts";
import { sourcesBefore } from "./sources-before.ts";
import { stepScores } from "./step-scores.ts";

export interface BurstContext {
  readonly shapes: ClassShapes;
  readonly names: Names;
  /** Times of the log have whole seconds only. */
  readonly isCoarse: boolean;
  readonly stretchMs: number;
}

/** Executions of one client (user, application, route) in the order of the log. */
export interface ClientRun {
  readonly members: readonly number[];
  readonly window: ExecutionWindow;
  readonly context: BurstContext;
}

const FEWEST_REPEATS = 5;
const LEAST_DISTINCT_SHARE = 0.8;
/** So unlikely has a burst to be among all steps of its class. */
const LOG_CHANCE = Math.log(1000);

/** Runs of one statement that stand out from its rate in the stretch, of executions that no scope claims. */
export function findBursts(
  window: ExecutionWindow,
  rest: readonly number[],
  context: BurstContext,
  totals: BurstTotals,
): void {
  if (rest.length < FEWEST_REPEATS) return;
  for (const members of byClient(window, rest)) {
    if (members.length < FEWEST_REPEATS) continue;
    const client = { members, window, context };
    for (const [statement, places] of byStatement(client)) {
      if (places.length >= FEWEST_REPEATS) look(client, statement, places, totals);
    }
  }
}

function look(client: ClientRun, statement: number, places: readonly number[], totals: BurstTotals): void {
  const { members, window, context } = client;
  const { kind, isSingle } = context.shapes.shape(statement);
  const isRead = kind === "read";
  if (isRead ? !context.shapes.isKeyed(statement) : !isSingle || kind === "other") return;
  const several = kind === "insert" ? VALUES.groups : VALUES.list;
  const own = places.filter((place) => ((window.valueFlags[members[place] ?? 0] ?? 0) & several) === 0);
  if (own.length < FEWEST_REPEATS) return;
  const startMs = (place: number): number => window.startMs(members[place] ?? 0);
  if (!context.isCoarse) own.sort((a, b) => startMs(a) - startMs(b) || a - b);
  const steps = {
    startMs: own.map(startMs),
    endMs: own.map((place) => window.timeMs[members[place] ?? 0] ?? 0),
    sums: own.map((place) => window.valueSum[members[place] ?? 0] ?? 0),
    places: own,
  };
  const scores = stepScores(steps, { ...context, clientExecutions: members.length });
  const least = Math.log(scores.length + 1) + LOG_CHANCE;
  for (const { first, last, score } of scanBursts(scores)) {
    if (score < least || last - first + 1 < FEWEST_REPEATS) continue;
    const burst = burstOf(client, own.slice(first, last + 1), score - Math.log(scores.length + 1), isRead);
    if (burst !== null) totals.add(placeOf(client), statement, burst);
  }
}

function burstOf(client: ClientRun, places: readonly number[], score: number, isRead: boolean): Burst | null {
  const { members, window } = client;
  const own = places.map((place) => members[place] ?? 0);
  const values = own.map((at) => valuesAt(window, at));
  const distinct = values.includes(null) ? null : new Set(values).size;
  const isDistinct = distinct === null || distinct >= Math.max(FEWEST_REPEATS, LEAST_DISTINCT_SHARE * own.length);
  // Neither all the same nor all different: other traffic of the same statement.
  if (!isDistinct && distinct !== 1) return null;
  if (!isRead && !(isDistinct && isLoopOfWrites(client, places))) return null;
  const us = (at: number): number => Math.round(window.durationUs[at] || 0);
  const sources = sourcesBefore(client, places);
  return {
    kind: isRead ? (isDistinct ? "n-plus-one" : "redundant-query") : "row-by-row-write",
    fromMs: own.reduce((least, at) => Math.min(least, window.startMs(at)), Number.POSITIVE_INFINITY),
    toMs: own.reduce((most, at) => Math.max(most, window.timeMs[at] ?? 0), 0),
    count: own.length,
    totalUs: own.reduce((sum, at) => sum + us(at), 0),
    savedUs: own.slice(1).reduce((sum, at) => sum + us(at), 0),
    score,
    sources,
  };
}

/** One after the other, and hardly anything else between them: a client that does several things at once is no loop. */
function isLoopOfWrites({ members, window }: ClientRun, places: readonly number[]): boolean {
  const own = places.map((place) => members[place] ?? 0);
  let overlaps = 0;
  for (const [index, at] of own.entries()) {
    const before = own[index - 1];
    if (before !== undefined && window.startMs(at) < (window.timeMs[before] ?? 0) - 1) overlaps += 1;
  }
  const between = Math.max(...places) - Math.min(...places) + 1 - places.length;
  return overlaps <= own.length * 0.1 && between <= own.length * 0.5;
}

function placeOf({ members, window, context: { names } }: ClientRun) {
  const [first = 0] = members;
  return {
    route: names.text(window.route[first] ?? 0),
    application: names.text(window.application[first] ?? 0),
  };
}

function byClient(window: ExecutionWindow, rest: readonly number[]): Iterable<number[]> {
  const clients = new Map<number, number[]>();
  let lastKey = -1;
  let last: number[] = [];
  for (const at of rest) {
    const names = (window.user[at] ?? 0) * 65_536 + (window.application[at] ?? 0);
    const key = names * 65_536 + (window.route[at] ?? 0);
    if (key !== lastKey) {
      last = clients.get(key) ?? [];
      if (last.length === 0) clients.set(key, last);
      lastKey = key;
    }
    last.push(at);
  }
  return clients.values();
}

/** Places within the client's executions. */
function byStatement({ members, window }: ClientRun): Map<number, number[]> {
  const statements = new Map<number, number[]>();
  for (const [place, at] of members.entries()) {
    const statement = window.statement[at] ?? 0;
    const list = statements.get(statement);
    if (list === undefined) statements.set(statement, [place]);
    else list.push(place);
  }
  return statements;
}
