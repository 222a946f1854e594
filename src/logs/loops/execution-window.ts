/** What the kernel says of the values of an execution; kernel/sql/values.ts has the same bits. */
export const VALUES = { placeholders: 1, inText: 2, list: 4, groups: 8, parameters: 16 } as const;

/** One execution as it is kept for a while; numbers of names are those of the digest. */
export interface WindowExecution {
  /** When it ended, milliseconds since 1970. */
  readonly timeMs: number;
  /** Microseconds; NaN where it is not known. */
  readonly durationUs: number;
  /** 0 where the log does not say. */
  readonly pid: number;
  readonly user: number;
  readonly application: number;
  readonly route: number;
  /** Hash of the id of its trace or request; 0 for none. */
  readonly trace: number;
  /** Hash of its values, and the sum of those that are whole numbers modulo 2³². */
  readonly valueHash: number;
  readonly valueSum: number;
  readonly valueFlags: number;
  /** NaN where it is not known. */
  readonly rows: number;
}

const START_CAPACITY = 256;
/** Executions that are kept at the same time. */
const MOST = 100_000;

/** The executions of a few seconds of a log in its order, as columns: 44 bytes each. */
export class ExecutionWindow {
  size = 0;
  timeMs: Float64Array;
  durationUs: Float32Array;
  statement: Int32Array;
  pid: Uint32Array;
  user: Uint16Array;
  application: Uint16Array;
  route: Uint16Array;
  trace: Uint32Array;
  valueHash: Uint32Array;
  valueSum: Uint32Array;
  valueFlags: Uint8Array;
  rows: Float32Array;

  constructor(capacity = START_CAPACITY) {
    const room = Math.max(capacity, 1);
    this.timeMs = new Float64Array(room);
    this.durationUs = new Float32Array(room);
    this.statement = new Int32Array(room);
    this.pid = new Uint32Array(room);
    this.user = new Uint16Array(room);
    this.application = new Uint16Array(room);
    this.route = new Uint16Array(room);
    this.trace = new Uint32Array(room);
    this.valueHash = new Uint32Array(room);
    this.valueSum = new Uint32Array(room);
    this.valueFlags = new Uint8Array(room);
    this.rows = new Float32Array(room);
  }

  get isFull(): boolean {
    return this.size >= MOST;
  }

  /** Keeps an execution of a class; there has to be room. */
  add(execution: WindowExecution, statement: number): void {
    if (this.size === this.timeMs.length) this.#grow();
    const at = this.size;
    this.size = at + 1;
    this.timeMs[at] = execution.timeMs;
    this.durationUs[at] = execution.durationUs;
    this.statement[at] = statement;
    this.pid[at] = execution.pid;
    this.user[at] = execution.user;
    this.application[at] = execution.application;
    this.route[at] = execution.route;
    this.trace[at] = execution.trace;
    this.valueHash[at] = execution.valueHash;
    this.valueSum[at] = execution.valueSum;
    this.valueFlags[at] = execution.valueFlags;
    this.rows[at] = execution.rows;
  }

  /** The parameters of the execution that was added last. */
  setParameters(valueHash: number, valueSum: number): void {
    const at = this.size - 1;
    this.valueHash[at] = (this.valueHash[at] ?? 0) ^ valueHash;
    this.valueSum[at] = (this.valueSum[at] ?? 0) + valueSum;
    this.valueFlags[at] = (this.valueFlags[at] ?? 0) | VALUES.parameters;
  }

  at(index: number): WindowExecution {
    return {
      timeMs: this.timeMs[index] ?? NaN,
      durationUs: this.durationUs[index] ?? NaN,
      pid: this.pid[index] ?? 0,
      user: this.user[index] ?? 0,
      application: this.application[index] ?? 0,
      route: this.route[index] ?? 0,
      trace: this.trace[index] ?? 0,
      valueHash: this.valueHash[index] ?? 0,
      valueSum: this.valueSum[index] ?? 0,
      valueFlags: this.valueFlags[index] ?? 0,
      rows: this.rows[index] ?? NaN,
    };
  }

  /** Milliseconds since 1970. */
  startMs(index: number): number {
    const durationUs = this.durationUs[index] ?? NaN;
    return (this.timeMs[index] ?? NaN) - (durationUs > 0 ? durationUs / 1000 : 0);
  }

  clear(): void {
    this.size = 0;
  }

  #grow(): void {
    const capacity = this.size * 2;
    this.timeMs = widened(this.timeMs, new Float64Array(capacity));
    this.durationUs = widened(this.durationUs, new Float32Array(capacity));
    this.statement = widened(this.statement, new Int32Array(capacity));
    this.pid = widened(this.pid, new Uint32Array(capacity));
    this.user = widened(this.user, new Uint16Array(capacity));
    this.application = widened(this.application, new Uint16Array(capacity));
    this.route = widened(this.route, new Uint16Array(capacity));
    this.trace = widened(this.trace, new Uint32Array(capacity));
    this.valueHash = widened(this.valueHash, new Uint32Array(capacity));
    this.valueSum = widened(this.valueSum, new Uint32Array(capacity));
    this.valueFlags = widened(this.valueFlags, new Uint8Array(capacity));
    this.rows = widened(this.rows, new Float32Array(capacity));
  }
}

/** Equal where the values are equal; null where they are not known. */
export function valuesAt(window: ExecutionWindow, at: number): string | null {
  const flags = window.valueFlags[at] ?? 0;
  const isUnknown = (flags & VALUES.placeholders) !== 0 && (flags & VALUES.parameters) === 0;
  if (isUnknown || (flags & (VALUES.placeholders | VALUES.inText)) === 0) return null;
  return String(window.valueHash[at] ?? 0);
}

type Column = Float64Array | Float32Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;

function widened<T extends Column>(old: T, wide: T): T {
  wide.set(old);
  return wide;
}
