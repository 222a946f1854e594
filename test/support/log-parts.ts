import { closeDigest } from "../../src/logs/digest/close.ts";
import { packDigest, unpackDigest } from "../../src/logs/digest/pack.ts";
import type { LogDialect, LogFormat } from "../../src/logs/format.ts";
import { factsOf } from "../../src/logs/result/facts.ts";
import { queryLoops } from "../../src/logs/result/query-loops.ts";
import { StatementNames } from "../../src/logs/result/statement-names.ts";
import { statementStatistics } from "../../src/logs/result/statements.ts";
import type { LogPart, PartOptions } from "../../src/logs/scan/part.ts";
import { joinRanges } from "../../src/logs/scan/ranges.ts";
import { scanRange } from "../../src/logs/scan/scan-range.ts";

const END = Number.MAX_SAFE_INTEGER;

export interface ReadText {
  readonly format: LogFormat;
  readonly dialect: LogDialect;
  readonly bytes: Uint8Array;
}

/** Reads a stretch of a text as one part. */
export function partOf({ format, dialect, bytes }: ReadText, stretch: Partial<PartOptions> = {}): LogPart {
  const readAt = (target: Uint8Array, position: number): number => {
    const piece = bytes.subarray(position, position + target.length);
    target.set(piece);
    return piece.length;
  };
  const whole = { from: 0, stop: END, isStart: true, isOpen: false, keepLiterals: false, sinceMs: null, untilMs: null };
  return scanRange(readAt, bytes.length, { format, dialect, ...whole, ...stretch }, () => undefined);
}

/** Reads a text in several parts that begin at the given offsets, and puts them together. */
export function partsOf(text: ReadText, cuts: readonly number[], isOpen = false): LogPart {
  const bounds = [0, ...cuts, END];
  const stretch = (index: number): Partial<PartOptions> => ({
    from: bounds[index] ?? 0,
    stop: bounds[index + 1] ?? END,
    isStart: index === 0,
    isOpen: isOpen || index > 0,
  });
  const parts = bounds.slice(0, -1).map((_, index) => partOf(text, stretch(index)));
  return joinRanges(parts, (index, from, startTimeMs) =>
    partOf(text, { ...stretch(index), from, isStart: true, startTimeMs }),
  );
}

/** Everything that a report would say of a part, as comparable text. */
export function saidBy({ digest, tally }: LogPart, { dialect }: Pick<ReadText, "dialect">): string {
  // A copy: what is closed is used up.
  const whole = closeDigest(unpackDigest(packDigest(digest)));
  const names = new StatementNames(dialect.engine !== "postgres");
  const statements = statementStatistics(whole, names);
  const { bytes, lines, events, unparsedBytes, unparsedLines } = tally;
  const input = {
    format: dialect.format,
    wrap: null,
    prefix: null,
    files: [],
    bytes,
    lines,
    events,
    outsideEvents: whole.outside,
    unparsed: { bytes: unparsedBytes, lines: unparsedLines, examples: [] },
    foreign: { bytes: tally.foreignBytes, lines: tally.foreignLines },
    sampledOneIn: null,
  };
  const log = factsOf(whole, names, { engine: dialect.engine, input, cutEvents: tally.cutEvents });
  const loops = queryLoops(whole, names, dialect.engine);
  return JSON.stringify({ statements, log, loops }, null, 1);
}
