import { createHash } from "node:crypto";
import type { Fingerprint } from "../model/primitives.ts";
import { parserFingerprint } from "./parser.ts";
import { type ScanOptions, scanSql } from "./scan.ts";

/**
 * Names a statement's shape. The server's own parser decides; text that it does not accept (truncated, another
 * dialect) is named by its tokens without literals, comments and letter case.
 */
export function fingerprintSql(text: string): Fingerprint {
  return parserFingerprint(text) ?? tokenFingerprint(text);
}

/** The same for MySQL and MariaDB, whose texts are named by their tokens. */
export function fingerprintMysql(text: string): Fingerprint {
  return tokenFingerprint(text, { dialect: "mysql" });
}

function tokenFingerprint(text: string, options?: ScanOptions): Fingerprint {
  const words: string[] = [];
  for (const { kind, start, end } of scanSql(text, options)) {
    if (kind === "comment" || kind === "space") continue;
    if (kind === "string" || kind === "number" || kind === "parameter") words.push("?");
    else words.push(kind === "word" ? text.slice(start, end).toLowerCase() : text.slice(start, end));
  }
  const folded = words.join(" ").replace(/\?(?: , \?)+/g, "?");
  return createHash("sha256").update(folded).digest("hex").slice(0, 16);
}
