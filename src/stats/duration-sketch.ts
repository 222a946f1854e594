import { DDSketch } from "@datadog/sketches-js";

/** Relative error of every quantile: 1 %. */
const ACCURACY = 0.01;

const { mapping } = new DDSketch({ relativeAccuracy: ACCURACY });
/** Shared by all sketches that have no bins. */
const NO_BINS = new Uint32Array(0);
/** Bins of small values, so that the common case needs no logarithm. */
const SMALL = 1 << 16;
const smallKeys = smallValueKeys();
const ROOM = 8;
/** So many durations are kept as a list of keys, before bins are worth their memory. */
const MOST_LISTED = 24;

/**
 * DDSketch of durations in whole microseconds: mergeable without loss, quantiles within 1 %. The bins are those of the
 * library's logarithmic mapping; they are stored densely in 32-bit counters, because a digest holds thousands of them.
 */
export class DurationSketch {
  /** Durations of less than half a microsecond. */
  zeros = 0;
  /** Keys of the first durations; null once there are bins. */
  #listed: number[] | null = null;
  #bins: Uint32Array = NO_BINS;
  /** Key of the first bin. */
  #offset = 0;

  /** Adds a duration, `count` times the same. */
  add(us: number, count = 1): void {
    if (us < 1) {
      this.zeros += count;
      return;
    }
    const key = us < SMALL ? (smallKeys[us | 0] ?? 0) : mapping.key(us);
    this.#addAt(key, count);
  }

  merge(other: DurationSketch): void {
    this.zeros += other.zeros;
    for (const [key, count] of other.bins()) this.#addAt(key, count);
  }

  /** Non-empty bins as key and count, keys rising. */
  *bins(): Generator<readonly [key: number, count: number]> {
    if (this.#listed !== null) {
      const keys = this.#listed.toSorted((a, b) => a - b);
      for (let from = 0; from < keys.length; ) {
        const key = keys[from] ?? 0;
        const to = keys.lastIndexOf(key) + 1;
        yield [key, to - from];
        from = to;
      }
    }
    for (let index = 0; index < this.#bins.length; index += 1) {
      const count = this.#bins[index] ?? 0;
      if (count > 0) yield [this.#offset + index, count];
    }
  }

  /** Adds to a bin by key, as `bins` gives it. */
  addBin(key: number, count: number): void {
    this.#addAt(key, count);
  }

  /** The durations at several ranks (0 to 1; nearest rank, so that p95 of a few is the slowest), in microseconds; null in an empty sketch. */
  quantiles(ranks: readonly number[]): readonly (number | null)[] {
    const bins = [...this.bins()];
    const total = this.zeros + bins.reduce((sum, [, count]) => sum + count, 0);
    return ranks.map((rank) =>
      total === 0 ? null : valueAtRank(bins, this.zeros, Math.max(0, Math.ceil(rank * total) - 1)),
    );
  }

  /** Number of durations from `fromUs` on and below `toUs`, to the exactness of the bins. */
  countBetween(fromUs: number, toUs: number): number {
    let count = fromUs < 1 ? this.zeros : 0;
    for (const [key, inBin] of this.bins()) {
      const value = mapping.value(key);
      if (value >= fromUs && value < toUs) count += inBin;
    }
    return count;
  }

  #addAt(key: number, count: number): void {
    if (this.#bins.length === 0 && count === 1) {
      if (this.#listed === null) {
        this.#listed = [key];
        return;
      }
      if (this.#listed.length < MOST_LISTED) {
        this.#listed.push(key);
        return;
      }
    }
    if (this.#listed !== null) {
      const listed = this.#listed;
      this.#listed = null;
      for (const known of listed) this.#addToBin(known, 1);
    }
    this.#addToBin(key, count);
  }

  #addToBin(key: number, count: number): void {
    let index = key - this.#offset;
    if (index < 0 || index >= this.#bins.length) {
      this.#grow(key);
      index = key - this.#offset;
    }
    this.#bins[index] = (this.#bins[index] ?? 0) + count;
  }

  #grow(key: number): void {
    const old = this.#bins;
    if (old.length === 0) {
      this.#offset = key;
      this.#bins = new Uint32Array(ROOM);
      return;
    }
    const first = Math.min(this.#offset, key < this.#offset ? key - ROOM : key);
    const last = Math.max(this.#offset + old.length, key >= this.#offset + old.length ? key + ROOM : 0);
    const bins = new Uint32Array(last - first);
    bins.set(old, this.#offset - first);
    this.#bins = bins;
    this.#offset = first;
  }
}

function valueAtRank(bins: readonly (readonly [number, number])[], zeros: number, rank: number): number {
  let seen = zeros;
  if (rank < seen) return 0;
  for (const [key, count] of bins) {
    seen += count;
    if (rank < seen) return mapping.value(key);
  }
  const last = bins.at(-1);
  return last === undefined ? 0 : mapping.value(last[0]);
}

function smallValueKeys(): Int16Array {
  const keys = new Int16Array(SMALL);
  for (let us = 1; us < SMALL; us += 1) keys[us] = mapping.key(us);
  return keys;
}
