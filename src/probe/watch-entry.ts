import type { Guard } from "./guard.ts";
import type { Recorder } from "./recorder.ts";
import { property, wrapMethod, wrapped } from "./untyped.ts";

interface EntryOptions {
  readonly recorder: Recorder;
  readonly guard: Guard;
  /** The statement in the first argument; null where it holds none. */
  readonly textOf: (value: unknown) => string | null;
  /** The statement goes on to the driver as it is; else whatever is sent counts as this one. */
  readonly isFinal: boolean;
}

/** Notes the caller of a method that hands SQL on through callbacks and promises, in which the stack ends. */
export function watchEntry(owner: unknown, method: string, { recorder, guard, textOf, isFinal }: EntryOptions): void {
  wrapMethod(property(owner, "prototype"), method, (send) =>
    wrapped((self, values) => {
      const text = guard.attempt(() => textOf(values[0]), null);
      const entry = guard.attempt(() => (text === null ? null : recorder.enter(text)), null);
      if (entry === null) return Reflect.apply(send, self, values);
      const known = isFinal ? entry : { ...entry, text: null };
      const result = recorder.scopes.runEntered(known, () => Reflect.apply(send, self, values));
      return entry.late === null ? result : entry.late.through(result);
    }),
  );
}
