import { burstOf } from "./burst.ts";
import type { BurstTotals } from "./burst-totals.ts";
import type { BurstContext, ClientRun } from "./client-run.ts";
import { type ExecutionWindow, VALUES } from "./execution-window.ts";
import { keyChains, MOST_PAUSE_MS } from "./key-chains.ts";
import { orderScan } from "./order-scan.ts";
import { longestPauseMs, pauseScan } from "./pause-scan.ts";
import { StepColumns, type StepTimes } from "./step-times.ts";

/** Places of repeats among the client's executions, in the order of their start, and what speaks for it. */
interface FoundRun {
  readonly places: readonly number[];
  readonly score: number;
}

const FEWEST_REPEATS = 5;
/** So unlikely has a run to be among all of its class in the stretch. */
const LEAST_SCORE = Math.log(1000);

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
  if (!context.isCoarse && !areClose(client, places)) return;
  const own = places.filter((place) => ((window.valueFlags[members[place] ?? 0] ?? 0) & several) === 0);
  const startMs = (place: number): number => window.startMs(members[place] ?? 0);
  if (!context.isCoarse) own.sort((a, b) => startMs(a) - startMs(b) || a - b);
  const chains = keepLikely(chainsOf(client, own));
  const chained = new Set(chains.flatMap((chain) => chain.places));
  const left = chained.size === 0 ? own : own.filter((place) => !chained.has(place));
  const runs = isRead ? [...runsOf(client, left), ...sameValueRuns(client, left)] : runsOf(client, left);
  for (const { run, isChain } of [
    ...chains.map((one) => ({ run: one, isChain: true })),
    ...runs.map((one) => ({ run: one, isChain: false })),
  ]) {
    const burst = burstOf(client, run.places, run.score, { isRead, isChain });
    if (burst !== null) totals.add(placeOf(client), statement, burst);
  }
}

/** Whether any five are close enough to be of one loop: most statements are not, which is all that is asked of them. */
function areClose({ members, window, context }: ClientRun, places: readonly number[]): boolean {
  const mostMs = (FEWEST_REPEATS - 1) * Math.max(MOST_PAUSE_MS, longestPauseMs(places.length, context.stretchMs));
  for (let first = 0; first + FEWEST_REPEATS <= places.length; first += 1) {
    const last = members[places[first + FEWEST_REPEATS - 1] ?? 0] ?? 0;
    if ((window.timeMs[last] ?? 0) - (window.timeMs[members[places[first] ?? 0] ?? 0] ?? 0) <= mostMs) return true;
  }
  return false;
}

function keepLikely(runs: readonly FoundRun[]): readonly FoundRun[] {
  return runs.filter(({ places, score }) => places.length >= FEWEST_REPEATS && score >= LEAST_SCORE);
}

function chainsOf(client: ClientRun, places: readonly number[]): FoundRun[] {
  return keyChains(timesOf(client, places)).map(({ indexes, score }) => ({
    places: indexes.map((index) => places[index] ?? 0),
    score,
  }));
}

function runsOf(client: ClientRun, places: readonly number[]): FoundRun[] {
  if (places.length < FEWEST_REPEATS) return [];
  const { members, context } = client;
  const times = timesOf(client, places);
  const found = context.isCoarse
    ? orderScan({ startMs: times.startMs, places }, members.length)
    : pauseScan(times, context.stretchMs);
  return found
    .filter(({ first, last, score }) => last - first + 1 >= FEWEST_REPEATS && score >= LEAST_SCORE)
    .map(({ first, last, score }) => ({ places: places.slice(first, last + 1), score }));
}

const columns = new StepColumns();

/** To be used before the next ones are asked for. */
function timesOf({ members, window }: ClientRun, places: readonly number[]): StepTimes {
  columns.clear(places.length);
  for (const place of places) {
    const at = members[place] ?? 0;
    columns.add(window.startMs(at), window.timeMs[at] ?? 0, window.valueSum[at] ?? 0);
  }
  return columns;
}

/** Runs of one statement with one value: other values may come in between. */
function sameValueRuns(client: ClientRun, places: readonly number[]): FoundRun[] {
  const { members, window } = client;
  const hashes = new Uint32Array(places.length);
  for (const [index, place] of places.entries()) hashes[index] = window.valueHash[members[place] ?? 0] ?? 0;
  hashes.sort();
  if (!hashes.some((hash, index) => hash === hashes[index + FEWEST_REPEATS - 1])) return [];
  const byValue = new Map<number, number[]>();
  for (const place of places) {
    const hash = window.valueHash[members[place] ?? 0] ?? 0;
    const list = byValue.get(hash);
    if (list === undefined) byValue.set(hash, [place]);
    else list.push(place);
  }
  if (byValue.size < 2) return [];
  return [...byValue.values()].flatMap((list) => runsOf(client, list));
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
