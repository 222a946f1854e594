import { type Origin, originOfNow } from "./call-site.ts";

/**
 * The caller of a query that an `await` of a builder started. While such a query is sent, nobody waits for its promise
 * yet, so that the stack ends in the library; when the answer comes, the chain of those who wait leads to the caller.
 */
export class LateOrigin {
  #origin: Origin | null = null;
  readonly #waiting: ((origin: Origin) => void)[] = [];

  /** Calls back as soon as the caller is known. */
  whenKnown(write: (origin: Origin) => void): void {
    if (this.#origin === null) this.#waiting.push(write);
    else write(this.#origin);
  }

  /** The promise of the query, in front of which the stack is taken; what is no promise stays what it is. */
  through(result: unknown): unknown {
    if (result instanceof Promise) return this.#wait(result);
    this.#settle({ callSite: null, orm: null });
    return result;
  }

  async #wait(result: Promise<unknown>): Promise<unknown> {
    try {
      return await result;
    } finally {
      this.#settle(originOfNow());
    }
  }

  #settle(origin: Origin): void {
    this.#origin = origin;
    for (const write of this.#waiting.splice(0)) write(origin);
  }
}
