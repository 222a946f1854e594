import { AsyncResource } from "node:async_hooks";
import type { Scopes } from "./scopes.ts";
import { isCallable, property, wrapMethod, wrapped } from "./untyped.ts";

/** Gives each test of node:test a scope: its Test class runs the test's function as an async resource. */
export function watchNodeTests(scopes: Scopes): void {
  wrapMethod(AsyncResource.prototype, "runInAsyncScope", (runInAsyncScope) =>
    wrapped((self, values) => {
      const [work, ...rest] = values;
      // Internals call it for streams and requests as well: a name is all that may be asked there.
      if (property(property(self, "constructor"), "name") !== "Test" || !isCallable(work)) {
        return Reflect.apply(runInAsyncScope, self, values);
      }
      // Inside, since the resource brings the context in which it was made.
      const scoped = wrapped((context, given) =>
        scopes.runIn(
          () => nodeTestName(self),
          () => Reflect.apply(work, context, given),
        ),
      );
      return Reflect.apply(runInAsyncScope, self, [scoped, ...rest]);
    }),
  );
}

/** Gives each test of mocha a scope: Runnable of lib/runnable.js runs tests and hooks. */
export function watchMochaTests(Runnable: unknown, scopes: Scopes): void {
  wrapMethod(property(Runnable, "prototype"), "run", (run) =>
    wrapped((self, values) => {
      const test = (): unknown => Reflect.apply(run, self, values);
      if (property(self, "type") !== "test") return test();
      return scopes.runIn(() => mochaTestName(self), test);
    }),
  );
}

/** Gives each tick of an interval a scope: ticks are independent of one another. */
export function watchIntervals(scopes: Scopes): void {
  wrapMethod(globalThis, "setInterval", (setInterval) =>
    wrapped((self, [tick, ...rest]) => {
      if (!isCallable(tick)) return Reflect.apply(setInterval, self, [tick, ...rest]);
      const name = tick.name === "" ? null : `interval ${tick.name}`;
      const scoped = wrapped((timer, values) =>
        scopes.runIn(
          () => name,
          () => Reflect.apply(tick, timer, values),
        ),
      );
      return Reflect.apply(setInterval, self, [scoped, ...rest]);
    }),
  );
}

function nodeTestName(test: unknown): string | null {
  const names: string[] = [];
  for (let task: unknown = test; task !== undefined && task !== null; task = property(task, "parent")) {
    const name = property(task, "name");
    if (typeof name === "string" && name !== "" && name !== "<root>") names.unshift(name);
  }
  return names.length === 0 ? null : names.join(" > ");
}

function mochaTestName(test: unknown): string | null {
  const fullTitle = property(test, "fullTitle");
  const title: unknown = isCallable(fullTitle) ? Reflect.apply(fullTitle, test, []) : null;
  return typeof title === "string" ? title : null;
}
