/**
 * The executions of one class in the order of their start, as columns that are used again for the next class: only the
 * first `size` of each count.
 */
export interface StepTimes {
  readonly size: number;
  readonly startMs: Float64Array;
  readonly endMs: Float64Array;
  /** Sums of the values that are whole numbers, modulo 2³². */
  readonly sums: Float64Array;
}

/** Room for the columns, made once: a stretch has hundreds of classes, and arrays outside of the heap are dear. */
export class StepColumns implements StepTimes {
  size = 0;
  startMs = new Float64Array(256);
  endMs = new Float64Array(256);
  sums = new Float64Array(256);

  /** Empty, with room for so many. */
  clear(most: number): void {
    this.size = 0;
    if (most <= this.startMs.length) return;
    const room = most * 2;
    this.startMs = new Float64Array(room);
    this.endMs = new Float64Array(room);
    this.sums = new Float64Array(room);
  }

  add(startMs: number, endMs: number, sum: number): void {
    const at = this.size;
    this.startMs[at] = startMs;
    this.endMs[at] = endMs;
    this.sums[at] = sum;
    this.size = at + 1;
  }
}
