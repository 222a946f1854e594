import type { CancellationCause, EngineId, RecommendationDraft, Severity } from "../../src/rule.ts";

/** How one cause of cancellation is worded on one engine. */
export interface CauseWords {
  /** `by statement_timeout`. */
  readonly by: string;
  /** What was ended: `statement` or `transaction`. */
  readonly what: "statement" | "transaction";
  /** What that cost, as a sentence. */
  readonly lost: string;
  readonly severity: Severity;
  /** The error that the client got; names findings whose statement is not known. */
  readonly code: string | null;
  readonly message: string;
  readonly recommendations: readonly RecommendationDraft[];
}

const STATEMENT_LOST = "Each time the work of the whole timeout was lost, and the caller got an error.";
const TRANSACTION_LOST = "Each time the connection was closed and the work of its open transaction was rolled back.";

/** The words for a cause; PostgreSQL's where an engine has none of its own. */
export function causeWords(cause: CancellationCause, engine: EngineId | null): CauseWords {
  const words = POSTGRES[cause];
  return engine === null || engine === "postgres" ? words : { ...words, ...OTHERS[engine][cause] };
}

const POSTGRES: Readonly<Record<CancellationCause, CauseWords>> = {
  "statement-timeout": {
    by: "by statement_timeout",
    what: "statement",
    lost: STATEMENT_LOST,
    severity: "warning",
    code: "57014",
    message: "canceling statement due to statement timeout",
    recommendations: [
      advice(
        "Make the statement fast enough (look at its plan and at what it waited for), or let it touch fewer rows at a time.",
      ),
      advice(
        "Give work that has to take longer a timeout of its own: SET LOCAL statement_timeout in its transaction, or a role of its own.",
        "A longer timeout for everybody lets slow statements hold their locks and connections for longer.",
      ),
    ],
  },
  "lock-timeout": {
    by: "by lock_timeout",
    what: "statement",
    lost: "Each time it waited in vain for a lock that another session held.",
    severity: "warning",
    code: "55P03",
    message: "canceling statement due to lock timeout",
    recommendations: [
      advice("Find the session that holds the lock (log_lock_waits names it) and let it commit sooner."),
    ],
  },
  "idle-in-transaction-timeout": {
    by: "by idle_in_transaction_session_timeout",
    what: "transaction",
    lost: TRANSACTION_LOST,
    severity: "warning",
    code: "25P03",
    message: "terminating connection due to idle-in-transaction timeout",
    recommendations: [
      advice(
        "Find the code that waits inside a transaction (a call to another service, a user, an exception without a rollback) and end the transaction before.",
      ),
    ],
  },
  "transaction-timeout": {
    by: "by transaction_timeout",
    what: "transaction",
    lost: TRANSACTION_LOST,
    severity: "warning",
    code: "25P04",
    message: "terminating connection due to transaction timeout",
    recommendations: [
      advice("Split the transaction into shorter ones, and keep calls to other services out of it."),
      advice("Give a job that has to take longer a transaction_timeout of its own, by SET LOCAL or by its role."),
    ],
  },
  "user-request": {
    by: "on request",
    what: "statement",
    lost: "A driver's own query timeout, a user who went away and pg_cancel_backend all look like this; the work until then was lost.",
    severity: "info",
    code: "57014",
    message: "canceling statement due to user request",
    recommendations: [
      advice("See whether the application's driver has a query timeout, and make the statement faster than that."),
    ],
  },
  "recovery-conflict": {
    by: "by conflict with recovery",
    what: "statement",
    lost: "On this standby WAL had to be replayed that removes what these statements still needed.",
    severity: "info",
    code: "40001",
    message: "canceling statement due to conflict with recovery",
    recommendations: [
      advice(
        "Set hot_standby_feedback = on here, so that the primary keeps the rows that statements of the standby still see.",
        "Long statements on the standby then hold back vacuum on the primary, whose tables grow meanwhile.",
        "It does not help against conflicts over locks, as from a schema change on the primary.",
      ),
      advice(
        "Or raise max_standby_streaming_delay, so that replay waits longer for statements to end.",
        "The standby falls behind by up to that time; one that is to take over at once should not.",
      ),
    ],
  },
};

const INNODB_LOCK_TIMEOUT: Partial<CauseWords> = {
  by: "by innodb_lock_wait_timeout",
  lost: "Each time it waited in vain for a lock that another session held; InnoDB rolled back the statement alone, unless innodb_rollback_on_timeout is on.",
  code: "1205",
  message: "Lock wait timeout exceeded; try restarting transaction",
  recommendations: [
    advice("Find the session that holds the lock (sys.innodb_lock_waits at such a time) and let it commit sooner."),
  ],
};

const KILLED: Partial<CauseWords> = {
  lost: "A driver's own query timeout, a user who went away and KILL QUERY all look like this; the work until then was lost.",
  code: "1317",
  message: "Query execution was interrupted",
};

const OTHERS: Readonly<
  Record<Exclude<EngineId, "postgres">, Readonly<Partial<Record<CancellationCause, Partial<CauseWords>>>>>
> = {
  mysql: {
    "statement-timeout": {
      by: "by max_execution_time",
      code: "3024",
      message: "Query execution was interrupted, maximum statement execution time exceeded",
      recommendations: statementAdvice("the hint MAX_EXECUTION_TIME or the session's max_execution_time"),
    },
    "lock-timeout": INNODB_LOCK_TIMEOUT,
    "user-request": KILLED,
  },
  mariadb: {
    "statement-timeout": {
      by: "by max_statement_time",
      code: "1969",
      message: "Query execution was interrupted (max_statement_time exceeded)",
      recommendations: statementAdvice("SET STATEMENT max_statement_time = … FOR, or a user of its own"),
    },
    "lock-timeout": INNODB_LOCK_TIMEOUT,
    "idle-in-transaction-timeout": { by: "by idle_transaction_timeout", code: null },
    "user-request": KILLED,
  },
};

function statementAdvice(means: string): RecommendationDraft[] {
  return [
    advice(
      "Make the statement fast enough (look at its plan and at what it waited for), or let it touch fewer rows at a time.",
    ),
    advice(
      `Give work that has to take longer a limit of its own: ${means}.`,
      "A longer limit for everybody lets slow statements hold their locks and connections for longer.",
    ),
  ];
}

function advice(summary: string, ...risks: readonly string[]): RecommendationDraft {
  return { action: { kind: "advice" }, summary, verified: "estimate", risks };
}
