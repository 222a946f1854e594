import type { Node, ParseResult } from "@pgsql/types";
import { withoutTiering, withoutTieringAsync } from "../util/without-tiering.ts";

export type { Node as SyntaxNode } from "@pgsql/types";

type Parser = Pick<typeof import("libpg-query"), "fingerprintSync" | "parseSync">;

let parser: Parser | null = null;

/**
 * Loads PostgreSQL's own parser (WASM, some 30 ms). To be awaited once before `parseSql` or `fingerprintSql`. V8 would
 * take 100 MB and a second of CPU to optimize its largest function, after a handful of statements that take 50 µs each
 * without.
 */
export async function loadSqlParser(): Promise<void> {
  if (parser !== null) return;
  await withoutTieringAsync(async () => {
    const library = await import("libpg-query");
    await library.loadModule();
    parser = library;
  });
}

/** The statements of a text, or null where it does not parse. Throws when the parser was not loaded. */
export function parseSql(text: string): readonly Node[] | null {
  return attempt(({ parseSync }) => statementsOf(parseSync(text)));
}

/** libpg_query's fingerprint (16 hex), or null where the text does not parse. */
export function parserFingerprint(text: string): string | null {
  const result = attempt(({ fingerprintSync }) => fingerprintSync(text));
  // Where the scanner fails (an unfinished string), the library returns its message instead of throwing.
  return result !== null && /^[0-9a-f]{16}$/.test(result) ? result : null;
}

function attempt<T>(run: (loaded: Parser) => T): T | null {
  const loaded = parser;
  if (loaded === null) throw new Error("loadSqlParser() has to be awaited first");
  try {
    return withoutTiering(() => run(loaded));
  } catch {
    return null;
  }
}

function statementsOf(result: ParseResult): Node[] {
  return (result.stmts ?? []).flatMap((raw) => (raw.stmt === undefined ? [] : [raw.stmt]));
}
