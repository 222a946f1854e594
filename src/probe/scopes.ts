import { AsyncLocalStorage } from "node:async_hooks";
import type { Origin } from "./call-site.ts";
import type { LateOrigin } from "./late-origin.ts";
import { isCallable, property, wrapped } from "./untyped.ts";

/** A unit of work: a request, a test, a tick of an interval, or what of the program is in none of them. */
export interface RunScope {
  /** Null until something of it was written. */
  id: number | null;
  /** Asked with the first statement, when a router has found its route. */
  readonly name: () => string | null;
  /** Executions of each text, until the stack is no longer taken. */
  readonly counts: Map<string, number>;
}

/** What statements inherit from whoever called for them. */
interface Context {
  readonly scope: RunScope | null;
  /** Where a library was entered that loses the stack on its way to the driver. */
  readonly entry: Entry | null;
}

/** What `hold` gives and nobody else reads. */
export type HeldContext = Context | null;

/** Where a library was entered. */
export interface Entry {
  /** Null: any statement. */
  readonly text: string | null;
  readonly origin: Origin;
  /** What may yet say where it was entered. */
  readonly late: LateOrigin | null;
}

/** After so long without a statement, work outside of requests and tests counts as other work. */
const QUIET_MS = 1000;

/** Follows units of work through the program's asynchronous calls. */
export class Scopes {
  readonly #storage = new AsyncLocalStorage<Context | null>();
  readonly #programName: () => string | null;
  readonly #runningTest: () => unknown;
  readonly #tests = new WeakMap<object, RunScope>();
  #root: RunScope;
  #rootUsedMs = Number.NEGATIVE_INFINITY;

  /** `runningTest` is the test object of a runner that says which of its tests runs. */
  constructor(programName: () => string | null, runningTest: () => unknown = vitestTest) {
    this.#programName = programName;
    this.#runningTest = runningTest;
    this.#root = newScope(programName);
  }

  /** The unit of work of this moment; `nowMs` of a clock that only goes forward. */
  current(nowMs: number): RunScope {
    return this.#storage.getStore()?.scope ?? this.#testScope() ?? this.#rootScope(nowMs);
  }

  /** Keeps the program's own scope open while its statements run. */
  touch(scope: RunScope, nowMs: number): void {
    if (scope === this.#root) this.#rootUsedMs = nowMs;
  }

  /** Runs `work`, and all that it starts, as a unit of its own. */
  runIn<T>(name: () => string | null, work: () => T): T {
    return this.#storage.run({ scope: newScope(name), entry: null }, work);
  }

  /** Runs `work` with what is known of its caller. */
  runEntered<T>(entry: Entry, work: () => T): T {
    const scope = this.#storage.getStore()?.scope ?? null;
    return this.#storage.run({ scope, entry }, work);
  }

  /** Where the library that sends `text` was entered; null where nobody noted it. */
  entered(text: string): Entry | null {
    const entry = this.#storage.getStore()?.entry ?? null;
    return entry !== null && (entry.text === null || entry.text === text) ? entry : null;
  }

  /** Runs `work` outside of any unit: a connection outlives the request that opened it. */
  runOutside<T>(work: () => T): T {
    return this.#runWith(null, work);
  }

  /** The context of now, for `resume`. */
  hold(): HeldContext {
    return this.#storage.getStore() ?? null;
  }

  /** Runs `work` in a context that was held. */
  resume<T>(context: HeldContext, work: () => T): T {
    return this.#runWith(context, work);
  }

  /** A callback that runs in the context of now whoever calls it; what is no function stays what it is. */
  bind(callback: unknown): unknown {
    if (!isCallable(callback)) return callback;
    const context = this.hold();
    return wrapped((self, values) => this.#runWith(context, () => Reflect.apply(callback, self, values)));
  }

  /** Whether what runs now is in a context that was held. */
  isIn(context: HeldContext): boolean {
    return (this.#storage.getStore() ?? null) === context;
  }

  /** Changing the context costs a microsecond: most work is in the right one already. */
  #runWith<T>(context: Context | null, work: () => T): T {
    return this.isIn(context) ? work() : this.#storage.run(context, work);
  }

  /** Work that was quiet for a while is over: a consumer of a queue does one message after another. */
  #rootScope(nowMs: number): RunScope {
    if (nowMs - this.#rootUsedMs > QUIET_MS) this.#root = newScope(this.#programName);
    this.#rootUsedMs = nowMs;
    return this.#root;
  }

  /** Tests that run side by side cannot be told apart. */
  #testScope(): RunScope | null {
    const test = this.#runningTest();
    if (typeof test !== "object" || test === null || property(test, "concurrent") === true) return null;
    const known = this.#tests.get(test);
    if (known !== undefined) return known;
    const scope = newScope(() => testName(test));
    this.#tests.set(test, scope);
    return scope;
  }
}

function newScope(name: () => string | null): RunScope {
  return { id: null, name, counts: new Map() };
}

/** Vitest says itself which test runs. */
function vitestTest(): unknown {
  return property(property(globalThis, "__vitest_worker__"), "current");
}

function testName(test: object): string | null {
  const names: string[] = [];
  for (let task: unknown = test; ; task = property(task, "suite")) {
    const name = property(task, "name");
    if (typeof name !== "string") break;
    if (name !== "") names.unshift(name);
  }
  return names.length === 0 ? null : names.join(" > ");
}
