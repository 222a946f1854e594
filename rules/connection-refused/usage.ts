import type { RefusedLimit } from "../../src/computed/refused-limits.ts";
import { isIdleInTransaction } from "../../src/computed/session-facts.ts";
import type { DatabaseSession, Sessions } from "../../src/rule.ts";
import { formatCount } from "../../src/util/units.ts";

/** With less of the limit taken, the capture was not made at the time of the shortage. */
const MIN_USED_SHARE = 0.5;
const IDLE_SHARE = 0.5;
/** Open transactions without work are a leak long before they are the most. */
const LEAK_SHARE = 0.2;
const LOCK_SHARE = 0.3;

/** What held the connections: idle pools, forgotten transactions, lock waits, statements at work; `server`: its own limit. */
export type HolderCause = "idle" | "leak" | "locks" | "busy" | "server";

export interface Usage {
  /** One sentence on what the capture shows. */
  readonly words: string;
  /** Null where the capture shows none of the shortage. */
  readonly cause: HolderCause | null;
}

interface SessionStates {
  readonly idle: number;
  /** Idle in transaction. */
  readonly open: number;
  /** For a lock. */
  readonly waiting: number;
}

/** What the sessions of the capture tell of a limit; null where they do not show it or too many are hidden. */
export function usageOf({ kind, name }: RefusedLimit, { items, capacity }: Sessions): Usage | null {
  const own = kind === "server" ? null : capacity.limits.find((limit) => limit.kind === kind && limit.name === name);
  if (own === undefined) return null;
  const used = own?.used ?? capacity.clientConnections;
  const limit = own?.limit ?? capacity.maxConnections - capacity.reserved;
  const sessions =
    own === null ? items : items.filter(({ database, user }) => (kind === "database" ? database : user) === name);
  const taken = `When the capture was made, ${formatCount(used)} of ${formatCount(limit)} were taken`;
  if (used < limit * MIN_USED_SHARE) return { words: `${taken}, so it does not show what held them.`, cause: null };
  if (sessions.length * 2 < used) return null;
  const states = countStates(sessions);
  const { idle, open, waiting } = states;
  const words = `${taken}: ${idle} idle, ${open} idle in transaction, ${waiting} waiting for a lock, of ${sessions.length} that may be seen.`;
  return { words, cause: holderOf(states, sessions.length) };
}

/** What most of the connections were held by. */
export function holderOf({ idle, open, waiting }: SessionStates, all: number): HolderCause {
  if (waiting >= all * LOCK_SHARE) return "locks";
  if (open >= all * LEAK_SHARE) return "leak";
  return idle >= all * IDLE_SHARE ? "idle" : "busy";
}

export function countStates(sessions: readonly DatabaseSession[]): SessionStates {
  return {
    idle: sessions.filter(({ state }) => state === "idle").length,
    open: sessions.filter(isIdleInTransaction).length,
    waiting: sessions.filter(({ waitEventType }) => waitEventType === "Lock").length,
  };
}
