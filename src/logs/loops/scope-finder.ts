import { findLoops } from "../../loops/find-loops.ts";
import { findTransactions } from "../../loops/find-transactions.ts";
import type { LoopTotals } from "../../loops/loop-totals.ts";
import type { ScopeExecution } from "../../loops/scope-execution.ts";
import { FEWEST_STATEMENTS, type TransactionTotals } from "../../loops/transaction-totals.ts";
import type { Names } from "../digest/names.ts";
import { type ClassShapes, ROLE } from "./class-shapes.ts";
import { type ExecutionWindow, VALUES } from "./execution-window.ts";
import type { LookedAt } from "./loop-watch.ts";

/** Who is told what scopes show. */
export interface ScopeSink {
  readonly loops: LoopTotals;
  readonly transactions: TransactionTotals;
  readonly lookedAt: LookedAt;
}

interface Scope {
  readonly scopeClass: "trace" | "transaction";
  readonly members: number[];
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
      if (trace !== 0) memberOf(traces, trace, "trace").members.push(at);
      const pid = window.pid[at] ?? 0;
      const role = this.#shapes.role(window.statement[at] ?? 0);
      let own = pid === 0 ? undefined : open.get(pid);
      if (role === ROLE.begin && pid !== 0) {
        own = { scopeClass: "transaction", members: [] };
        open.set(pid, own);
        transactions.push(own);
      }
      // A statement of a trace belongs to it, and to its transaction only for the pauses in there.
      if (own !== undefined) own.members.push(at);
      else if (trace === 0 && role === ROLE.other) rest.push(at);
      if (role === ROLE.end) open.delete(pid);
    }
    for (const scope of traces.values()) this.#lookAt(scope, window, sink);
    for (const scope of transactions) this.#lookAt(scope, window, sink);
    return rest;
  }

  #lookAt({ scopeClass, members }: Scope, window: ExecutionWindow, sink: ScopeSink): void {
    sink.lookedAt[scopeClass].scopes += 1;
    sink.lookedAt[scopeClass].executions += members.length;
    if (members.length < FEWEST_REPEATS) return;
    const mayLoop = hasRepeats(members, window) && !(scopeClass === "transaction" && isTraced(members, window));
    const mayChat = scopeClass === "transaction" && members.length >= FEWEST_STATEMENTS;
    if (!mayLoop && !mayChat) return;
    const executions = members.map((at) => this.#executionAt(window, at)).toSorted((a, b) => a.startMs - b.startMs);
    const place = { scopeClass, ...this.#placeOf(window, members) };
    if (mayLoop) {
      for (const loop of findLoops(executions, { minRepeats: FEWEST_REPEATS })) sink.loops.add(loop, place);
    }
    if (mayChat) for (const found of findTransactions(executions)) sink.transactions.add(found, place);
  }

  #executionAt(window: ExecutionWindow, at: number): ScopeExecution {
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

/** Equal where the values are equal; null where they are not known. */
export function valuesAt(window: ExecutionWindow, at: number): string | null {
  const flags = window.valueFlags[at] ?? 0;
  const isUnknown = (flags & VALUES.placeholders) !== 0 && (flags & VALUES.parameters) === 0;
  if (isUnknown || (flags & (VALUES.placeholders | VALUES.inText)) === 0) return null;
  return String(window.valueHash[at] ?? 0);
}

function memberOf(scopes: Map<number, Scope>, key: number, scopeClass: Scope["scopeClass"]): Scope {
  const known = scopes.get(key);
  if (known !== undefined) return known;
  const scope: Scope = { scopeClass, members: [] };
  scopes.set(key, scope);
  return scope;
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
