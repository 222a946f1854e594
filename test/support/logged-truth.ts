import type { CancellationCause } from "../../src/model/log.ts";
import { parseCsv } from "./csv.ts";

/** Counts by name. */
export type Counts = Readonly<Record<string, number>>;

/** What a csvlog of PostgreSQL holds, counted record by record without dbperf. Times in microseconds. */
export interface LoggedTruth {
  readonly calls: number;
  readonly totalUs: number;
  /** Parsing and binding of statements that were executed. */
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
const PREPARED = /^duration: (\d+\.\d{3}) ms {2}(parse|bind|execute) [^\n]*?: (.*)$/s;
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

/** Counts a csvlog, from one time on and before another where they are given. Throws for a text that is no CSV. */
export function countCsvLog(text: string, { from = "", to = "~" } = {}): LoggedTruth {
  const records = parseCsv(text).filter(([time = ""]) => time >= from && time < to);
  const column = (index: number): string[] => records.map((record) => record[index] ?? "");
  const messages = column(COLUMN.message);
  const executions = records.filter((record) => EXECUTION.test(record[COLUMN.message] ?? ""));
  const failures = records.filter((record) => /^(?:ERROR|FATAL|PANIC)$/.test(record[COLUMN.severity] ?? ""));
  const of = (some: readonly string[][], index: number): Counts => tally(some.map((record) => record[index] ?? ""));
  const files = messages.flatMap((message) => TEMPORARY_FILE.exec(message)?.[1] ?? []);
  return {
    calls: executions.length,
    totalUs: sumOf(messages.map((message) => microseconds(EXECUTION.exec(message)?.[1]))),
    phasesUs: phasesOf(messages),
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
    temporaryBytes: sumOf(files.map(Number)),
    checkpoints: messages.filter((message) => message.startsWith("checkpoint complete: ")).length,
  };
}

/** How often each name occurs; the empty one is left out. */
function tally(names: readonly string[]): Counts {
  return addUp(names.map((name) => [name, 1] as const));
}

/** The sum of each name's numbers; the empty name is left out. */
export function addUp(pairs: readonly (readonly [name: string, count: number])[]): Counts {
  const sums = new Map<string, number>();
  for (const [name, count] of pairs) if (name !== "") sums.set(name, (sums.get(name) ?? 0) + count);
  return Object.fromEntries([...sums].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function phasesOf(messages: readonly string[]): number {
  const lines = messages.flatMap((message) => {
    const [, ms, step, text] = PREPARED.exec(message) ?? [];
    return text === undefined ? [] : [{ ms, step, text }];
  });
  const executed = new Set(lines.filter(({ step }) => step === "execute").map(({ text }) => text));
  const phases = lines.filter(({ step, text }) => step !== "execute" && executed.has(text));
  return sumOf(phases.map(({ ms }) => microseconds(ms)));
}

/** The server prints three decimals: as whole numbers they add up without rounding. */
function microseconds(ms: string | undefined): number {
  return Number((ms ?? "0").replace(".", ""));
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
