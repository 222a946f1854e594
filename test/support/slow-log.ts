import { slowLog } from "../../src/engines/mysql/logs/index.ts";
import { COLUMN } from "../../src/logs/digest/statement-table.ts";
import { readableText } from "../../src/logs/digest/texts.ts";
import type { LogDialect, LogReader, ReaderContext } from "../../src/logs/format.ts";
import type { LogPart } from "../../src/logs/scan/part.ts";
import { type ReadLogOptions, readLog } from "./read-log.ts";

const dialect: LogDialect = { format: "mysql-slow", engine: "mysql", wrap: null, prefix: null, toleranceMs: 1001 };

type SlowRange = Pick<ReadLogOptions, "from" | "stop" | "keepLiterals" | "pieceBytes">;

/** Reads the events of a slow log that begin in a range; of the whole log without one. */
export function readSlowLog(log: Uint8Array | string, range: SlowRange = {}): LogPart {
  let reader: LogReader | undefined;
  let zones = new Set<string>();
  const open = (context: ReaderContext): LogReader => {
    context.kernel.unknownZones.clear();
    zones = context.kernel.unknownZones;
    reader = slowLog.open(dialect, context);
    return reader;
  };
  const part = readLog(Buffer.from(log), { ...range, open, isMysql: true });
  return {
    ...part,
    lastTimeMs: null,
    missesTime: false,
    database: reader?.database ?? null,
    sampledOneIn: reader?.sampledOneIn ?? null,
    unknownZones: [...zones],
  };
}

/** The two ranges of a log that meet at `cut`. */
export function inTwoRanges(log: Uint8Array, cut: number): readonly [LogPart, LogPart] {
  return [readSlowLog(log, { stop: cut }), readSlowLog(log, { from: cut })];
}

/** One class as a line: calls, text, database, microseconds, rows, lock time, rows examined; `-` for unknown. */
export function slowClasses({ digest }: LogPart): string[] {
  const { statements } = digest;
  return Array.from({ length: statements.size }, (_, index) => {
    const at = (column: number): number => statements.numbers[statements.baseOf(index) + column] ?? NaN;
    const known = (column: number): number | string => (at(column + 1) === 0 ? "-" : at(column));
    const database = digest.names.text(statements.database[index] ?? 0) ?? "";
    const text = readableText(digest.texts.text(index));
    const numbers = [at(COLUMN.totalUs), known(COLUMN.rows), known(COLUMN.lockUs), known(COLUMN.examined)];
    return `${at(COLUMN.calls)} x ${text} @${database} ${numbers.join(" ")}`;
  }).toSorted();
}

/** Everything that a part counted, comparable. */
export function slowSummary(part: LogPart): unknown {
  const { digest, tally } = part;
  const { statements, names } = digest;
  const details = statements.details.map(({ sketch, hours, users }, index) => ({
    class: `${readableText(digest.texts.text(index))} @${names.text(statements.database[index] ?? 0) ?? ""}`,
    bins: [...sketch.bins()],
    hours,
    users: users.map((value, at) => (at % 2 === 0 ? names.text(value) : value)),
    first: statements.numbers[statements.baseOf(index) + COLUMN.firstMs],
    last: statements.numbers[statements.baseOf(index) + COLUMN.lastMs],
  }));
  return {
    classes: slowClasses(part),
    details: details.toSorted((a, b) => (a.class < b.class ? -1 : 1)),
    window: [digest.firstMs, digest.lastMs],
    bytes: tally.bytes,
    lines: tally.lines,
    events: tally.events,
    unparsed: [tally.unparsedBytes, tally.unparsedLines],
    database: part.database,
    sampledOneIn: part.sampledOneIn,
  };
}
