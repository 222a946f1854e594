import type { NormalizedText } from "./events.ts";

/** Characters of all texts together. */
const BUDGET = 6 * 1024 * 1024;
/** What is left of a text that had to be shortened. */
const SHORT = 200;

/** The texts of statement classes by index, within one budget: those that are used least are shortened first. */
export class TextBudget {
  readonly #texts: NormalizedText[] = [];
  readonly #shortened = new Set<number>();
  #total = 0;

  text(index: number): NormalizedText {
    return this.#texts[index] ?? "";
  }

  isShortened(index: number): boolean {
    return this.#shortened.has(index);
  }

  get shortened(): number {
    return this.#shortened.size;
  }

  /** Keeps a text; `callsOf` says how much a class is used. */
  set(index: number, text: NormalizedText, isShortened: boolean, callsOf: (index: number) => number): void {
    this.#total += text.length - (this.#texts[index]?.length ?? 0);
    this.#texts[index] = text;
    if (isShortened) this.#shortened.add(index);
    else this.#shortened.delete(index);
    if (this.#total > BUDGET) this.#shorten(callsOf);
  }

  /** Down to half of the budget, so that it is seldom needed. */
  #shorten(callsOf: (index: number) => number): void {
    const long = this.#texts.flatMap((text, index) => (text.length > SHORT ? [{ index, calls: callsOf(index) }] : []));
    for (const { index } of long.toSorted((a, b) => a.calls - b.calls || b.index - a.index)) {
      if (this.#total <= BUDGET / 2) return;
      const text = this.#texts[index] ?? "";
      // A slice would keep the whole text alive.
      this.#texts[index] = Buffer.from(text.slice(0, SHORT), "utf8").toString("utf8");
      this.#total -= text.length - SHORT;
      this.#shortened.add(index);
    }
  }
}
