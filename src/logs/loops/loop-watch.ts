import { type LoopTotal, LoopTotals, renumberedLoop } from "../../loops/loop-totals.ts";
import { TransactionTotals } from "../../loops/transaction-totals.ts";
import type { Names } from "../digest/names.ts";
import { BurstTotals } from "./burst-totals.ts";
import { ClassShapes, type ClassTexts } from "./class-shapes.ts";
import { ExecutionWindow, type WindowExecution } from "./execution-window.ts";
import { findBursts } from "./find-bursts.ts";
import type { LookedAt } from "./looked-at.ts";
import { ScopeFinder } from "./scope-finder.ts";

export interface LoopWatchOptions {
  readonly isMysql: boolean;
  /** Whether an earlier part of the log may come before this one. */
  readonly isOpen: boolean;
  /** How far times of the log may be off: 1 s without fractions. */
  readonly toleranceMs: number;
}

/** Scopes are looked for within stretches of so much time of the log; one that crosses a border is seen as two. */
const STRETCH_MS = 10_000;

/**
 * Looks for loops in the executions of a log, stretch by stretch: a stretch is what follows one another within the same
 * ten seconds of the clock. What a stretch shows depends on nothing but its executions, so that parts of a log join to
 * the whole: the first stretch of a part that begins open, and the last one, are kept until their other half is there.
 */
export class LoopWatch {
  readonly loops = new LoopTotals();
  readonly transactions = new TransactionTotals();
  readonly bursts = new BurstTotals();
  readonly lookedAt: LookedAt = {
    trace: { scopes: 0, executions: 0 },
    transaction: { scopes: 0, executions: 0 },
    stitched: { scopes: 0, executions: 0 },
  };
  /** Executions of stretches that were too busy to be kept whole, and those whose parts stand in several lines. */
  unlooked = 0;
  /** The first stretch, where what came before may belong to it. */
  head: ExecutionWindow | null = null;
  current = new ExecutionWindow();
  readonly #options: LoopWatchOptions;
  readonly #names: Names;
  readonly #shapes: ClassShapes;
  readonly #scopes: ScopeFinder;
  #stretch = NaN;
  #isLastKept = false;

  constructor(options: LoopWatchOptions, names: Names, texts: ClassTexts) {
    this.#options = options;
    this.#names = names;
    this.#shapes = new ClassShapes(texts, options.isMysql);
    this.#scopes = new ScopeFinder(this.#shapes, names);
  }

  /** One execution of a class, in the order of the log; negative for a class beyond the limit of classes. */
  add(execution: WindowExecution, statement: number): void {
    const stretch = Math.floor(execution.timeMs / STRETCH_MS);
    if (stretch !== this.#stretch && !Number.isNaN(stretch)) this.#begin(stretch);
    this.#isLastKept = statement >= 0 && !this.current.isFull && !Number.isNaN(stretch);
    if (this.#isLastKept) this.current.add(execution, statement);
    else this.unlooked += 1;
  }

  /** The parameters of the execution that was added last. */
  parametersOfLast(valueHash: number, valueSum: number): void {
    if (this.#isLastKept) this.current.setParameters(valueHash, valueSum);
  }

  /** Goes on with the part of the log that came next; null for a class beyond the limit of classes. */
  join(later: LoopWatch, classOf: (statement: number) => number | null, nameOf: (name: number) => number): void {
    const first = later.head ?? later.current;
    this.#append(first, classOf, nameOf);
    this.merge(later, classOf);
    if (later.head === null) return;
    this.#begin(later.#stretch);
    this.#append(later.current, classOf, nameOf);
  }

  /** Adds what was found in another part, without its open ends. */
  merge(later: LoopWatch, classOf: (statement: number) => number | null): void {
    for (const total of later.loops.totals()) addRenumbered(this.loops, total, classOf);
    for (const total of later.transactions.totals()) {
      const statements = total.statements.map(classOf);
      const known = statements.flatMap((statement) => statement ?? []);
      if (known.length === statements.length) this.transactions.merge({ ...total, statements: known });
    }
    this.bursts.join(later.bursts, classOf);
    for (const scopeClass of ["trace", "transaction", "stitched"] as const) {
      this.lookedAt[scopeClass].scopes += later.lookedAt[scopeClass].scopes;
      this.lookedAt[scopeClass].executions += later.lookedAt[scopeClass].executions;
    }
    this.unlooked += later.unlooked;
  }

  /** Nothing comes before or after. */
  close(): void {
    if (this.head !== null) this.#look(this.head);
    this.head = null;
    this.#look(this.current);
    this.current = new ExecutionWindow();
    this.#stretch = NaN;
  }

  /** Takes open ends as they were saved. */
  restore(head: ExecutionWindow | null, current: ExecutionWindow): void {
    this.head = head;
    this.current = current;
    const lastMs = current.timeMs[current.size - 1];
    this.#stretch = lastMs === undefined || current.size === 0 ? NaN : Math.floor(lastMs / STRETCH_MS);
    this.#isLastKept = false;
  }

  #begin(stretch: number): void {
    if (!Number.isNaN(this.#stretch)) {
      if (this.#options.isOpen && this.head === null) {
        this.head = this.current;
        this.current = new ExecutionWindow();
      } else {
        this.#look(this.current);
        this.current.clear();
      }
    }
    this.#stretch = stretch;
  }

  #append(
    window: ExecutionWindow,
    classOf: (statement: number) => number | null,
    nameOf: (name: number) => number,
  ): void {
    for (let index = 0; index < window.size; index += 1) {
      const execution = window.at(index);
      const statement = classOf(window.statement[index] ?? 0);
      if (statement === null) continue;
      const { user, application, route } = execution;
      const named = { user: nameOf(user), application: nameOf(application), route: nameOf(route) };
      this.add({ ...execution, ...named }, statement);
    }
  }

  #look(window: ExecutionWindow): void {
    if (window.size === 0) return;
    const rest = this.#scopes.look(window, this);
    const isCoarse = this.#options.toleranceMs >= 1000;
    this.lookedAt.stitched.executions += rest.length;
    findBursts(
      window,
      rest,
      { shapes: this.#shapes, names: this.#names, isCoarse, stretchMs: STRETCH_MS },
      this.bursts,
    );
  }
}

function addRenumbered(loops: LoopTotals, total: LoopTotal, classOf: (statement: number) => number | null): void {
  const renumbered = renumberedLoop(total, classOf);
  if (renumbered !== null) loops.merge(renumbered);
}
