import { wrap } from "../util/text.ts";
import type { Palette } from "./reporter.ts";

/** What the parts of a text report need to know of its page. */
export interface Context {
  readonly width: number;
  readonly color: Palette;
  readonly verbose: boolean;
}

/** Between 60 and 120 columns: longer lines are hard to read, shorter ones hold no numbers. */
export function reportWidth(width: number): number {
  return Math.min(120, Math.max(60, Math.floor(width)));
}

/** A list item, its further lines under the first one's text. */
export function bullet(text: string, indent: number, width: number): string[] {
  const lines = wrap(text, width - indent - 2);
  return lines.map((line, index) => `${" ".repeat(indent)}${index === 0 ? "- " : "  "}${line}`);
}

/** Text wrapped to the width, each line indented. */
export function paragraph(text: string, indent: number, width: number): string[] {
  return wrap(text, width - indent).map((line) => " ".repeat(indent) + line);
}
