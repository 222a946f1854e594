import { commentTags } from "./comment-tags.ts";
import { type ScanOptions, scanSql } from "./scan.ts";

export interface RedactedSql {
  /** Literals as `?` (numbers) and `'?'` (strings); comments dropped; white space folded. */
  readonly text: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Takes data out of SQL text. The text stays readable and keeps `$1` parameters as they are. */
export function redactSql(text: string, options?: ScanOptions & { readonly keepLiterals?: boolean }): RedactedSql {
  const tags: Record<string, string> = {};
  const parts: string[] = [];
  for (const { kind, start, end } of scanSql(text, options)) {
    const token = text.slice(start, end);
    if (kind === "comment") {
      Object.assign(tags, commentTags(token));
      parts.push(" ");
    } else if (kind === "space") parts.push(" ");
    else if (kind === "string" && options?.keepLiterals !== true) parts.push("'?'");
    else if (kind === "number" && options?.keepLiterals !== true) parts.push("?");
    else parts.push(token);
  }
  const folded = parts.join("").replace(/ {2,}/g, " ").trim();
  return { text: folded.replace(/[\s;]+$/, ""), tags };
}
