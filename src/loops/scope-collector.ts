import type { QueryLoops } from "../model/query-loop.ts";
import type { StatementStatistic } from "../model/statement.ts";
import { findLoops, type LoopLimits } from "./find-loops.ts";
import { findTransactions } from "./find-transactions.ts";
import { JoinTotals } from "./join-totals.ts";
import { LoopTotals } from "./loop-totals.ts";
import type { ScopeEvent } from "./scope-event.ts";
import type { ScopeExecution } from "./scope-execution.ts";
import { StatementClasses } from "./statement-classes.ts";
import { TransactionTotals } from "./transaction-totals.ts";

/** What the executions of all scopes show. */
export interface ScopeResult {
  readonly statements: readonly StatementStatistic[];
  readonly loops: Omit<QueryLoops, "source" | "engine">;
  /** Milliseconds since 1970; null where there was no execution. */
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  /** Executions of scopes that were too long to be kept whole: counted, but not looked at for loops. */
  readonly unlookedExecutions: number;
}

interface OpenScope {
  readonly name: string | null;
  readonly application: string | null;
  readonly executions: ScopeExecution[];
}

/** Executions of one scope that are kept to be looked at. */
const MOST_EXECUTIONS = 100_000;
const FEWEST_REPEATS = 5;

/**
 * Takes executions that name the scope they belong to, and says which statements were sent in loops. Memory is that of
 * the open scopes: whoever knows that one has ended says so. `loadSqlParser` has to be awaited before.
 */
export class ScopeCollector {
  readonly #limits: LoopLimits;
  readonly #classes = new StatementClasses();
  readonly #open = new Map<string, OpenScope>();
  readonly #loops = new LoopTotals();
  readonly #transactions = new TransactionTotals();
  readonly #joins = new JoinTotals();
  #scopes = 0;
  #executions = 0;
  #unlooked = 0;
  #firstMs = Number.POSITIVE_INFINITY;
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor({ minRepeats = FEWEST_REPEATS }: Partial<LoopLimits> = {}) {
    this.#limits = { minRepeats };
  }

  add(event: ScopeEvent): void {
    const { startMs, durationMs, rows } = event;
    const { id, shape } = this.#classes.of(event.text, event.dialect);
    this.#classes.count(id, durationMs, rows);
    this.#joins.add(event, id, shape);
    this.#executions += 1;
    this.#firstMs = Math.min(this.#firstMs, startMs);
    this.#lastMs = Math.max(this.#lastMs, startMs + durationMs);
    const scope = this.#scopeOf(event);
    if (scope.executions.length >= MOST_EXECUTIONS) {
      this.#unlooked += 1;
      return;
    }
    const { session, callSite, orm } = event;
    scope.executions.push({
      statement: id,
      kind: shape.kind,
      isSingle: shape.isSingle,
      isLocking: shape.isLocking,
      values: valuesOf(event, shape.values),
      startMs,
      endMs: startMs + durationMs,
      rows,
      session,
      transaction: null,
      callSite,
      orm,
    });
  }

  /** Nothing more comes of this scope. */
  endScope(scope: string): void {
    const found = this.#open.get(scope);
    if (found === undefined) return;
    this.#open.delete(scope);
    this.#look(found);
  }

  finish(): ScopeResult {
    for (const scope of [...this.#open.keys()]) this.endScope(scope);
    const isEmpty = this.#executions === 0;
    return {
      statements: this.#classes.statistics(),
      loops: {
        scopes: [{ scopeClass: "trace", scopes: this.#scopes, executions: this.#executions }],
        loops: this.#loops.loops(this.#classes),
        transactions: this.#transactions.transactions(this.#classes),
        joins: this.#joins.joins(this.#classes),
      },
      firstMs: isEmpty ? null : this.#firstMs,
      lastMs: isEmpty ? null : this.#lastMs,
      unlookedExecutions: this.#unlooked,
    };
  }

  #scopeOf({ scope, name, application }: ScopeEvent): OpenScope {
    const known = this.#open.get(scope);
    if (known !== undefined) return known;
    const opened = { name, application, executions: [] };
    this.#open.set(scope, opened);
    this.#scopes += 1;
    return opened;
  }

  #look({ name, application, executions }: OpenScope): void {
    const inOrder = withTransactions(executions.toSorted((a, b) => a.startMs - b.startMs));
    const place = { scopeClass: "trace", route: name, application } as const;
    for (const loop of findLoops(inOrder, this.#limits)) this.#loops.add(loop, place);
    for (const transaction of findTransactions(inOrder)) this.#transactions.add(transaction, place);
  }
}

/** With the number of the explicit transaction that each stands in; in the order of their starts. */
function withTransactions(executions: readonly ScopeExecution[]): readonly ScopeExecution[] {
  if (!executions.some(({ kind }) => kind === "begin")) return executions;
  const open = new Map<string | null, number>();
  let count = 0;
  return executions.map((execution) => {
    const { session, kind } = execution;
    if (kind === "begin") {
      count += 1;
      open.set(session, count);
    }
    const transaction = open.get(session) ?? null;
    if (kind === "end") open.delete(session);
    return { ...execution, transaction };
  });
}

/** Values of the text and of the parameters together; null where the text has parameters that are not known. */
function valuesOf({ text, parameters }: ScopeEvent, inText: string): string | null {
  if (parameters !== null) return `${inText}\u0000${parameters}`;
  return inText === "" || /[$?]/.test(text) ? null : inText;
}
