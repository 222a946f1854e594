import { joinParts, type LogPart } from "./part.ts";

/** One range of a file: events that begin in `[from, to)`. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/** Smaller pieces are not worth a thread. */
const LEAST_RANGE_BYTES = 8 * 1024 * 1024;

/** Cuts a file into at most `most` ranges of like size. */
export function cutRanges(sizeBytes: number, most: number): readonly ByteRange[] {
  const count = Math.max(1, Math.min(most, Math.floor(sizeBytes / LEAST_RANGE_BYTES)));
  return Array.from({ length: count }, (_, index) => ({
    from: Math.floor((sizeBytes * index) / count),
    to: Math.floor((sizeBytes * (index + 1)) / count),
  }));
}

/**
 * Puts parts of one file together, in order. A part begins at the first line that looks like an event; only the part
 * before knows where its last event really ends. Where they differ, `again` reads the part from there.
 */
export function joinRanges(
  parts: readonly LogPart[],
  again: (index: number, from: number, startTimeMs: number | null) => LogPart,
): LogPart {
  const [first, ...rest] = parts;
  if (first === undefined) throw new Error("a file has at least one part");
  for (const [index, part] of rest.entries()) {
    const timeMs = first.lastTimeMs ?? null;
    const hasTimes = !part.missesTime || timeMs === null;
    const isExact = part.startOffset === first.endOffset && hasTimes;
    // What was read beyond a part's own range belongs to it; the next one may then have nothing left.
    joinParts(first, isExact ? part : again(index + 1, first.endOffset, timeMs));
  }
  return first;
}
