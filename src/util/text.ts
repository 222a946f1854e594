import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";

/** Control characters, direction marks and other invisible characters: they could hide or reorder what is printed. */
const UNSAFE = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

// The group keeps the sequences themselves in the result of split.
// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal colours start with ESC
const ESCAPE_SEQUENCE = /(\u001b\[[\d;]*m)/;
const GRAPHEMES = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Columns that a text takes in a terminal; escape sequences take none. */
export function displayWidth(text: string): number {
  return stringWidth(text);
}

/** One printable line: white space folded, control and direction characters as visible escapes (`\u202e`). */
export function printable(text: string): string {
  return escapeInvisible(text.replace(/\s+/g, " ").trim());
}

/** Printable text that keeps its line breaks and tabs. */
export function printableLines(text: string): string {
  return escapeInvisible(text.replace(/\r\n?/g, "\n"));
}

/** At most `width` columns, with `…` where something was cut. Expects one line without escape sequences. */
export function truncate(text: string, width: number): string {
  // Nothing beyond this can be seen; it keeps a megabyte of SQL from being measured.
  const head = text.slice(0, width * 16 + 16);
  if (head.length === text.length && stringWidth(text) <= width) return text;
  let result = "";
  let used = 0;
  for (const segment of graphemes(head)) {
    const next = stringWidth(segment);
    if (used + next > width - 1) break;
    result += segment;
    used += next;
  }
  return width < 1 ? "" : `${result.trimEnd()}…`;
}

/** At most `limit` characters; what was left out is counted: `… (1,047,576 more characters)`. */
export function truncateLength(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const end = /[\ud800-\udbff]/.test(text.charAt(limit - 1)) ? limit - 1 : limit;
  const rest = (text.length - end).toLocaleString("en-US");
  return `${text.slice(0, end)}… (${rest} more characters)`;
}

/** Lines of at most `width` columns; words longer than a line are broken. */
export function wrap(text: string, width: number): string[] {
  const limit = Math.max(8, width);
  const lines = wrapAnsi(text, limit, { hard: true, trim: true }).split("\n");
  return lines.flatMap((line) => (stringWidth(line) <= limit ? [line] : breakWide(line, limit)));
}

export function padRight(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - stringWidth(text)));
}

export function padLeft(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - stringWidth(text))) + text;
}

/** One line with `left` and `right` at its ends; null where both do not fit. */
export function spread(left: string, right: string, width: number): string | null {
  const gap = width - stringWidth(left) - stringWidth(right);
  return gap < 2 ? null : left + " ".repeat(gap) + right;
}

/** wrap-ansi counts code points, while some emoji take more columns than their parts: those lines are broken here. */
function breakWide(line: string, width: number): string[] {
  const lines: string[] = [];
  let current = "";
  for (const piece of line
    .split(ESCAPE_SEQUENCE)
    .flatMap((part, index) => (index % 2 === 1 ? [part] : graphemes(part)))) {
    if (stringWidth(current + piece) > width) {
      lines.push(current);
      current = "";
    }
    current += piece;
  }
  return [...lines, current];
}

function graphemes(text: string): string[] {
  return Array.from(GRAPHEMES.segment(text), ({ segment }) => segment);
}

function escapeInvisible(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x100) return `\\x${code.toString(16).padStart(2, "0")}`;
    return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}
