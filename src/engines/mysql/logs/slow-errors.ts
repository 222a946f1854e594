import type { EventSession, LogEvent, NormalizedText } from "../../../logs/digest/events.ts";
import type { CancellationCause } from "../../../model/log.ts";

/** A statement of the slow log that ended with an error number. */
export interface SlowError {
  readonly code: number;
  /** `Last_errno` of Percona Server, which may be that of a warning. */
  readonly maybeWarning: boolean;
  readonly timeMs: number;
  readonly session: EventSession;
  readonly statement: NormalizedText;
}

const CANCELLATIONS: Readonly<Record<number, CancellationCause>> = {
  1205: "lock-timeout",
  1317: "user-request",
  1969: "statement-timeout",
  3024: "statement-timeout",
};

const DEADLOCK = 1213;

/** The log has the number alone; these are the server's own words for the most frequent ones, without their names. */
const MESSAGES: Readonly<Record<number, string>> = {
  1040: "Too many connections",
  1048: "Column ? cannot be null",
  1053: "Server shutdown in progress",
  1054: "Unknown column ?",
  1062: "Duplicate entry ? for key ?",
  1064: "You have an error in your SQL syntax",
  1114: "The table ? is full",
  1146: "Table ? doesn't exist",
  1205: "Lock wait timeout exceeded",
  1213: "Deadlock found when trying to get lock",
  1264: "Out of range value for column ?",
  1317: "Query execution was interrupted",
  1406: "Data too long for column ?",
  1451: "Cannot delete or update a parent row: a foreign key constraint fails",
  1452: "Cannot add or update a child row: a foreign key constraint fails",
  1969: "Query execution was interrupted (max_statement_time exceeded)",
  3024: "Query execution was interrupted, maximum statement execution time exceeded",
};

/** What an error number of the slow log means: the error, and the cancellation where it names one. */
export function slowErrorEvents({ code, maybeWarning, timeMs, session, statement }: SlowError): readonly LogEvent[] {
  const cause = CANCELLATIONS[code];
  if (maybeWarning && cause === undefined && code !== DEADLOCK) return [];
  const message = MESSAGES[code] ?? `error ${code}`;
  const events: LogEvent[] = [
    { kind: "error", timeMs, session, code: String(code), severity: "error", message, statement },
  ];
  if (cause !== undefined) events.push({ kind: "cancellation", timeMs, session, cause, statement });
  return events;
}
