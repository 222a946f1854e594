import { type Origin, originOfNow } from "./call-site.ts";
import { countEntities, type LargeResult } from "./count-entities.ts";
import { LateOrigin } from "./late-origin.ts";
import type { LineWriter } from "./line-writer.ts";
import { parameterHash } from "./parameter-hash.ts";
import type { Entry, HeldContext, RunScope, Scopes } from "./scopes.ts";
import { textKey } from "./text-key.ts";

type Dialect = "postgres" | "mysql";

/** An execution that was asked for and has not ended. */
export interface Sending {
  readonly scope: RunScope;
  readonly origin: Origin | null;
  /** What says the origin when the answer is there; null where it is known, or nobody will know it. */
  readonly late: LateOrigin | null;
  /** One of the first executions of its statement in the scope, which are looked at more closely. */
  readonly isEarly: boolean;
  readonly startMs: number;
  /** Of the caller, for the program's callbacks. */
  readonly context: HeldContext;
}

interface KnownText {
  readonly key: string;
  /** Null until it was written. */
  id: number | null;
}

interface BeginOptions {
  /** Stands for the stack of now. */
  readonly stack?: () => Origin;
  /** The caller gets a promise, and it will be passed through `Sending.late`. */
  readonly isAwaited?: boolean;
}

/** What is known when it ends; `values` are what was bound, undefined where the text holds them. */
export interface Ending {
  readonly text: string;
  readonly dialect: Dialect;
  readonly values: unknown;
  readonly rows: number | null;
  /** Null where it has few rows, or none that are kept. */
  readonly result: LargeResult | null;
  /** Whatever stands for the connection. */
  readonly connection: object;
}

/** A stack costs as much as a third of a local query: it is taken so often for each statement of a scope. */
const STACKS = 5;
const MAX_KEYS = 2000;
/** Few, since programs that inline values never send a text twice. */
const MAX_TEXTS = 2000;
const MAX_SITES = 10_000;
const NOT_ASKED = { origin: null, late: null } as const;

/** Turns what drivers do into lines. */
export class Recorder {
  readonly scopes: Scopes;
  readonly #writer: LineWriter;
  readonly #salt: string;
  readonly #now = performance.now.bind(performance);
  readonly #texts = new Map<string, KnownText>();
  readonly #sites = new Map<string, number>();
  readonly #sessions = new WeakMap<object, { readonly id: number; freeMs: number }>();
  #lastId = 0;

  constructor(scopes: Scopes, writer: LineWriter, salt: string) {
    this.scopes = scopes;
    this.#writer = writer;
    this.#salt = salt;
    writer.head(["origin", performance.timeOrigin]);
  }

  /** To be called where the program asks for a statement. */
  begin(text: string, { stack = originOfNow, isAwaited = false }: BeginOptions = {}): Sending {
    const startMs = this.#now();
    const scope = this.scopes.current(startMs);
    const isEarly = this.#isEarly(scope, text);
    const { origin, late } = isEarly ? this.#origin(text, stack(), isAwaited) : NOT_ASKED;
    return { scope, origin, late, isEarly, startMs, context: this.scopes.hold() };
  }

  /** To be called where a library is entered that loses its caller on the way to the driver; null where nobody asks. */
  enter(text: string): Entry | null {
    const count = this.scopes.current(this.#now()).counts.get(this.#known(text).key) ?? 0;
    if (count >= STACKS) return null;
    const origin = originOfNow();
    if (origin.callSite === null && this.scopes.entered(text) !== null) return null;
    return { text, origin, late: origin.callSite === null ? new LateOrigin() : null };
  }

  end(sending: Sending, { text, dialect, values, rows, result, connection }: Ending): void {
    const endMs = this.#now();
    const { scope, origin } = sending;
    this.scopes.touch(scope, endMs);
    const session = this.#sessionOf(connection);
    // What waits for its turn on a connection has not been sent.
    const startMs = Math.max(sending.startMs, Math.min(session.freeMs, endMs));
    const entities = result !== null && sending.isEarly ? countEntities(text, result) : null;
    // Time in which rows were looked at is nobody's.
    session.freeMs = entities === null ? endMs : this.#now();
    const facts = [
      this.#textId(text, dialect),
      this.#scopeId(scope),
      Math.round(startMs * 1000),
      Math.round((endMs - startMs) * 1000),
      parameterHash(values, this.#salt),
      rows,
      session.id,
    ] as const;
    const write = (known: Origin | null): void =>
      this.#writer.write(["execution", ...facts, known === null ? null : this.#siteId(known), entities]);
    if (sending.late === null) write(origin);
    else sending.late.whenKnown((known) => write(merged(known, origin)));
  }

  unwatched(driver: string): void {
    this.#writer.write(["unwatched", driver]);
  }

  #isEarly(scope: RunScope, text: string): boolean {
    const key = this.#known(text).key;
    const count = scope.counts.get(key) ?? 0;
    if (count >= STACKS || scope.counts.size > MAX_KEYS) return false;
    scope.counts.set(key, count + 1);
    return true;
  }

  /** The nearest frame of the program counts, also where it was noted on the way in. */
  #origin(text: string, own: Origin, isAwaited: boolean): Pick<Sending, "origin" | "late"> {
    if (own.callSite !== null) return { origin: own, late: null };
    const entered = this.scopes.entered(text);
    if (entered !== null) return { origin: merged(entered.origin, own), late: entered.late };
    return { origin: merged(null, own), late: isAwaited ? new LateOrigin() : null };
  }

  #known(text: string): KnownText {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    if (this.#texts.size >= MAX_TEXTS) this.#texts.clear();
    const made = { key: textKey(text), id: null };
    this.#texts.set(text, made);
    return made;
  }

  #textId(text: string, dialect: Dialect): number {
    const known = this.#known(text);
    if (known.id === null) {
      known.id = this.#nextId();
      this.#writer.write(["text", known.id, text, dialect]);
    }
    return known.id;
  }

  #scopeId(scope: RunScope): number {
    if (scope.id !== null) return scope.id;
    scope.id = this.#nextId();
    this.#writer.write(["scope", scope.id, scope.name()]);
    return scope.id;
  }

  #siteId({ callSite, orm }: Origin): number {
    const key = `${callSite?.file}:${callSite?.line}:${callSite?.column} ${orm}`;
    const known = this.#sites.get(key);
    if (known !== undefined) return known;
    if (this.#sites.size >= MAX_SITES) this.#sites.clear();
    const id = this.#nextId();
    this.#sites.set(key, id);
    const { file = null, line = 0, column = null, functionName = null } = callSite ?? {};
    this.#writer.write(["site", id, file, line, column, functionName, orm]);
    return id;
  }

  #sessionOf(connection: object): { readonly id: number; freeMs: number } {
    const known = this.#sessions.get(connection);
    if (known !== undefined) return known;
    const session = { id: this.#nextId(), freeMs: 0 };
    this.#sessions.set(connection, session);
    return session;
  }

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }
}

/** The call site of the first, with whichever library either of them saw; null where that is nothing. */
function merged(first: Origin | null, second: Origin | null): Origin | null {
  const callSite = first?.callSite ?? second?.callSite ?? null;
  const orm = first?.orm ?? second?.orm ?? null;
  return callSite === null && orm === null ? null : { callSite, orm };
}
