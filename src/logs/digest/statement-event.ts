/** One line about a statement, filled anew for each; the numbers of names are those of the digest's `Names`. */
export interface StatementEvent {
  timeMs: number;
  /** Microseconds; NaN where the line has none. */
  durationUs: number;
  pid: number;
  user: number;
  database: number;
  application: number;
  route: number;
  keyLow: number;
  keyHigh: number;
  /** Where the text lies in the kernel's memory. */
  textFrom: number;
  textTo: number;
  /** NaN where the log does not say. */
  rows: number;
  rowsExamined: number;
  lockUs: number;
  /** Hash of the id of its trace or request; 0 for none. */
  trace: number;
  /** Of the values in the text (kernel/sql/values.ts). */
  valueHash: number;
  valueSum: number;
  valueFlags: number;
}

export function newStatementEvent(): StatementEvent {
  return {
    timeMs: NaN,
    durationUs: NaN,
    pid: 0,
    user: 0,
    database: 0,
    application: 0,
    route: 0,
    keyLow: 0,
    keyHigh: 0,
    textFrom: 0,
    textTo: 0,
    rows: NaN,
    rowsExamined: NaN,
    lockUs: NaN,
    trace: 0,
    valueHash: 0,
    valueSum: 0,
    valueFlags: 0,
  };
}
