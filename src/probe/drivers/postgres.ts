import { originOfNow, originOfText } from "../call-site.ts";
import { type LargeResult, largeResult } from "../count-entities.ts";
import type { Guard } from "../guard.ts";
import type { LateOrigin } from "../late-origin.ts";
import type { Recorder, Sending } from "../recorder.ts";
import { isCallable, property, wrapMethod, wrapped } from "../untyped.ts";

const watched = new WeakSet<object>();

/**
 * Query of postgres/src/query.js. A query is a promise that starts when somebody waits for it: `handle` runs at the
 * first wait, with the context of whoever waits.
 */
export function watchPostgresQuery(Query: unknown, recorder: Recorder, guard: Guard): void {
  const prototype = property(Query, "prototype");
  // Hooks may run twice over one source.
  if (typeof prototype !== "object" || prototype === null || watched.has(prototype)) return;
  watched.add(prototype);
  const lates = new WeakMap<object, LateOrigin>();
  wrapMethod(prototype, "handle", (handle) =>
    wrapped((self, values) => {
      if (property(self, "executed") === false) guard.attempt(() => begin(self, { recorder, guard, lates }), undefined);
      return Reflect.apply(handle, self, values);
    }),
  );
  // As `then` does itself first of all; whoever waits first tells the caller of text that was no template.
  wrapMethod(prototype, "then", (then) =>
    wrapped((self, values) => {
      const handle = property(self, "handle");
      if (isCallable(handle)) void Reflect.apply(handle, self, []);
      const late = typeof self === "object" && self !== null ? lates.get(self) : undefined;
      if (late === undefined || typeof self !== "object" || self === null) return Reflect.apply(then, self, values);
      lates.delete(self);
      const result = late.through(Reflect.apply(then, self, []));
      return Reflect.apply(Promise.prototype.then, result, values);
    }),
  );
}

interface Watch {
  readonly recorder: Recorder;
  readonly guard: Guard;
  readonly lates: WeakMap<object, LateOrigin>;
}

function begin(query: unknown, { recorder, guard, lates }: Watch): void {
  const strings = property(query, "strings");
  if (typeof query !== "object" || query === null || !Array.isArray(strings)) return;
  const isTagged = property(query, "tagged") === true;
  // A tagged template is one line of the program: the library keeps the stack of its first use.
  const stack = isTagged ? () => originOfText(property(query, "origin")) : originOfNow;
  const sending = recorder.begin(strings.join("?"), { stack, isAwaited: !isTagged });
  if (sending.late !== null) lates.set(query, sending.late);
  const end = (known: Known): void => guard.attempt(() => record(query, known, sending, recorder), undefined);
  for (const [name, knownOf] of [
    ["resolve", knownOfResult],
    ["reject", () => ({ rows: null, result: null })],
  ] as const) {
    const settle = property(query, name);
    if (!isCallable(settle)) continue;
    const settled = wrapped((self, values) => {
      end(knownOf(values[0]));
      return Reflect.apply(settle, self, values);
    });
    Reflect.set(query, name, settled);
  }
}

/** What a result says of its rows. */
interface Known {
  readonly rows: number | null;
  readonly result: LargeResult | null;
}

function record(query: object, known: Known, sending: Sending, recorder: Recorder): void {
  const text = property(property(query, "statement"), "string");
  // Refused before it was built: nothing was sent.
  if (typeof text !== "string") return;
  const state = property(query, "state");
  const connection = typeof state === "object" && state !== null ? state : query;
  recorder.end(sending, { text, dialect: "postgres", values: property(query, "parameters"), ...known, connection });
}

function knownOfResult(result: unknown): Known {
  const count = property(result, "count");
  return {
    rows: typeof count === "number" ? count : null,
    result: largeResult(result, property(result, "columns")),
  };
}
