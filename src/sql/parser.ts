import { setFlagsFromString } from "node:v8";
import type { Node, ParseResult } from "@pgsql/types";

export type { Node as SyntaxNode } from "@pgsql/types";

type Parser = Pick<typeof import("libpg-query"), "fingerprintSync" | "parseSync">;

let parser: Parser | null = null;

/**
 * V8 takes 100 MB and a second of CPU to optimize the parser's largest function, after a handful of statements that
 * take 50 µs each without: while the parser's code is made, the optimizing compiler is off (Node 20 to 24 know these
 * flags; a later one may ignore them).
 */
const TIERING_FLAGS = ["wasm-dynamic-tiering", "wasm-tier-up"] as const;

/** Loads PostgreSQL's own parser (WASM, some 30 ms). To be awaited once before `parseSql` or `fingerprintSql`. */
export async function loadSqlParser(): Promise<void> {
  if (parser !== null) return;
  setTiering(false);
  try {
    const library = await import("libpg-query");
    await library.loadModule();
    parser = library;
  } finally {
    setTiering(true);
  }
}

function setTiering(isOn: boolean): void {
  for (const flag of TIERING_FLAGS) setFlagsFromString(`--${isOn ? "" : "no-"}${flag}`);
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
  if (parser === null) throw new Error("loadSqlParser() has to be awaited first");
  setTiering(false);
  try {
    return run(parser);
  } catch {
    return null;
  } finally {
    setTiering(true);
  }
}

function statementsOf(result: ParseResult): Node[] {
  return (result.stmts ?? []).flatMap((raw) => (raw.stmt === undefined ? [] : [raw.stmt]));
}
