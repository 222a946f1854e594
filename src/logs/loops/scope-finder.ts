import { findLoops } from "../../loops/find-loops.ts";
import { findTransactions } from "../../loops/find-transactions.ts";
import type { LoopTotals } from "../../loops/loop-totals.ts";
import type { ScopeExecution } from "../../loops/scope-execution.ts";
import { FEWEST_STATEMENTS, type TransactionTotals } from "../../loops/transaction-totals.ts";
import type { Names } from "../digest/names.ts";
import { type ClassShapes, ROLE } from "./class-shapes.ts";
import { type ExecutionWindow, VALUES, valuesAt } from "./execution-window.ts";
import type { LookedAt } from "./looked-at.ts";

/** Who is told what scopes show. */
export interface ScopeSink {
  readonly loops: LoopTotals;
  readonly transactions: TransactionTotals;
  readonly lookedAt: LookedAt;
}

interface Scope {
  readonly scopeClass: "trace" | "transaction";
  /** Of a transaction, from 1 on. */
  readonly number: number;
  readonly members: number[];
  /** Number of the explicit transaction of each member; 0 for none. */
  readonly transactions: number[];
}

const FEWEST_REPEATS = 5;

/** Finds the scopes that a log names itself: traces and requests in comments, and explicit transactions. */
export class ScopeFinder {
  readonly #shapes: ClassShapes;
  readonly #names: Names;

  constructor(shapes: ClassShapes, names: Names) {
    this.#shapes = shapes;
    this.#names = names;
  }

  /** Looks at the scopes of a stretch; returns the executions that are in none. */
  look(window: ExecutionWindow, sink: ScopeSink): readonly number[] {
    const rest: number[] = [];
    const traces = new Map<number, Scope>();
    const open = new Map<number, Scope>();
    const transactions: Scope[] = [];
    for (let at = 0; at < window.size; at += 1) {
      const trace = window.trace[at] ?? 0;
      const pid = window.pid[at] ?? 0;
      const role = this.#shapes.role(window.statement[at] ?? 0);
      let own = pid === 0 || open.size === 0 ? undefined : open.get(pid);
      if (role === ROLE.begin && pid !== 0) {
        own = { scopeClass: "transaction", number: transactions.length + 1, members: [], transactions: [] };
        open.set(pid, own);
        transactions.push(own);
      }
      if (trace !== 0) addTo(scopeOf(traces, trace), at, own?.number ?? 0);
      // A statement of a trace belongs to it, and to its transaction only for the pauses in there.
      if (own !== undefined) addTo(own, at, 0);
      else if (trace === 0 && role === ROLE.other) rest.push(at);
      if (role === ROLE.end) open.delete(pid);
    }
    for (const scope of traces.values()) this.#lookAt(scope, window, sink);
    for (const scope of transactions) this.#lookAt(scope, window, sink);
    return rest;
  }

  #lookAt({ scopeClass, members, transactions }: Scope, window: ExecutionWindow, sink: ScopeSink): void {
    sink.lookedAt[scopeClass].scopes += 1;
    sink.lookedAt[scopeClass].executions += members.length;
    if (members.length < FEWEST_REPEATS) return;
    const mayLoop = hasRepeats(members, window) && !(scopeClass === "transaction" && isTraced(members, window));
    const mayChat = scopeClass === "transaction" && members.length >= FEWEST_STATEMENTS;
    if (!mayLoop && !mayChat) return;
    const executions = members
      .map((at, index) => this.#executionAt(window, at, transactions[index] ?? 0))
      .toSorted((a, b) => a.startMs - b.startMs);
    const place = { scopeClass, ...this.#placeOf(window, members) };
    if (mayLoop) {
      for (const loop of findLoops(executions, { minRepeats: FEWEST_REPEATS })) sink.loops.add(loop, place);
    }
    if (mayChat) for (const found of findTransactions(executions)) sink.transactions.add(found, place);
  }

  #executionAt(window: ExecutionWindow, at: number, transaction: number): ScopeExecution {
    const statement = window.statement[at] ?? 0;
    const { kind, isSingle, isLocking } = this.#shapes.shape(statement);
    const flags = window.valueFlags[at] ?? 0;
    const isSeveral = (flags & (kind === "insert" ? VALUES.groups : VALUES.list)) !== 0;
    const rows = window.rows[at] ?? NaN;
    const role = this.#shapes.role(statement);
    return {
      statement,
      kind: role === ROLE.begin ? "begin" : role === ROLE.end ? "end" : kind,
      isSingle: isSingle && !isSeveral,
      isLocking,
      values: valuesAt(window, at),
      startMs: window.startMs(at),
      endMs: window.timeMs[at] ?? NaN,
      rows: Number.isNaN(rows) ? null : rows,
      session: String(window.pid[at] ?? 0),
      transaction: transaction === 0 ? null : transaction,
      callSite: null,
      orm: null,
    };
  }

  #placeOf(window: ExecutionWindow, members: readonly number[]) {
    const routed = members.find((at) => window.route[at] !== 0);
    const [first = 0] = members;
    return {
      route: routed === undefined ? null : this.#names.text(window.route[routed] ?? 0),
      application: this.#names.text(window.application[first] ?? 0),
    };
  }
}

function scopeOf(traces: Map<number, Scope>, trace: number): Scope {
  const known = traces.get(trace);
  if (known !== undefined) return known;
  const scope: Scope = { scopeClass: "trace", number: 0, members: [], transactions: [] };
  traces.set(trace, scope);
  return scope;
}

function addTo({ members, transactions }: Scope, at: number, transaction: number): void {
  members.push(at);
  transactions.push(transaction);
}

/** Whether a statement may be there often enough: asked before anything is built. */
function hasRepeats(members: readonly number[], window: ExecutionWindow): boolean {
  const counts = new Map<number, number>();
  for (const at of members) {
    const statement = window.statement[at] ?? 0;
    const count = (counts.get(statement) ?? 0) + 1;
    if (count >= FEWEST_REPEATS) return true;
    counts.set(statement, count);
  }
  return false;
}

function isTraced(members: readonly number[], window: ExecutionWindow): boolean {
  return members.some((at) => window.trace[at] !== 0);
}
