import type { LoggedLockWait, LoggedStatement } from "../model/log.ts";

/** A session that held a lock which another one waited for. */
export interface Holder {
  readonly pid: number;
  /** The last statement that the log has of it before the wait. */
  readonly lastStatement: LoggedStatement | null;
  /** Whom it waited for itself meanwhile; empty for the root of the chain. */
  readonly heldUpBy: readonly Holder[];
}

/** Who held up a wait, and who held up those, each session once, as far as the listed waits tell. */
export function holdersOf(wait: LoggedLockWait, waits: readonly LoggedLockWait[]): Holder[] {
  const seen = new Set(wait.waiter.pid === null ? [] : [wait.waiter.pid]);
  const climb = (of: LoggedLockWait): Holder[] => {
    const fresh = of.holders.filter(({ pid }) => !seen.has(pid));
    for (const { pid } of fresh) seen.add(pid);
    return fresh.map(({ pid, lastStatement }) => {
      const own = waits.find((other) => other.waiter.pid === pid && overlap(other, wait));
      return { pid, lastStatement, heldUpBy: own === undefined ? [] : climb(own) };
    });
  };
  return climb(wait);
}

/** The ends of all chains that are no holder of the wait itself. */
export function rootsBehind(holders: readonly Holder[]): Holder[] {
  return holders.flatMap((holder) => holder.heldUpBy.flatMap((next) => rootsOf(next)));
}

function rootsOf(holder: Holder): Holder[] {
  return holder.heldUpBy.length === 0 ? [holder] : holder.heldUpBy.flatMap(rootsOf);
}

/** A pid waits many times in its life: only a wait of the same time belongs to the chain. */
function overlap(a: LoggedLockWait, b: LoggedLockWait): boolean {
  const [startA, startB] = [Date.parse(a.at), Date.parse(b.at)];
  return startA <= startB + b.waitedMs && startB <= startA + a.waitedMs;
}
