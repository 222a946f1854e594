import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CsvReader } from "../../src/engines/postgres/logs/csv.ts";
import { JsonReader } from "../../src/engines/postgres/logs/json.ts";
import { StderrReader } from "../../src/engines/postgres/logs/stderr.ts";
import type { LogReader, ReaderContext } from "../../src/logs/format.ts";

export interface RecordedLog {
  readonly text: Buffer;
  readonly open: (context: ReaderContext) => LogReader;
}

const FOLDER = join(import.meta.dirname, "../../fixtures/logs/postgres-15");
/** Carries what the other two formats carry. */
export const FULL_PREFIX = "%m %p %u %d %a %r %b %c %l %s %v %x %e %Q ";

/** Opens a reader for stderr with a prefix. */
export function stderrWith(prefix: string): RecordedLog["open"] {
  const dialect = { format: "postgres-stderr", engine: "postgres", wrap: null, toleranceMs: 2 } as const;
  return (context) => new StderrReader({ ...dialect, prefix: { text: prefix, origin: "given" } }, context);
}

/** One run of a server in its three formats. */
export const POSTGRES_15_LOGS = {
  stderr: { text: readFileSync(join(FOLDER, "server.log")), open: stderrWith(FULL_PREFIX) },
  csv: { text: readFileSync(join(FOLDER, "server.csv")), open: (context: ReaderContext) => new CsvReader(context) },
  json: { text: readFileSync(join(FOLDER, "server.json")), open: (context: ReaderContext) => new JsonReader(context) },
} satisfies Record<string, RecordedLog>;

/** The stretch of a recording with the string that holds a whole line of each format. */
export function excerptWithFakeLines({ text }: RecordedLog): Buffer {
  const from = text.lastIndexOf("\n", text.indexOf("a 'dollar'")) + 1;
  return text.subarray(from, text.indexOf("\n", text.indexOf("pg_sleep(1)", from)) + 1);
}
