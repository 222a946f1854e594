import type { Occurrences } from "../../model/log.ts";

const MINUTE_MS = 60_000;

/** Counts of one thing over time; merges without regard to order. */
export class OccurrenceCounts {
  count = 0;
  firstMs = Number.POSITIVE_INFINITY;
  lastMs = Number.NEGATIVE_INFINITY;
  /** Minutes since 1970. */
  readonly minutes = new Map<number, number>();

  add(timeMs: number): void {
    this.count += 1;
    this.seen(timeMs);
    if (Number.isNaN(timeMs)) return;
    const minute = Math.floor(timeMs / MINUTE_MS);
    this.minutes.set(minute, (this.minutes.get(minute) ?? 0) + 1);
  }

  /** Something that belongs to it without being counted. */
  seen(timeMs: number): void {
    if (timeMs < this.firstMs) this.firstMs = timeMs;
    if (timeMs > this.lastMs) this.lastMs = timeMs;
  }

  merge(other: OccurrenceCounts): void {
    this.count += other.count;
    this.firstMs = Math.min(this.firstMs, other.firstMs);
    this.lastMs = Math.max(this.lastMs, other.lastMs);
    for (const [minute, count] of other.minutes) this.minutes.set(minute, (this.minutes.get(minute) ?? 0) + count);
  }

  toModel(): Occurrences {
    return {
      count: this.count,
      firstAt: isoTime(this.firstMs),
      lastAt: isoTime(this.lastMs),
      perMinute: [...this.minutes]
        .toSorted(([a], [b]) => a - b)
        .map(([minute, count]) => ({ at: isoTime(minute * MINUTE_MS), count })),
    };
  }
}

const FIRST_MS = Date.parse("0001-01-01T00:00:00.000Z");
const LAST_MS = Date.parse("9999-12-31T23:59:59.999Z");

/** A time of a log as text; what no calendar has is brought to its nearest end. */
export function isoTime(ms: number): string {
  return new Date(Math.min(LAST_MS, Math.max(FIRST_MS, Number.isNaN(ms) ? 0 : ms))).toISOString();
}
