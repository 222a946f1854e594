import { type LargeResult, largeResult } from "../count-entities.ts";
import type { Guard } from "../guard.ts";
import type { Recorder, Sending } from "../recorder.ts";
import { isCallable, property, wrapMethod, wrapped } from "../untyped.ts";
import { watchEntry } from "../watch-entry.ts";

/** What belongs to one query object of pg. */
interface Sent {
  readonly sending: Sending;
  readonly text: string;
  readonly values: unknown;
  readonly connection: object;
  /** The caller has a promise. */
  readonly isAwaited: boolean;
}

/** Watches `pg` where every query passes: Client.query; and pools, which lose the caller on the way there. */
export class PgWatch {
  readonly #recorder: Recorder;
  readonly #guard: Guard;
  /** The class that is put in front of pg's own. */
  #own: QueryClass | null = null;
  /** Queries of other classes: cursors, streams. */
  readonly #foreign = new WeakMap<object, Sent>();
  readonly #watched = new WeakSet<object>();
  /** Texts of named statements, which later executions may leave out. */
  readonly #named = new WeakMap<object, Map<string, string>>();
  /** The query that Client.query is just making. */
  #current: Sent | null = null;

  constructor(recorder: Recorder, guard: Guard) {
    this.#recorder = recorder;
    this.#guard = guard;
  }

