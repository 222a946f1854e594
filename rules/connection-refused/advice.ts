import type { RefusalPattern, RefusedLimit } from "../../src/computed/refused-limits.ts";
import type { RecommendationDraft } from "../../src/rule.ts";
import type { HolderCause } from "./usage.ts";

const HOLDERS: Readonly<Record<HolderCause, string>> = {
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
const POOL =
  "Find what keeps the pool's connections (slow statements, lock waits, calls to other services before they are given back, connections never given back), then size the pool by arrivals per second × mean time held.";

/** What to do about a limit, the limit itself last. `cause` is null where the sessions do not tell. */
export function recommendationsOf(
  limit: RefusedLimit,
  pattern: RefusalPattern,
  cause: HolderCause | null,
): RecommendationDraft[] {
  if (limit.kind === "pool") return [advice(POOL)];
  return [
    advice(cause === null ? FIND_OUT : HOLDERS[cause]),
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
