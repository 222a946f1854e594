import { printable, printableLines, truncateLength } from "../util/text.ts";

/** Text in which nothing is markup. */
export function plainText(text: string): string {
  return (
    text
      .replace(/[\\`*[\]|~#]|(?<!\w)_|_(?!\w)/g, "\\$&")
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      // A name with @ or a bare address would notify people or become a link.
      .replaceAll("@", "&#64;")
      .replaceAll("://", ":&#47;&#47;")
  );
}

/** One line of code, whatever runs of backticks it has. */
export function inlineCode(text: string): string {
  const line = printable(text);
  const fence = "`".repeat(longestRun(line) + 1);
  const pad = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return `${fence}${pad}${line}${pad}${fence}`;
}

export function codeBlock(sql: string): string {
  const text = printableLines(truncateLength(sql, 100_000));
  const fence = "`".repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}sql\n${text}\n${fence}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
