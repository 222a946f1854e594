import type { CallSite, ChattyTransaction, LoopRun } from "../model/query-loop.ts";
import type { FoundTransaction } from "./find-transactions.ts";
import type { StatementClasses } from "./statement-classes.ts";

interface Total {
  readonly route: string | null;
  readonly application: string | null;
  readonly statements: readonly number[];
  runs: number;
  executions: number;
  durationMs: number;
  idleMs: number;
  callSite: CallSite | null;
  listed: LoopRun[];
}

/** Transactions of fewer statements are short enough. */
const FEWEST_STATEMENTS = 10;
const MOST_LISTED = 20;
const MOST_CLASSES = 20;

/** Puts transactions of many statements together that run the same ones in the same route or application. */
export class TransactionTotals {
  readonly #totals = new Map<string, Total>();

  add(
    { statements, startMs, endMs, idleMs }: FoundTransaction,
    route: string | null,
    application: string | null,
  ): void {
    if (statements.length < FEWEST_STATEMENTS) return;
    const classes = [...new Set(statements.map(({ statement }) => statement))].slice(0, MOST_CLASSES);
    const key = JSON.stringify([route ?? application, classes]);
    const empty = { runs: 0, executions: 0, durationMs: 0, idleMs: 0, callSite: null, listed: [] };
    const total: Total = this.#totals.get(key) ?? { route, application, statements: classes, ...empty };
    this.#totals.set(key, total);
    total.runs += 1;
    total.executions += statements.length;
    total.durationMs += endMs - startMs;
    total.idleMs += idleMs;
    total.callSite ??= statements.find(({ callSite }) => callSite !== null)?.callSite ?? null;
    const run = { from: new Date(startMs).toISOString(), to: new Date(endMs).toISOString() };
    if (total.listed.length < MOST_LISTED) {
      total.listed.push({ ...run, count: statements.length, totalMs: endMs - startMs });
    }
  }

  /** What waits longest first. */
  transactions(classes: StatementClasses): ChattyTransaction[] {
    return [...this.#totals.values()]
      .map((total) => ({
        scopeClass: "trace" as const,
        ...total,
        statements: total.statements.map((id) => classes.statement(id)),
      }))
      .toSorted((a, b) => b.idleMs - a.idleMs);
  }
}
