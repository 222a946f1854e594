import { slowLog } from "../../src/engines/mysql/logs/index.ts";
import { COLUMN } from "../../src/logs/digest/statement-table.ts";
import { readableText } from "../../src/logs/digest/texts.ts";
import type { LogDialect } from "../../src/logs/format.ts";
import { joinParts, type LogPart } from "../../src/logs/scan/part.ts";
import { scanRange } from "../../src/logs/scan/scan-range.ts";

const dialect: LogDialect = { format: "mysql-slow", engine: "mysql", wrap: null, prefix: null, toleranceMs: 1001 };

export interface SlowRange {
  readonly from: number;
  readonly stop: number;
}

/** Reads the events of a slow log that begin in a range; of the whole log without one. */
export function readSlowLog(log: Uint8Array | string, range?: SlowRange, keepLiterals = false): LogPart {
  const bytes = Buffer.from(log);
  const from = range?.from ?? 0;
  const readAt = (target: Uint8Array, position: number): number => {
    const part = bytes.subarray(position, position + target.length);
    target.set(part);
    return part.length;
  };
  return scanRange(
    readAt,
    bytes.length,
    {
      format: slowLog,
      dialect,
      from,
      stop: range?.stop ?? Number.POSITIVE_INFINITY,
      isStart: from === 0,
      isOpen: from !== 0,
      keepLiterals,
      sinceMs: null,
      untilMs: null,
    },
    () => undefined,
  );
}

/** The same log read in two parts that meet at `cut`. */
export function readInTwoParts(log: Uint8Array, cut: number): LogPart {
  const first = readSlowLog(log, { from: 0, stop: cut });
  joinParts(first, readSlowLog(log, { from: cut, stop: Number.POSITIVE_INFINITY }));
  return first;
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
