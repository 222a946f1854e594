import type { CallSite, ChattyTransaction, LoopRun } from "../model/query-loop.ts";
import type { FoundTransaction } from "./find-transactions.ts";
import type { NumberedStatements } from "./statement-classes.ts";

/** Transactions that run the same statements, all together, as plain data. */
export interface TransactionTotal {
  readonly scopeClass: ChattyTransaction["scopeClass"];
  readonly route: string | null;
  readonly application: string | null;
  /** Numbers of their classes. */
  readonly statements: readonly number[];
  runs: number;
  executions: number;
  /** Whole, so that the sums do not depend on the order. */
  durationUs: number;
  idleUs: number;
  callSite: CallSite | null;
  listed: readonly LoopRun[];
}

/** Transactions of fewer statements are short enough. */
export const FEWEST_STATEMENTS = 10;
const MOST_LISTED = 20;
const MOST_CLASSES = 20;

/** Puts transactions of many statements together that run the same ones in the same route or application. */
export class TransactionTotals {
  readonly #totals = new Map<string, TransactionTotal>();

  add(
    { statements, startMs, endMs, idleMs }: FoundTransaction,
    place: Pick<TransactionTotal, "scopeClass" | "route" | "application">,
  ): void {
    if (statements.length < FEWEST_STATEMENTS) return;
    const run = { from: new Date(startMs).toISOString(), to: new Date(endMs).toISOString() };
    this.merge({
      ...place,
      statements: [...new Set(statements.map(({ statement }) => statement))].slice(0, MOST_CLASSES),
      runs: 1,
      executions: statements.length,
      durationUs: Math.round((endMs - startMs) * 1000),
      idleUs: Math.round(idleMs * 1000),
      callSite: statements.find(({ callSite }) => callSite !== null)?.callSite ?? null,
      listed: [{ ...run, count: statements.length, totalMs: endMs - startMs }],
    });
  }

  /** Adds what was found later; its statements are numbered as the ones here. */
  merge(later: TransactionTotal): void {
    const { scopeClass, route, application, statements } = later;
    const key = JSON.stringify([scopeClass, route ?? application, statements]);
    const total = this.#totals.get(key);
    if (total === undefined) {
      this.#totals.set(key, { ...later });
      return;
    }
    total.runs += later.runs;
    total.executions += later.executions;
    total.durationUs += later.durationUs;
    total.idleUs += later.idleUs;
    total.callSite ??= later.callSite;
    total.listed = [...total.listed, ...later.listed].slice(0, MOST_LISTED);
  }

  /** As plain data, in the order in which they were found first. */
  totals(): readonly TransactionTotal[] {
    return [...this.#totals.values()];
  }

  /** What waits longest first. */
  transactions(statements: NumberedStatements): ChattyTransaction[] {
    return [...this.#totals.values()]
      .map(({ durationUs, idleUs, ...total }) => ({
        ...total,
        durationMs: durationUs / 1000,
        idleMs: idleUs / 1000,
        statements: total.statements.map((id) => statements.statement(id)),
      }))
      .toSorted((a, b) => b.idleMs - a.idleMs);
  }
}
