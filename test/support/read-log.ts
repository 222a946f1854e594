import { LogDigest } from "../../src/logs/digest/digest.ts";
import { mergeDigest } from "../../src/logs/digest/merge.ts";
import { COLUMN } from "../../src/logs/digest/statement-table.ts";
import type { LogReader, ReaderContext } from "../../src/logs/format.ts";
import { Kernel } from "../../src/logs/kernel/kernel.ts";
import { ByteTally } from "../../src/logs/scan/byte-tally.ts";
import { ChunkScanner } from "../../src/logs/scan/chunk-scanner.ts";

export interface ReadLogOptions {
  readonly open: (context: ReaderContext) => LogReader;
  /** Events that begin in `[from, stop)` are read. */
  readonly from?: number;
  readonly stop?: number;
  /** Bytes that are given at a time. */
  readonly pieceBytes?: number;
  readonly keepLiterals?: boolean;
  readonly isMysql?: boolean;
}

export type ReadPart = ReturnType<typeof readLog>;

const kernel = new Kernel(4 * 1024 * 1024);

/** Reads one range of a log as the program does. Offsets are those of the first event and after the last one. */
export function readLog(text: Uint8Array, options: ReadLogOptions) {
  const {
    open,
    from = 0,
    stop = Number.MAX_SAFE_INTEGER,
    pieceBytes = text.length,
    keepLiterals = false,
    isMysql = false,
  } = options;
  const limits = { sinceMs: null, untilMs: null };
  const digest = new LogDigest({ isMysql, isOpen: from > 0, toleranceMs: 2, keepLiterals, ...limits });
  const counts = new ByteTally();
  const reader = open({ kernel, digest, counts, keepLiterals });
  // The byte before tells whether a line begins at `from`.
  const offset = Math.max(0, from - 1);
  const scanner = new ChunkScanner({ kernel, reader, tally: counts, offset, stop, isStart: from === 0 });
  let at = offset;
  do {
    const room = scanner.room();
    const piece = text.subarray(at, at + Math.min(room.length, pieceBytes));
    room.set(piece);
    at += piece.length;
    scanner.advance(piece.length, at >= text.length);
  } while (at < text.length && !scanner.isDone);
  if (stop === Number.MAX_SAFE_INTEGER && from === 0) digest.sessions.flush();
  return { digest, tally: counts, startOffset: scanner.startOffset, endOffset: scanner.endOffset };
}

/** Two ranges that follow each other as one. */
export function joined(first: ReadPart, second: ReadPart): Pick<ReadPart, "digest" | "tally"> {
  mergeDigest(first.digest, second.digest, true);
  first.digest.sessions.flush();
  first.tally.join(second.tally);
  return first;
}

/** Calls and time of all statements, and what became of the bytes. */
export function summed({ digest, tally }: Pick<ReadPart, "digest" | "tally">) {
  const { statements } = digest;
  const calls: Record<string, number> = {};
  let totalUs = 0;
  for (let index = 0; index < statements.size; index += 1) {
    const base = statements.baseOf(index);
    calls[`${statements.keyHigh[index]} ${statements.keyLow[index]}`] = statements.numbers[base + COLUMN.calls] ?? 0;
    totalUs += statements.numbers[base + COLUMN.totalUs] ?? 0;
  }
  const { events, bytes, lines, unparsedBytes } = tally;
  return { events, bytes, lines, unparsedBytes, calls, totalUs };
}
