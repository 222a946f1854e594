import { type LogPart, type PartOptions, PartScan } from "./part.ts";

/** Reads a stretch of a text: the bytes at a position, as many as there are; fewer than asked for only at the end. */
export type ReadAt = (target: Uint8Array, position: number) => number;

/** Reads the part of a log whose events begin in `[from, stop)`. `onBytes` is told how many bytes were read. */
export function scanRange(
  readAt: ReadAt,
  sizeBytes: number,
  options: PartOptions,
  onBytes: (count: number) => void,
): LogPart {
  // The byte before tells whether a line begins at `from`.
  const from = options.isStart ? options.from : Math.max(0, options.from - 1);
  const scan = new PartScan({ ...options, from });
  let position = from;
  while (!scan.scanner.isDone) {
    const room = scan.scanner.room();
    const count = Math.min(readAt(room, position), Math.max(0, sizeBytes - position));
    position += count;
    onBytes(count);
    scan.scanner.advance(count, count === 0 || position >= sizeBytes);
  }
  return scan.finish();
}
