import type { Kernel } from "../kernel/kernel.ts";
import type { NormalizedText } from "./events.ts";

/** What stands for a constant in a normalised text: U+0001 where only a literal may stand, U+0002 elsewhere. */
const TYPED = "\u0001";
const PLAIN = "\u0002";

/** The text as people read it. */
export function readableText(text: NormalizedText): string {
  return text.replaceAll(TYPED, "?").replaceAll(PLAIN, "?");
}

/** The text as the parser of PostgreSQL takes it. */
export function parseableText(text: NormalizedText): string {
  return text.replaceAll(TYPED, "''").replaceAll(PLAIN, "$1");
}

/** Whether a statement carries the mark of dbperf itself. */
const OWN_MARK = "/* dbperf */";

export function isOwnComment(kernel: Kernel, from: number, to: number): boolean {
  return to - from === OWN_MARK.length && kernel.text(from, to) === OWN_MARK;
}
