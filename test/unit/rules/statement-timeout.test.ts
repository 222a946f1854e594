import assert from "node:assert/strict";
import rule from "../../../rules/statement-timeout/index.ts";
import type { Cancellation, CancellationCause, EngineId } from "../../../src/rule.ts";
import {
  artifacts,
  cancellation,
  fingerprintOf,
  logFacts,
  loggedStatement,
  occurrences,
} from "../../../src/testing.ts";
import { ruleSuite } from "../../support/rule-suite.ts";

const QUERY = "select * from orders where note like $1";
const OTHER = "select * from customers";

const withCancellations = (cancellations: readonly Cancellation[], engine: EngineId = "postgres") =>
  artifacts({ log: logFacts({ engine, cancellations }) });
const unnamed = (cause: CancellationCause) => cancellation({ cause, statement: null });

ruleSuite(rule, {
  loud: [
    {
      name: "a statement that statement_timeout ended, over two databases",
      artifacts: withCancellations([cancellation(), cancellation({ database: "archive", ...occurrences([2, 0, 0]) })]),
      expect: {
        severity: "warning",
        confidence: "measured",
        subject: { kind: "statement", fingerprint: fingerprintOf(QUERY), query: QUERY },
        messageIncludes: [
          "A statement was cancelled by statement_timeout 12 times, from 2026-11-23 11:57 to 11:59 UTC in databases archive, shop.",
          "the work of the whole timeout was lost",
        ],
        recommendation: { kind: "advice" },
        topics: [`statement:${fingerprintOf(QUERY)}`],
      },
    },
    {
      name: "each statement by itself",
      artifacts: withCancellations([cancellation(), cancellation({ statement: loggedStatement(OTHER) })]),
      expect: { count: 2 },
    },
    {
      name: "statements that the log does not name",
      artifacts: withCancellations([unnamed("statement-timeout")]),
      expect: {
        subject: { kind: "error", code: "57014", message: "canceling statement due to statement timeout" },
        messageIncludes: ["10 statements were cancelled by statement_timeout"],
        topics: [],
      },
    },
    {
      name: "a statement that waited for a lock in vain",
      artifacts: withCancellations([cancellation({ cause: "lock-timeout" })]),
      expect: { severity: "warning", messageIncludes: ["by lock_timeout", "waited in vain"] },
    },
    {
      name: "a schema change that gave up on a lock as information",
      artifacts: withCancellations([
        cancellation({ cause: "lock-timeout", statement: loggedStatement("alter table orders add column note text") }),
      ]),
      expect: { severity: "info", messageIncludes: ["what lock_timeout is meant for"] },
    },
    {
      name: "transactions that were left open",
      artifacts: withCancellations([unnamed("idle-in-transaction-timeout")]),
      expect: {
        severity: "warning",
        subject: { kind: "error", code: "25P03" },
        messageIncludes: [
          "10 transactions were cancelled by idle_in_transaction_session_timeout",
          "open transaction was rolled back",
        ],
      },
    },
    {
      name: "transactions that took too long",
      artifacts: withCancellations([unnamed("transaction-timeout")]),
      expect: { severity: "warning", messageIncludes: ["by transaction_timeout"] },
    },
    {
      name: "many cancellations on request as information",
      artifacts: withCancellations([cancellation({ cause: "user-request", ...occurrences([50]) })]),
      expect: { severity: "info", messageIncludes: ["on request 50 times", "driver's own query timeout"] },
    },
    {
      name: "conflicts on a standby as one finding with its statements",
      artifacts: withCancellations([
        cancellation({ cause: "recovery-conflict", ...occurrences([4]) }),
        cancellation({ cause: "recovery-conflict", statement: loggedStatement(OTHER), ...occurrences([6]) }),
      ]),
      expect: {
        severity: "info",
        subject: { kind: "error", code: "40001" },
        messageIncludes: ["10 statements were cancelled by conflict with recovery"],
        check: ([finding]) => {
          const sql = finding?.evidence.flatMap((one) => (one.kind === "definition" ? [one.sql] : []));
          assert.deepEqual(sql, [OTHER, QUERY]);
          const summaries = finding?.recommendations.map(({ summary }) => summary).join(" ") ?? "";
          assert.match(summaries, /hot_standby_feedback.*max_standby_streaming_delay/);
        },
      },
    },
    {
      name: "MySQL's limit by its name",
      artifacts: withCancellations([cancellation()], "mysql"),
      expect: { messageIncludes: ["by max_execution_time 10 times"] },
    },
    {
      name: "InnoDB's lock timeout by its name",
      artifacts: withCancellations([unnamed("lock-timeout")], "mariadb"),
      expect: { subject: { kind: "error", code: "1205" }, messageIncludes: ["by innodb_lock_wait_timeout"] },
    },
    {
      name: "one statement under two causes",
      artifacts: withCancellations([cancellation(), cancellation({ cause: "lock-timeout" })]),
      expect: { count: 2, messageIncludes: ["by statement_timeout"] },
    },
  ],
  quiet: [
    { name: "a log without cancellations", artifacts: withCancellations([]) },
    { name: "few cancellations", artifacts: withCancellations([cancellation(occurrences([4]))]) },
    {
      name: "few cancellations of each of several statements",
      artifacts: withCancellations([
        cancellation(occurrences([4])),
        cancellation({ statement: loggedStatement(OTHER), ...occurrences([4]) }),
      ]),
    },
    {
      name: "few cancellations of one statement by each of two causes",
      artifacts: withCancellations([
        cancellation(occurrences([4])),
        cancellation({ cause: "lock-timeout", ...occurrences([4]) }),
      ]),
    },
    {
      name: "people who press Ctrl-C",
      artifacts: withCancellations([cancellation({ cause: "user-request", ...occurrences([49]) })]),
    },
    {
      name: "cancellations on request of many statements",
      artifacts: withCancellations(
        Array.from({ length: 20 }, (_, at) =>
          cancellation({
            cause: "user-request",
            statement: loggedStatement(`select ${"x".repeat(at + 1)}`),
            ...occurrences([10]),
          }),
        ),
      ),
    },
    {
      name: "few conflicts on a standby",
      artifacts: withCancellations([
        cancellation({ cause: "recovery-conflict", ...occurrences([2]) }),
        cancellation({ cause: "recovery-conflict", statement: loggedStatement(OTHER), ...occurrences([2]) }),
      ]),
    },
    {
      name: "few transactions that were left open",
      artifacts: withCancellations([
        cancellation({ cause: "idle-in-transaction-timeout", statement: null, ...occurrences([4]) }),
      ]),
    },
    {
      name: "few transactions that took too long",
      artifacts: withCancellations([
        cancellation({ cause: "transaction-timeout", statement: null, ...occurrences([4]) }),
      ]),
    },
    {
      name: "cancellations below a raised threshold",
      artifacts: withCancellations([cancellation()]),
      thresholds: { minCount: 11 },
    },
    {
      name: "requests below a raised threshold",
      artifacts: withCancellations([cancellation({ cause: "user-request", ...occurrences([50]) })]),
      thresholds: { minUserRequests: 51 },
    },
    {
      name: "few cancellations of MySQL",
      artifacts: withCancellations([cancellation(occurrences([4]))], "mysql"),
    },
  ],
});
