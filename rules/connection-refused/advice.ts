import type { RefusalPattern, RefusedLimit } from "../../src/computed/refused-limits.ts";
import type { RecommendationDraft } from "../../src/rule.ts";
import type { HolderCause } from "./usage.ts";

const HOLDERS: Readonly<Record<Exclude<HolderCause, "server">, string>> = {
  idle: "Make the applications' pools smaller, or put a pooler before the server: most connections were held without work.",
  leak: "Find the code that leaves transactions open (an exception without a rollback, a call to another service inside a transaction), and let the server end such sessions (idle_in_transaction_session_timeout of PostgreSQL).",
  locks: "Find what holds the locks that the others wait for: they keep their connections meanwhile.",
  busy: "Make the statements that hold the connections faster before anything else: most of the connections were at work.",
};

const BURST =
  "Start instances one after the other, open pools slowly, and retry refused connections after a growing, random delay; count both generations of instances in a rolling release.";
const STANDING =
  "Put a pooler before the server, or make the pools smaller: their maxima, added up over all instances, have to stay below the limit with a tenth to spare.";
const FIND_OUT =
  "Look at such a time at what holds the connections: idle pools are too large, idle transactions leak, lock waits and slow statements hold them up.";
const POOL: Readonly<Record<HolderCause, string>> = {
  server:
    "Deal with the server's own limit first (see its finding): where the server refuses connections, no pool can open more.",
  locks: "Find what holds the locks that the others wait for: a larger pool only lets more sessions wait.",
  leak: "Find the code that keeps a connection with an open transaction (an exception without a rollback, a call to another service inside a transaction): a larger pool fills up as well.",
  busy: "Make the statements that hold the connections faster before the pool larger: most sessions were at work.",
  idle: "Find code that keeps a connection without using it (never given back, or held over calls to other services): most sessions were idle while the pool had none free. It may also be that other pools hold them.",
};
const POOL_UNKNOWN =
  "Find what keeps the pool's connections: slow statements and lock waits, calls to other services before they are given back, or connections never given back (then the shortage does not end in quiet times). Only where it is none of these the pool is too small.";
const POOL_SIZE =
  "Size the pool by arrivals per second × mean time from checkout to release; the maxima of all pools, added up over all instances, have to stay below the server's limit.";
const POOLER =
  "Make the applications' pools before the pooler smaller, or raise its max_client_conn: a client that waits costs it little, as long as it may open so many files.";

/** What to do about a limit, the limit itself last. `cause` is null where nothing tells what held the connections. */
export function recommendationsOf(
  limit: RefusedLimit,
  pattern: RefusalPattern,
  cause: HolderCause | null,
): RecommendationDraft[] {
  if (limit.kind === "pooler") return [advice(POOLER)];
  if (limit.kind === "pool") {
    const first = advice(cause === null ? POOL_UNKNOWN : POOL[cause]);
    return cause === "server"
      ? [first]
      : [first, advice(POOL_SIZE, "More connections than cores and disks can serve make all of them slower.")];
  }
  return [
    advice(cause === null || cause === "server" ? FIND_OUT : HOLDERS[cause]),
    ...(pattern === "burst" ? [advice(BURST)] : cause === "idle" ? [] : [advice(STANDING)]),
    raiseLimit(limit),
  ];
}

function raiseLimit({ kind, name }: RefusedLimit): RecommendationDraft {
  if (kind === "server") {
    return advice(
      "Raise max_connections only when pools and holders are in order.",
      "Each connection costs memory, and more sessions at work than cores and disks can serve make all of them slower.",
      "max_connections of PostgreSQL needs a restart, and first on standbys.",
    );
  }
  return advice(
    `Raise the connection limit of ${kind}${name === null ? "" : ` ${name}`} last, and only as far as the server has room.`,
    "A limit is often a quota that protects the others on the server.",
  );
}

function advice(summary: string, ...risks: readonly string[]): RecommendationDraft {
  return { action: { kind: "advice" }, summary, verified: "estimate", risks };
}
