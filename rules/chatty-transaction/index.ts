import { CONFIDENCE } from "../../src/computed/loop-cost.ts";
import { loopInstances, loopSubject, loopTopic } from "../../src/computed/loop-evidence.ts";
import { loopWithin, meanRun, type TransactionRun } from "../../src/computed/loop-transactions.ts";
import { type ChattyTransaction, defineRule, type FindingDraft, type QueryLoop } from "../../src/rule.ts";
import { transactionEvidence } from "./evidence.ts";
import { adviceOf, headlineOf, messageOf } from "./message.ts";

export default defineRule({
  meta: {
    id: "chatty-transaction",
    title: "A transaction sends many small statements and waits for its client in between",
    category: "statement",
    severity: "info",
    scope: "database",
    engines: ["postgres", "mysql", "mariadb"],
  },
  needs: ["queryLoops"],
  thresholds: {
    minStatements: {
      default: 10,
      unit: "calls",
      description: "Transactions with fewer statements in a run, on average, are ignored.",
    },
    minIdleShare: {
      default: 0.5,
      unit: "share",
      description: "Transactions in which statements run for more of their time are ignored.",
    },
    minDurationMs: {
      default: 50,
      unit: "ms",
      description: "Transactions that are over sooner, on average, are ignored.",
    },
    warningIdleMs: {
      default: 500,
      unit: "ms",
      description: "A warning when one run waits so long for its client on average, with its locks held.",
    },
  },
  *detect({ artifacts: { queryLoops }, thresholds }) {
    for (const transaction of queryLoops.transactions) {
      const run = meanRun(transaction);
      if (run.statements < thresholds.minStatements || run.durationMs < thresholds.minDurationMs) continue;
      if (run.idleShare < thresholds.minIdleShare) continue;
      const draft = draftOf(transaction, run, loopWithin(transaction, queryLoops.loops));
      if (draft !== null) yield { ...draft, severity: run.idleMs >= thresholds.warningIdleMs ? "warning" : "info" };
    }
  },
});

function draftOf(transaction: ChattyTransaction, run: TransactionRun, loop: QueryLoop | null): FindingDraft | null {
  const { statements, scopeClass, listed } = transaction;
  const subject = loopSubject(statements, transaction);
  if (subject === null) return null;
  return {
    subject,
    confidence: CONFIDENCE[scopeClass],
    headline: headlineOf(transaction, run),
    message: messageOf(transaction, run),
    evidence: transactionEvidence(transaction, run),
    // What it wastes is time of its client and of those that wait for its locks, not of the database.
    savesMsPerHour: null,
    recommendations: adviceOf(transaction),
    topics: loop?.repeated.map(({ fingerprint }) => loopTopic(loop, fingerprint)) ?? [],
    instances: loopInstances(listed, subject.query),
  };
}
