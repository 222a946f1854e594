import { DurationSketch } from "../../stats/duration-sketch.ts";

/** Columns of the numbers of a class. Times in microseconds are whole, so that sums do not depend on their order. */
export const COLUMN = {
  calls: 0,
  untimed: 1,
  totalUs: 2,
  minUs: 3,
  maxUs: 4,
  rows: 5,
  rowsKnown: 6,
  lockUs: 7,
  lockKnown: 8,
  examined: 9,
  examinedKnown: 10,
  firstMs: 11,
  lastMs: 12,
  /** Each of these sums is followed by the number of values in it. */
  phaseUs: 13,
  phases: 14,
} as const;

/** Any execution is slower than this: so far every one becomes an example. */
export const NO_LIMIT = -2;
const STRIDE = 16;
const START_CAPACITY = 256;
/** Classes beyond this are counted together. */
const MOST_CLASSES = 20_000;

/** Calls and microseconds of one hour. */
export interface HourCounts {
  /** Hours since 1970. */
  readonly hour: number;
  calls: number;
  totalUs: number;
}

/** One execution that stands for its class. */
export interface ExampleLine {
  readonly timeMs: number;
  /** NaN where the log has none. */
  readonly durationUs: number;
  readonly user: number;
  readonly application: number;
  /** With its literals, where they are to be kept. */
  query: string | null;
  parameters: string | null;
}

/** What a class has beside its numbers; lists of pairs are number of the name and calls. */
export interface StatementDetails {
  readonly sketch: DurationSketch;
  /** Class id of pt-query-digest, which depends on the text as it was written; null for PostgreSQL. */
  perconaId: string | null;
  /** PostgreSQL's own identifier (`%Q`) of the first execution that had one. */
  queryId: string | null;
  /** Slowest first. */
  examples: ExampleLine[];
  /** Only executions that take so long become examples; those without a duration count as -1. */
  exampleUs: number;
  hours: HourCounts[];
  users: number[];
  applications: number[];
  routes: number[];
}

/** Statement classes by 64-bit key and database, with their numbers in one typed array. */
export class StatementTable {
  size = 0;
  numbers = new Float64Array(START_CAPACITY * STRIDE);
  keyLow = new Uint32Array(START_CAPACITY);
  keyHigh = new Uint32Array(START_CAPACITY);
  database = new Int32Array(START_CAPACITY);
  readonly details: StatementDetails[] = [];
  #slots = new Int32Array(START_CAPACITY * 4).fill(-1);

  /** Index of the class; -1 where it is new. */
  find(low: number, high: number, database: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = slotOf(low, high, database) & mask; ; slot = (slot + 1) & mask) {
      const index = this.#slots[slot] ?? -1;
      if (index === -1) return -1;
      if (this.keyLow[index] === low && this.keyHigh[index] === high && this.database[index] === database) return index;
    }
  }

  /** Index of a new class; the caller made sure that there is none and that the table is not full. */
  add(low: number, high: number, database: number): number {
    if (this.size * STRIDE === this.numbers.length) this.#grow();
    const index = this.size;
    this.size += 1;
    this.keyLow[index] = low;
    this.keyHigh[index] = high;
    this.database[index] = database;
    const base = index * STRIDE;
    this.numbers[base + COLUMN.minUs] = Number.POSITIVE_INFINITY;
    this.numbers[base + COLUMN.firstMs] = Number.POSITIVE_INFINITY;
    this.numbers[base + COLUMN.lastMs] = Number.NEGATIVE_INFINITY;
    this.details.push({
      sketch: new DurationSketch(),
      perconaId: null,
      queryId: null,
      examples: [],
      exampleUs: NO_LIMIT,
      hours: [],
      users: [],
      applications: [],
      routes: [],
    });
    this.#insert(index);
    return index;
  }

  get isFull(): boolean {
    return this.size >= MOST_CLASSES;
  }

  /** Position of a class in `numbers`. */
  baseOf(index: number): number {
    return index * STRIDE;
  }

  #insert(index: number): void {
    const mask = this.#slots.length - 1;
    const hash = slotOf(this.keyLow[index] ?? 0, this.keyHigh[index] ?? 0, this.database[index] ?? 0);
    let slot = hash & mask;
    while (this.#slots[slot] !== -1) slot = (slot + 1) & mask;
    this.#slots[slot] = index;
  }

  #grow(): void {
    const capacity = this.size * 2;
    this.numbers = widened(this.numbers, new Float64Array(capacity * STRIDE));
    this.keyLow = widened(this.keyLow, new Uint32Array(capacity));
    this.keyHigh = widened(this.keyHigh, new Uint32Array(capacity));
    this.database = widened(this.database, new Int32Array(capacity));
    this.#slots = new Int32Array(capacity * 4).fill(-1);
    for (let index = 0; index < this.size; index += 1) this.#insert(index);
  }
}

function slotOf(low: number, high: number, database: number): number {
  return low ^ Math.imul(high, 0x9e3779b1) ^ Math.imul(database, 0x85ebca6b);
}

function widened<T extends Float64Array | Uint32Array | Int32Array>(old: T, wide: T): T {
  wide.set(old);
  return wide;
}
