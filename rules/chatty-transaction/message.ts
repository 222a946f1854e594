import type { TransactionRun } from "../../src/computed/loop-transactions.ts";
import { loopOwner, placeWords, proofWords } from "../../src/computed/loop-words.ts";
import type { ChattyTransaction, RecommendationDraft } from "../../src/rule.ts";
import { formatCount, formatMs, formatShare, plural } from "../../src/util/units.ts";

/** `POST /checkout keeps a transaction open for 800 ms, 90 % of it idle: 40 statements one by one (src/cart.ts:7).` */
export function headlineOf(transaction: ChattyTransaction, run: TransactionRun): string {
  const { statements, durationMs, idleShare } = run;
  return `${loopOwner(transaction)} keeps a transaction open for ${formatMs(durationMs)}, ${formatShare(idleShare)} of it idle: ${plural(statements, "statement")} one by one${placeWords(transaction.callSite)}.`;
}

/** What a run takes, what its idle time costs, and why its statements belong together. */
export function messageOf(transaction: ChattyTransaction, run: TransactionRun): string {
  const { runs, executions, statements } = transaction;
  const mean = runs === 1 ? "" : " on average";
  return (
    `${plural(runs, "run")} with ${plural(executions, "statement")} of ${plural(statements.length, "class", "classes")}; ` +
    `one takes ${formatMs(run.durationMs)}${mean}, and for ${formatMs(run.idleMs)} of that the database waits for the client. ` +
    `All that time it holds its connection and every lock that it has taken. ${proofWords({ scopeClass: transaction.scopeClass, chance: null })}`
  );
}

/** First what shortens the idle time, then what takes statements out. */
export function adviceOf({ runs, executions }: ChattyTransaction): readonly RecommendationDraft[] {
  const count = formatCount(executions / Math.max(1, runs));
  return [
    draft(
      "Do what needs no database (calls to other services, computing, rendering) before the transaction begins or after it ends.",
      ["What is read before the transaction may have changed within it: check it again, or lock it."],
    ),
    draft(`Send fewer statements than ${count} in a transaction: read its rows and write them in batches.`, []),
  ];
}

function draft(summary: string, risks: readonly string[]): RecommendationDraft {
  return { action: { kind: "advice" }, summary, verified: "estimate", risks };
}