  /** The class of lib/query.js, in front of the original: its objects say when they end, and their callbacks come home. */
  queryClass(Original: unknown): unknown {
    if (!isConstructor(Original)) return Original;
    const takeCurrent = (): Sent | null => this.#takeCurrent();
    // A private field: invisible to the program, and without the price of a weak map in a hot place.
    const Watched = class extends Original {
      #sent = takeCurrent();

      static take(query: object): Sent | null {
        if (!(#sent in query)) return null;
        const sent = query.#sent;
        query.#sent = null;
        return sent;
      }

      static put(query: object, sent: Sent): boolean {
        if (!(#sent in query)) return false;
        query.#sent = sent;
        return true;
      }
    };
    this.#own = Watched;
    Object.defineProperty(Watched, "name", { value: Original.name });
    this.#watchEnd(Watched.prototype);
    return Watched;
  }

  /** Client of lib/client.js. */
  watchClient(Client: unknown): void {
    const prototype = property(Client, "prototype");
    const { scopes } = this.#recorder;
    wrapMethod(prototype, "connect", (connect) =>
      wrapped((self, values) => {
        const restored = values.map((value) => scopes.bind(value));
        return scopes.runOutside(() => Reflect.apply(connect, self, restored));
      }),
    );
    wrapMethod(prototype, "query", (query) =>
      wrapped((self, values) => {
        const outer = this.#current;
        const sent = this.#guard.attempt(() => this.#begin(self, values), null);
        this.#current = sent;
        try {
          const result = Reflect.apply(query, self, values);
          return sent?.isAwaited === true && sent.sending.late !== null ? sent.sending.late.through(result) : result;
        } finally {
          this.#current = outer;
        }
      }),
    );
  }

  /** Pool of pg-pool. */
  watchPool(Pool: unknown): void {
    const prototype = property(Pool, "prototype");
    const { scopes } = this.#recorder;
    wrapMethod(prototype, "connect", (connect) =>
      wrapped((self, values) => {
        const restored = values.map((value) => scopes.bind(value));
        return Reflect.apply(connect, self, restored);
      }),
    );
    watchEntry(Pool, "query", { recorder: this.#recorder, guard: this.#guard, textOf, isFinal: true });
  }

  #begin(client: unknown, [config, values, callback]: readonly unknown[]): Sent | null {
    if (typeof client !== "object" || client === null) return null;
    const hasCallback = isCallable(values) || isCallable(callback);
    if (typeof config === "string") return this.#sending(client, config, values, !hasCallback);
    const text = textOf(config) ?? this.#namedText(client, config);
    if (text === null || typeof config !== "object" || config === null) return null;
    this.#remember(client, config, text);
    const bound = Array.isArray(values)
      ? values
      : (property(config, "values") ?? property(property(config, "cursor"), "values"));
    const isSubmittable = isCallable(property(config, "submit"));
    const isAwaited = !isSubmittable && !hasCallback && !isCallable(property(config, "callback"));
    const sent = this.#sending(client, text, bound, isAwaited);
    if (!isSubmittable) return sent;
    this.#adoptSubmittable(config, sent);
    return null;
  }

  #sending(connection: object, text: string, values: unknown, isAwaited: boolean): Sent {
    return { sending: this.#recorder.begin(text, { isAwaited }), text, values, connection, isAwaited };
  }

  #takeCurrent(): Sent | null {
    const sent = this.#current;
    this.#current = null;
    return sent;
  }

  /** Query objects that the program made itself, and cursors, which are of classes of their own. */
  #adoptSubmittable(query: object, sent: Sent): void {
    if (this.#own?.put(query, sent) === true) return;
    this.#foreign.set(query, sent);
    if (this.#watched.has(query)) return;
    this.#watched.add(query);
    this.#watchEnd(query);
  }

  #watchEnd(owner: object): void {
    const { scopes } = this.#recorder;
    const end = (self: unknown, isDone: boolean): Sending | null =>
      this.#guard.attempt(() => this.#end(self, isDone), null);
    for (const [name, isDone] of ENDS) {
      wrapMethod(owner, name, (handle) =>
        wrapped((self, values) => {
          const sending = end(self, isDone);
          if (sending === null || scopes.isIn(sending.context)) return Reflect.apply(handle, self, values);
          return scopes.resume(sending.context, () => Reflect.apply(handle, self, values));
        }),
      );
    }
  }

  #end(query: unknown, isDone: boolean): Sending | null {
    if (typeof query !== "object" || query === null) return null;
    const sent = this.#own?.take(query) ?? this.#foreign.get(query) ?? null;
    if (sent === null) return null;
    this.#foreign.delete(query);
    const { sending, text, values, connection } = sent;
    const rows = isDone ? rowsOf(property(query, "_result")) : null;
    const result = isDone ? resultOf(query) : null;
    this.#recorder.end(sending, { text, dialect: "postgres", values, rows, result, connection });
    return sending;
  }

  #namedText(client: object, config: unknown): string | null {
    const name = property(config, "name");
    return typeof name === "string" ? (this.#named.get(client)?.get(name) ?? null) : null;
  }

  #remember(client: object, config: unknown, text: string): void {
    const name = property(config, "name");
    if (typeof name !== "string" || name === "") return;
    const known = this.#named.get(client) ?? new Map<string, string>();
    this.#named.set(client, known.set(name, text));
  }
}

/** How a query object hears that it is over, and whether it has a result then. */
const ENDS = [
  ["handleReadyForQuery", true],
  ["handleError", false],
] as const;

interface QueryClass {
  take(query: object): Sent | null;
  put(query: object, sent: Sent): boolean;
}

/** pg takes a text, an object with one, a query object, or a stream around a cursor. */
function textOf(config: unknown): string | null {
  const text =
    typeof config === "string" ? config : (property(config, "text") ?? property(property(config, "cursor"), "text"));
  return typeof text === "string" ? text : null;
}

/** Rows that came back or were changed, as the command's tag says; null for commands without a count. */
function rowsOf(result: unknown): number | null {
  const count = property(result, "rowCount");
  return typeof count === "number" ? count : null;
}

/** Null for several results of one text. */
function resultOf(query: object): LargeResult | null {
  const result = property(query, "_result");
  if (property(query, "_results") !== result) return null;
  return largeResult(property(result, "rows"), property(result, "fields"));
}

function isConstructor(value: unknown): value is new (...values: unknown[]) => object {
  return typeof value === "function" && typeof property(value, "prototype") === "object";
}
