import type { LoggedLockWait, LoggedStatement } from "../../model/log.ts";
import type { NormalizedText } from "../digest/events.ts";
import type { LockWaitLine } from "../digest/facts.ts";
import { isoTime } from "../digest/occurrences.ts";

/** How far apart two lines of one wait may put its beginning, at the least. */
const LEAST_TOLERANCE_MS = 50;

type NameOf = (text: NormalizedText | null) => LoggedStatement | null;

/** Waits, longest first: the lines of one wait (still waiting, acquired) are put together. */
export function lockWaitsOf(lines: readonly LockWaitLine[], nameOf: NameOf, toleranceMs: number): LoggedLockWait[] {
  const groups = new Map<string, LockWaitLine[]>();
  for (const line of lines.toSorted(inOrder)) {
    const key = JSON.stringify([line.session.pid, line.mode, line.objectText]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [line]);
    else group.push(line);
  }
  const tolerance = Math.max(LEAST_TOLERANCE_MS, toleranceMs);
  return [...groups.values()]
    .flatMap((group) => split(group, tolerance))
    .map((wait) => waitOf(wait, nameOf))
    .toSorted((a, b) => b.waitedMs - a.waitedMs || compare(a.at, b.at) || (a.waiter.pid ?? 0) - (b.waiter.pid ?? 0));
}

function inOrder(a: LockWaitLine, b: LockWaitLine): number {
  return a.timeMs - b.timeMs || a.waitedUs - b.waitedUs || compare(a.outcome, b.outcome);
}

function startOf({ timeMs, waitedUs }: LockWaitLine): number {
  return timeMs - waitedUs / 1000;
}

/** A session may wait for the same thing twice: then the waits begin at different times. */
function split(lines: readonly LockWaitLine[], toleranceMs: number): LockWaitLine[][] {
  const waits: LockWaitLine[][] = [];
  for (const line of lines) {
    const last = waits.at(-1);
    const [first] = last ?? [];
    if (last !== undefined && first !== undefined && Math.abs(startOf(first) - startOf(line)) <= toleranceMs)
      last.push(line);
    else waits.push([line]);
  }
  return waits;
}

function waitOf(lines: readonly LockWaitLine[], nameOf: NameOf): LoggedLockWait {
  const [first] = lines;
  const last = lines.at(-1);
  if (first === undefined || last === undefined) throw new Error("a wait has at least one line");
  const withHolders = lines.find(({ holders }) => holders.length > 0) ?? first;
  return {
    at: isoTime(startOf(first)),
    waiter: first.session,
    statement: nameOf(lines.find(({ statement }) => statement !== null)?.statement ?? null),
    mode: first.mode,
    object: lines.find(({ object }) => object.relation !== null)?.object ?? first.object,
    waitedMs: Math.max(...lines.map(({ waitedUs }) => waitedUs)) / 1000,
    outcome: lines.some(({ outcome }) => outcome === "deadlock") ? "deadlock" : last.outcome,
    holders: withHolders.holders.map(({ pid, lastStatement }) => ({ pid, lastStatement: nameOf(lastStatement) })),
    queue: withHolders.queue,
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
