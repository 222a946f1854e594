import type { LoggedLockWait, LoggedStatement } from "../model/log.ts";

/** A wait with the session at the root of it. */
export interface ChainedWait {
  readonly wait: LoggedLockWait;
  /** Null where the log does not say who held the lock. */
  readonly rootPid: number | null;
  /** 1 = waited for the root itself, 2 = for one that waited for the root. */
  readonly depth: number;
}

/** Waits whose roots had last run the same statement. */
export interface LockWaitChain {
  /** The last statement that the log has of the roots before; null where it has none. */
  readonly rootStatement: LoggedStatement | null;
  readonly rootPids: readonly number[];
  /** Longest first. */
  readonly waits: readonly ChainedWait[];
  readonly totalMs: number;
  readonly longestMs: number;
  /** Waits that the log does not see to the end: they lasted longer than it says. */
  readonly openWaits: number;
  /** Waits for a lock that several sessions held: the first one counts as its holder. */
  readonly sharedWaits: number;
}

interface Root {
  readonly pid: number | null;
  readonly statement: LoggedStatement | null;
  readonly depth: number;
}

type WaitsByWaiter = ReadonlyMap<number, readonly LoggedLockWait[]>;

/** Share of a wait during which its holder must have waited itself, so that the holder only passes the blame on. */
const MIN_OVERLAP = 0.5;

/**
 * Lock waits by the statement of their root blocker, most waited time first. A holder that waits itself for at least half
 * of the wait is not the root: whom it waits for is. Roots without a statement are one chain for each database. Waits that
 * ended in a deadlock have no root and are left out.
 */
export function lockWaitChains(waits: readonly LoggedLockWait[]): readonly LockWaitChain[] {
  const byWaiter = groupByWaiter(waits);
  const groups = new Map<string, { readonly root: Root; readonly waits: ChainedWait[] }>();
  for (const wait of waits) {
    if (wait.outcome === "deadlock") continue;
    const root = rootOf(wait, byWaiter);
    const key = root.statement?.fingerprint ?? `~${wait.waiter.database ?? ""}`;
    const group = groups.get(key) ?? { root, waits: [] };
    group.waits.push({ wait, rootPid: root.pid, depth: root.depth });
    groups.set(key, group);
  }
  const chains = [...groups.values()].map((group) => chainOf(group.root.statement, group.waits));
  return chains.toSorted((a, b) => b.totalMs - a.totalMs);
}

function rootOf(wait: LoggedLockWait, byWaiter: WaitsByWaiter): Root {
  const seen = new Set<number | null>([wait.waiter.pid]);
  let root: Root = { pid: null, statement: null, depth: 0 };
  let current: LoggedLockWait | undefined = wait;
  while (current !== undefined) {
    const holder: LoggedLockWait["holders"][number] | undefined = current.holders.find(({ pid }) => !seen.has(pid));
    // Without one that is new the circle is closed, or the log names no holder: the last one known is the root.
    if (holder === undefined) break;
    seen.add(holder.pid);
    root = { pid: holder.pid, statement: holder.lastStatement, depth: root.depth + 1 };
    current = byWaiter.get(holder.pid)?.find((other) => overlapMs(wait, other) >= MIN_OVERLAP * wait.waitedMs);
  }
  return root;
}

/** The log writes the first line of every wait the same time after its beginning, so that they can be compared. */
function overlapMs(a: LoggedLockWait, b: LoggedLockWait): number {
  const [from, start] = [Date.parse(a.at), Date.parse(b.at)];
  return Math.min(from + a.waitedMs, start + b.waitedMs) - Math.max(from, start);
}

function chainOf(rootStatement: LoggedStatement | null, waits: readonly ChainedWait[]): LockWaitChain {
  const pids = waits.flatMap(({ rootPid }) => rootPid ?? []);
  return {
    rootStatement,
    rootPids: [...new Set(pids)].toSorted((a, b) => a - b),
    waits: waits.toSorted((a, b) => b.wait.waitedMs - a.wait.waitedMs),
    totalMs: waits.reduce((sum, { wait }) => sum + wait.waitedMs, 0),
    longestMs: waits.reduce((longest, { wait }) => Math.max(longest, wait.waitedMs), 0),
    openWaits: waits.filter(({ wait }) => wait.outcome === "waiting").length,
    sharedWaits: waits.filter(({ wait }) => wait.holders.length > 1).length,
  };
}

function groupByWaiter(waits: readonly LoggedLockWait[]): WaitsByWaiter {
  const byWaiter = new Map<number, LoggedLockWait[]>();
  for (const wait of waits) {
    const { pid } = wait.waiter;
    if (pid === null) continue;
    const own = byWaiter.get(pid);
    if (own === undefined) byWaiter.set(pid, [wait]);
    else own.push(wait);
  }
  return byWaiter;
}
