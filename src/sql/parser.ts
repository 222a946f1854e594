import type { Node, ParseResult } from "@pgsql/types";
import { fingerprintSync, loadModule, parseSync } from "libpg-query";

export type { Node as SyntaxNode } from "@pgsql/types";

let loaded = false;

/** Loads PostgreSQL's own parser (WASM, some 30 ms). To be awaited once before `parseSql` or `fingerprintSql`. */
export async function loadSqlParser(): Promise<void> {
  if (loaded) return;
  await loadModule();
  loaded = true;
}

/** The statements of a text, or null where it does not parse. Throws when the parser was not loaded. */
export function parseSql(text: string): readonly Node[] | null {
  return attempt(() => statementsOf(parseSync(text)));
}

/** libpg_query's fingerprint (16 hex), or null where the text does not parse. */
export function parserFingerprint(text: string): string | null {
  const result = attempt(() => fingerprintSync(text));
  // Where the scanner fails (an unfinished string), the library returns its message instead of throwing.
  return result !== null && /^[0-9a-f]{16}$/.test(result) ? result : null;
}

function attempt<T>(run: () => T): T | null {
  if (!loaded) throw new Error("loadSqlParser() has to be awaited first");
  try {
    return run();
  } catch {
    return null;
  }
}

function statementsOf(result: ParseResult): Node[] {
  return (result.stmts ?? []).flatMap((raw) => (raw.stmt === undefined ? [] : [raw.stmt]));
}
