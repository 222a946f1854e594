import type { LockWaitChain } from "../../src/computed/lock-wait-chains.ts";
import { statementLabel } from "../../src/computed/logged-locks.ts";
import { statementTarget } from "../../src/computed/statement-target.ts";
import type { RecommendationDraft } from "../../src/rule.ts";

/** Commands that lock a whole table. */
const TABLE_COMMANDS: ReadonlySet<string> = new Set(
  "alter create drop truncate lock vacuum reindex cluster refresh".split(" "),
);

/** What to do about the root, and about a waiter that makes others queue behind it. */
export function chainAdvice(chain: LockWaitChain): readonly RecommendationDraft[] {
  const queued = chain.waits.find(({ wait }) => wait.mode === "AccessExclusiveLock" && wait.queue.length > 1);
  return [
    advice(rootAdvice(chain)),
    ...(queued === undefined
      ? []
      : [
          advice(
            `Set lock_timeout before ${statementLabel(queued.wait.statement)}, so that it gives up and tries again instead of queueing everybody behind it.`,
          ),
        ]),
  ];
}

function rootAdvice({ rootStatement, waits }: LockWaitChain): string {
  if (rootStatement === null) {
    return "Log what the holder runs (log_min_duration_statement, log_statement), and shorten its transaction.";
  }
  const label = statementLabel(rootStatement);
  if (TABLE_COMMANDS.has(statementTarget(rootStatement.query).command)) {
    return `Run ${label} in quiet hours and in a transaction of its own, or in the form that locks less (concurrently, not valid and validate): all others wait until it commits.`;
  }
  if (waits.every(({ wait }) => wait.object.kind === "advisory lock")) {
    return `Hold the advisory lock for less time around ${label}, or split its key.`;
  }
  return `Commit sooner after ${label}: keep slow work and calls to other services out of its transaction, and change contended rows last.`;
}

function advice(summary: string): RecommendationDraft {
  return { action: { kind: "advice" }, summary, verified: "estimate", risks: [] };
}
