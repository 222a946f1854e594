import type { ChattyTransaction, QueryLoop } from "../model/query-loop.ts";

/** Below this share of its statements a loop is not what makes a transaction chatty. */
const MOST_STATEMENTS_SHARE = 0.5;

/** Means of one run of a transaction. */
export interface TransactionRun {
  readonly statements: number;
  readonly durationMs: number;
  readonly idleMs: number;
  /** Of the duration, 0 to 1. */
  readonly idleShare: number;
}

/** What one run of a transaction takes on average. */
export function meanRun({ runs, executions, durationMs, idleMs }: ChattyTransaction): TransactionRun {
  const count = Math.max(1, runs);
  return {
    statements: executions / count,
    durationMs: durationMs / count,
    idleMs: idleMs / count,
    idleShare: durationMs > 0 ? Math.min(1, idleMs / durationMs) : 0,
  };
}

/** The loop of the same route or application that holds most of a transaction's statements; null without one. */
export function loopWithin(transaction: ChattyTransaction, loops: readonly QueryLoop[]): QueryLoop | null {
  const own = new Set(transaction.statements.map(({ fingerprint }) => fingerprint));
  const { statements } = meanRun(transaction);
  const within = loops.filter(({ route, application, repeated, executions, runs, scopeClass }) => {
    if (scopeClass === "aggregate" || route !== transaction.route || application !== transaction.application)
      return false;
    const isOwn = repeated.length > 0 && repeated.every(({ fingerprint }) => own.has(fingerprint));
    return isOwn && executions / Math.max(1, runs) >= MOST_STATEMENTS_SHARE * statements;
  });
  return within.toSorted((a, b) => b.callsSaved - a.callsSaved)[0] ?? null;
}
