import assert from "node:assert/strict";
import rule from "../../../rules/error-burst/index.ts";
import type { LoggedError } from "../../../src/rule.ts";
import { artifacts, fingerprintOf, logFacts, loggedError, loggedStatement, occurrences } from "../../../src/testing.ts";
import { ruleSuite } from "../../support/rule-suite.ts";

const QUERY = "select total, discount from orders where id = $1";
const message = "column ? does not exist";

const withErrors = (...errors: readonly LoggedError[]) => artifacts({ log: logFacts({ errors }) });
/** 120 errors in two minutes, 20 minutes before the end of a log of ten hours. */
const burst = occurrences([40, 80, ...Array.from({ length: 20 }, () => 0)]);
const every = (minutes: number, count: number) =>
  occurrences(Array.from({ length: 600 }, (_, minute) => (minute % minutes === 0 ? count : 0)));

ruleSuite(rule, {
  loud: [
    {
      name: "a burst of one error, with its statement",
      artifacts: withErrors(
        loggedError(message, { code: "42703", ...burst, statement: loggedStatement(QUERY) }),
        loggedError("division by zero", { code: "22012", ...every(10, 1) }),
      ),
      expect: {
        severity: "warning",
        confidence: "measured",
        subject: { kind: "error", code: "42703", message },
        messageIncludes: [
          "120 errors “column ? does not exist” (SQLSTATE 42703) came from 2026-11-23 11:38 to 11:39 UTC, up to 80 in a minute",
          "the rest of the log has none",
          "Database: shop.",
        ],
        recommendation: { kind: "advice" },
        topics: [`statement:${fingerprintOf(QUERY)}`],
        check: ([finding]) => {
          assert.deepEqual(finding?.instances, [
            { from: "2026-11-23T11:38:00.000Z", to: "2026-11-23T11:39:00.000Z", count: 120, query: QUERY },
          ]);
          assert.match(finding?.recommendations[0]?.summary ?? "", /schema/);
        },
      },
    },
    {
      name: "a burst above a steady rate, in a log without codes",
      artifacts: withErrors(
        loggedError("division by zero", occurrences(Array.from({ length: 600 }, (_, at) => (at === 300 ? 900 : 1)))),
      ),
      expect: {
        messageIncludes: ["900 errors “division by zero” came at 2026-11-23 07:00 UTC", "has 599 (60 an hour)"],
        subject: { code: null },
      },
    },
    {
      name: "two bursts of one error as one finding",
      artifacts: withErrors(
        loggedError(message, occurrences(Array.from({ length: 600 }, (_, at) => ({ 100: 200, 400: 300 })[at] ?? 0))),
      ),
      expect: {
        messageIncludes: ["300 errors", "The log has 2 such bursts."],
        check: ([finding]) => assert.equal(finding?.instances?.length, 2),
      },
    },
    {
      name: "a single PANIC as critical",
      artifacts: withErrors(
        loggedError("could not write to file ?: No space left on device", {
          code: "53100",
          severity: "panic",
          ...occurrences([1]),
        }),
      ),
      expect: { severity: "critical", messageIncludes: ["PANIC", "open transactions were lost"] },
    },
    {
      name: "sessions that end with FATAL one after the other",
      artifacts: withErrors(loggedError("out of memory", { code: "53200", severity: "fatal", ...every(60, 1) })),
      expect: { severity: "warning", messageIncludes: ["(SQLSTATE 53200) ended 10 sessions in 10 h"] },
    },
    {
      name: "refused logins as information",
      artifacts: withErrors(
        loggedError("password authentication failed for user ?", { code: "28P01", severity: "fatal", ...every(10, 1) }),
      ),
      expect: { severity: "info", messageIncludes: ["60 sessions"] },
    },
    {
      name: "a restart that ended many sessions as information",
      artifacts: withErrors(
        loggedError("terminating connection due to administrator command", {
          code: "57P01",
          severity: "fatal",
          ...occurrences([80, 0]),
        }),
      ),
      expect: { severity: "info" },
    },
    {
      name: "errors of MySQL by their number",
      artifacts: artifacts({
        log: logFacts({ engine: "mysql", errors: [loggedError("Unknown column ?", { code: "1054", ...burst })] }),
      }),
      expect: { messageIncludes: ["(error 1054)"] },
    },
  ],
  quiet: [
    { name: "a log without errors", artifacts: withErrors() },
    { name: "few errors", artifacts: withErrors(loggedError(message, occurrences([49]))) },
    {
      name: "many errors that come steadily",
      artifacts: withErrors(loggedError(message, { code: "23505", ...every(1, 400) })),
    },
    { name: "a job that fails every hour", artifacts: withErrors(loggedError(message, every(60, 200))) },
    {
      name: "a state of more than three hours",
      artifacts: withErrors(loggedError(message, occurrences(Array.from({ length: 190 }, () => 10)))),
    },
    {
      name: "errors in all of a short log",
      artifacts: artifacts({
        log: logFacts({
          window: { from: "2026-11-23T11:50:00.000Z", to: "2026-11-23T12:00:00.000Z", kind: "log" },
          errors: [loggedError(message, occurrences([100, 120, 90]))],
        }),
      }),
    },
    {
      name: "what has a rule of its own",
      artifacts: withErrors(
        loggedError("deadlock detected", { code: "40P01", ...burst }),
        loggedError("canceling statement due to statement timeout", { code: "57014", ...burst }),
        loggedError("sorry, too many clients already", { code: "53300", severity: "fatal", ...burst }),
        loggedError("Lock wait timeout exceeded; try restarting transaction", { code: "1205", ...burst }),
        loggedError("Too many connections", { code: "1040", ...burst }),
      ),
    },
    {
      name: "the same in a log without codes",
      artifacts: withErrors(
        loggedError("canceling statement due to lock timeout", burst),
        loggedError('remaining connection slots are reserved for roles with the "?" attribute', {
          severity: "fatal",
          ...burst,
        }),
      ),
    },
    {
      name: "few sessions that end with FATAL",
      artifacts: withErrors(loggedError("out of memory", { severity: "fatal", ...every(75, 1) })),
    },
    {
      name: "sessions that are ended on purpose, one by one",
      artifacts: withErrors(
        loggedError("terminating connection due to administrator command", { severity: "fatal", ...every(30, 1) }),
      ),
    },
    {
      name: "a burst below a raised threshold",
      artifacts: withErrors(loggedError(message, burst)),
      thresholds: { minCount: 121 },
    },
  ],
});
