import type { Occurrences } from "../model/log.ts";

const MINUTE_MS = 60_000;
const BLOCKS = "▁▂▃▄▅▆▇█";

/** A stretch of time that several rows share, in milliseconds since 1970; `to` is within it. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** From the first to the last minute of all; null where nothing happened. */
export function spanOf(occurrences: readonly Pick<Occurrences, "firstAt" | "lastAt">[]): Span | null {
  if (occurrences.length === 0) return null;
  return {
    from: Math.min(...occurrences.map(({ firstAt }) => Date.parse(firstAt))),
    to: Math.max(...occurrences.map(({ lastAt }) => Date.parse(lastAt))),
  };
}

/** What happened in a stretch of time that begins at `from`, in milliseconds since 1970. */
export interface MinuteBin {
  readonly from: number;
  readonly count: number;
}

/** Counts over the span in at most `most` stretches of equal length, each whole minutes. */
export function minuteBins({ perMinute }: Pick<Occurrences, "perMinute">, span: Span, most: number): MinuteBin[] {
  const first = Math.floor(span.from / MINUTE_MS);
  const minutes = Math.floor(span.to / MINUTE_MS) - first + 1;
  const perBin = Math.ceil(minutes / most);
  const counts = Array.from({ length: Math.ceil(minutes / perBin) }, () => 0);
  for (const { at, count } of perMinute) {
    const index = Math.floor((Math.floor(Date.parse(at) / MINUTE_MS) - first) / perBin);
    const inside = Math.min(counts.length - 1, Math.max(0, index));
    counts[inside] = (counts[inside] ?? 0) + count;
  }
  return counts.map((count, index) => ({ from: (first + index * perBin) * MINUTE_MS, count }));
}

/** A line of block characters, the highest for the largest value; `·` stands for none. */
export function blockLine(bins: readonly MinuteBin[]): string {
  const top = Math.max(1, ...bins.map(({ count }) => count));
  return bins
    .map(({ count }) => (count === 0 ? "·" : (BLOCKS[Math.ceil((count / top) * BLOCKS.length) - 1] ?? "█")))
    .join("");
}
