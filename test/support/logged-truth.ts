import type { CancellationCause } from "../../src/model/log.ts";
import { parseCsv } from "./csv.ts";

/** Counts by name. */
export type Counts = Readonly<Record<string, number>>;

/** What a csvlog of PostgreSQL holds, counted record by record without dbperf. Times in microseconds. */
export interface LoggedTruth {
  readonly calls: number;
  readonly totalUs: number;
  readonly phasesUs: number;
  readonly callsByUser: Counts;
  readonly callsByDatabase: Counts;
  readonly callsByApplication: Counts;
  readonly plans: number;
  readonly deadlocks: number;
  readonly lockWaits: number;
  readonly refusals: number;
  readonly cancellations: Counts;
  readonly errors: Counts;
  readonly temporaryFiles: number;
  readonly temporaryBytes: number;
  readonly checkpoints: number;
}

/** Columns of a csvlog from PostgreSQL 12 on, by name. */
const COLUMN = { user: 1, database: 2, severity: 11, sqlstate: 12, message: 13, application: 22 } as const;

const EXECUTION = /^duration: (\d+\.\d{3}) ms {2}(?:statement|execute [^\n]*?): /;
const PHASE = /^duration: (\d+\.\d{3}) ms {2}(?:parse|bind) [^\n]*?: /;
const PLAN = /^duration: \d+\.\d{3} ms {2}plan:\n/;
const TEMPORARY_FILE = /^temporary file: path "[^"]*", size (\d+)$/;
/** Each wait has one such line: the server looks for a deadlock once. */
const LOCK_WAIT = /^process \d+ (?:still waiting for|detected deadlock while waiting for) /;

const CANCELLATIONS: Readonly<Record<string, CancellationCause>> = {
  "canceling statement due to statement timeout": "statement-timeout",
  "canceling statement due to lock timeout": "lock-timeout",
  "canceling statement due to user request": "user-request",
  "terminating connection due to idle-in-transaction timeout": "idle-in-transaction-timeout",
};

/** Counts a csvlog. Throws for a text that is no CSV. */
export function countCsvLog(text: string): LoggedTruth {
  const records = parseCsv(text);
  const column = (index: number): string[] => records.map((record) => record[index] ?? "");
  const messages = column(COLUMN.message);
  const executions = records.filter((record) => EXECUTION.test(record[COLUMN.message] ?? ""));
  const failures = records.filter((record) => /^(?:ERROR|FATAL|PANIC)$/.test(record[COLUMN.severity] ?? ""));
  const of = (some: readonly string[][], index: number): Counts => tally(some.map((record) => record[index] ?? ""));
  const files = messages.flatMap((message) => TEMPORARY_FILE.exec(message)?.[1] ?? []);
  return {
    calls: executions.length,
    totalUs: microseconds(messages, EXECUTION),
    phasesUs: microseconds(messages, PHASE),
    callsByUser: of(executions, COLUMN.user),
    callsByDatabase: of(executions, COLUMN.database),
    callsByApplication: of(executions, COLUMN.application),
    plans: messages.filter((message) => PLAN.test(message)).length,
    deadlocks: failures.filter((record) => record[COLUMN.sqlstate] === "40P01").length,
    lockWaits: messages.filter((message) => LOCK_WAIT.test(message)).length,
    refusals: failures.filter((record) => record[COLUMN.sqlstate] === "53300").length,
    cancellations: tally(messages.map((message) => CANCELLATIONS[message] ?? "")),
    errors: of(failures, COLUMN.sqlstate),
    temporaryFiles: files.length,
    temporaryBytes: files.reduce((sum, bytes) => sum + Number(bytes), 0),
    checkpoints: messages.filter((message) => message.startsWith("checkpoint complete: ")).length,
  };
}

/** How often each name occurs; the empty one is left out. */
export function tally(names: readonly string[]): Counts {
  return addUp(names.map((name) => [name, 1] as const));
}

/** The sum of each name's numbers; the empty name is left out. */
export function addUp(pairs: readonly (readonly [name: string, count: number])[]): Counts {
  const sums = new Map<string, number>();
  for (const [name, count] of pairs) if (name !== "") sums.set(name, (sums.get(name) ?? 0) + count);
  return Object.fromEntries([...sums].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function microseconds(messages: readonly string[], pattern: RegExp): number {
  // The server prints three decimals: as whole numbers they add up without rounding.
  return messages.reduce((sum, message) => sum + Number((pattern.exec(message)?.[1] ?? "0").replace(".", "")), 0);
}
