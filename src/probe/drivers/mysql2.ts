import { type LargeResult, largeResult } from "../count-entities.ts";
import type { Guard } from "../guard.ts";
import type { Recorder, Sending } from "../recorder.ts";
import { isCallable, property, wrapMethod, wrapped } from "../untyped.ts";
import { watchEntry } from "../watch-entry.ts";

const METHODS = ["query", "execute"] as const;
type MethodName = (typeof METHODS)[number];

/** Connection of mysql2/lib/base/connection.js, which the promise API calls as well. */
export function watchMysqlConnection(Connection: unknown, recorder: Recorder, guard: Guard): void {
  for (const method of METHODS) {
    wrapMethod(property(Connection, "prototype"), method, (send) =>
      wrapped((self, values) => {
        const sending = guard.attempt(() => begin(values, recorder), null);
        const command = Reflect.apply(send, self, values);
        if (sending !== null)
          guard.attempt(() => watchEnd(command, self, { sending, method, recorder, guard }), undefined);
        return command;
      }),
    );
  }
}

/** Pool of mysql2/lib/base/pool.js: a connection is handed over in the context of whoever gave it back. */
export function watchMysqlPool(Pool: unknown, recorder: Recorder, guard: Guard): void {
  const prototype = property(Pool, "prototype");
  const { scopes } = recorder;
  wrapMethod(prototype, "getConnection", (getConnection) =>
    wrapped((self, [callback, ...rest]) => {
      const restored = scopes.bind(callback);
      return scopes.runOutside(() => Reflect.apply(getConnection, self, [restored, ...rest]));
    }),
  );
  watchMysqlEntry(Pool, recorder, guard);
}

/** The classes with `query` and `execute` above connections: pools, and the promise API (mysql2/lib/promise). */
export function watchMysqlEntry(Class: unknown, recorder: Recorder, guard: Guard): void {
  for (const method of METHODS) watchEntry(Class, method, { recorder, guard, textOf, isFinal: true });
}

function begin([first]: readonly unknown[], recorder: Recorder): Sending | null {
  const text = textOf(first);
  return text === null ? null : recorder.begin(text);
}

interface Watch {
  readonly sending: Sending;
  readonly method: MethodName;
  readonly recorder: Recorder;
  readonly guard: Guard;
}

/** Results come later than this, so that the command can still be told whom to call. */
function watchEnd(command: unknown, connection: unknown, { sending, method, recorder, guard }: Watch): void {
  if (typeof command !== "object" || command === null || typeof connection !== "object" || connection === null) return;
  const text = textOf(command);
  if (text === null) return;
  // query() writes the values into the text; execute() binds them.
  const values = method === "execute" ? property(command, "values") : undefined;
  const end = (rows: number | null, result: LargeResult | null): void =>
    guard.attempt(() => recorder.end(sending, { text, dialect: "mysql", values, rows, result, connection }), undefined);
  const onResult = property(command, "onResult");
  if (isCallable(onResult)) {
    const done = wrapped((self, results) => {
      end(rowsOf(results[1]), largeResult(results[1], results[2]));
      return recorder.scopes.resume(sending.context, () => Reflect.apply(onResult, self, results));
    });
    Reflect.set(command, "onResult", done);
    return;
  }
  const once = property(command, "once");
  if (isCallable(once)) Reflect.apply(once, command, ["end", () => end(null, null)]);
}

/** A text, options or a command, all with `sql`. */
function textOf(value: unknown): string | null {
  const text = typeof value === "string" ? value : property(value, "sql");
  return typeof text === "string" ? text : null;
}

/** Rows that came back or were changed; null for several results of one text. */
function rowsOf(result: unknown): number | null {
  if (Array.isArray(result)) return result.some((row) => Array.isArray(row)) ? null : result.length;
  const changed = property(result, "affectedRows");
  return typeof changed === "number" ? changed : null;
}
