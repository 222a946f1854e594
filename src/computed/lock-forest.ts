import type { DatabaseSession, LockWait } from "../model/contention.ts";

/** A session that waits, with those that wait for it in turn. */
export interface LockWaiter {
  readonly pid: number;
  /** Null where the session may not be seen. */
  readonly session: DatabaseSession | null;
  readonly wait: LockWait;
  readonly waiters: readonly LockWaiter[];
}

/** A root blocker: it holds others up and waits for nobody, unless it is part of a circle. */
export interface LockTree {
  /** 0 = a prepared transaction. */
  readonly pid: number;
  readonly session: DatabaseSession | null;
  readonly waiters: readonly LockWaiter[];
  readonly directBlocked: number;
  /** With those that wait for a waiter. */
  readonly totalBlocked: number;
  /** Null where no wait of the tree has a known age. */
  readonly longestWaitSeconds: number | null;
  readonly totalWaitSeconds: number | null;
  /** The waits are at most that long: the server does not say when they began. */
  readonly isUpperBound: boolean;
  /** The root waits for one of its own waiters: a deadlock that the server has not broken yet. */
  readonly isCircular: boolean;
}

type Edges = ReadonlyMap<number, readonly LockWait[]>;
type SessionsByPid = ReadonlyMap<number, DatabaseSession>;

/**
 * Root blockers with all that wait for them, most blocked first. A session that waits for two roots is in both trees;
 * within a tree it is counted once. Parallel workers count as their leader.
 */
export function lockForest(waits: readonly LockWait[], sessions: readonly DatabaseSession[]): readonly LockTree[] {
  const byPid: SessionsByPid = new Map(sessions.map((session) => [session.pid, session]));
  const edges = waits.map((wait) => toLeaders(wait, byPid)).filter((wait) => wait.waiterPid !== wait.blockerPid);
  const byBlocker = new Map<number, LockWait[]>();
  for (const wait of edges) byBlocker.set(wait.blockerPid, [...(byBlocker.get(wait.blockerPid) ?? []), wait]);
  const waiting = new Set(edges.map(({ waiterPid }) => waiterPid));
  const trees: LockTree[] = [];
  const reached = new Set<number>();
  // Blockers that wait themselves are roots only where no other root reaches them, which leaves the circles.
  const candidates = [...byBlocker.keys()].toSorted((a, b) => Number(waiting.has(a)) - Number(waiting.has(b)) || a - b);
  for (const pid of candidates) {
    if (waiting.has(pid) && reached.has(pid)) continue;
    const { tree, members } = growTree(pid, byBlocker, byPid, waiting.has(pid));
    for (const member of members) reached.add(member);
    trees.push(tree);
  }
  return trees.toSorted((a, b) => b.totalBlocked - a.totalBlocked || longest(b) - longest(a) || a.pid - b.pid);
}

function growTree(pid: number, edges: Edges, byPid: SessionsByPid, isCircular: boolean) {
  const members = new Set([pid]);
  const waits: LockWait[] = [];
  const waiters = waitersOf(pid, { edges, byPid, members, waits });
  const seconds = waits.flatMap(({ waitSeconds }) => (waitSeconds === null ? [] : [waitSeconds]));
  const tree: LockTree = {
    pid,
    session: byPid.get(pid) ?? null,
    waiters,
    directBlocked: waiters.length,
    totalBlocked: members.size - 1,
    longestWaitSeconds: seconds.length === 0 ? null : seconds.reduce((a, b) => Math.max(a, b)),
    totalWaitSeconds: seconds.length === 0 ? null : seconds.reduce((a, b) => a + b),
    isUpperBound: waits.some(({ isUpperBound }) => isUpperBound),
    isCircular,
  };
  return { tree, members };
}

interface Growth {
  readonly edges: Edges;
  readonly byPid: SessionsByPid;
  readonly members: Set<number>;
  readonly waits: LockWait[];
}

/** Direct waiters are claimed before any of theirs, so that one that waits for both hangs at the upper level. */
function waitersOf(pid: number, growth: Growth): LockWaiter[] {
  const own: LockWait[] = [];
  for (const wait of growth.edges.get(pid) ?? []) {
    if (growth.members.has(wait.waiterPid)) continue;
    growth.members.add(wait.waiterPid);
    growth.waits.push(wait);
    own.push(wait);
  }
  return own.map((wait) => ({
    pid: wait.waiterPid,
    session: growth.byPid.get(wait.waiterPid) ?? null,
    wait,
    waiters: waitersOf(wait.waiterPid, growth),
  }));
}

function toLeaders(wait: LockWait, byPid: SessionsByPid): LockWait {
  const leader = (pid: number): number => byPid.get(pid)?.leaderPid ?? pid;
  return { ...wait, waiterPid: leader(wait.waiterPid), blockerPid: leader(wait.blockerPid) };
}

function longest(tree: LockTree): number {
  return tree.longestWaitSeconds ?? -1;
}
