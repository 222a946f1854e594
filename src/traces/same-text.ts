import { scanSql } from "../sql/scan.ts";

/** Shorter texts are not told apart by their beginnings. */
const LEAST_PREFIX = 64;

/**
 * Whether two instrumentations wrote down one statement: equal without literals, placeholders, comments and letter
 * case, or one cut off where the other goes on.
 */
export function isSameText(a: string, b: string, dialect: "postgres" | "mysql"): boolean {
  if (a === b) return true;
  const [short = "", long = ""] = [folded(a, dialect), folded(b, dialect)].toSorted((x, y) => x.length - y.length);
  return short === long || (short.length >= LEAST_PREFIX && long.startsWith(short));
}

function folded(text: string, dialect: "postgres" | "mysql"): string {
  const words: string[] = [];
  for (const { kind, start, end } of scanSql(text.replace(/[;\s.…]+$/, ""), { dialect })) {
    if (kind === "comment" || kind === "space") continue;
    if (kind === "string" || kind === "number" || kind === "parameter") words.push("?");
    else words.push(text.slice(start, end).toLowerCase());
  }
  return words.join(" ");
}
