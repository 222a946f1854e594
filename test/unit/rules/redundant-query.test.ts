import assert from "node:assert/strict";
import rule from "../../../rules/redundant-query/index.ts";
import type { QueryLoop, StatementStatistic } from "../../../src/rule.ts";
import { artifacts, fingerprintOf, queryLoop, queryLoops, statement, statements } from "../../../src/testing.ts";
import { ruleSuite } from "../../support/rule-suite.ts";

const FLAGS = "select value from settings where name = $1";
const callSite = { file: "src/flags.ts", line: 9, column: null, functionName: null };

const redundant = (fields: Partial<Omit<QueryLoop, "source">> = {}) =>
  queryLoop(FLAGS, { kind: "redundant-query", most: 8, savedMs: 3.5, ...fields });
const of = (loop: QueryLoop, items: readonly StatementStatistic[] = []) =>
  artifacts({ queryLoops: queryLoops({ loops: [loop] }), statements: statements(items) });

ruleSuite(rule, {
  loud: [
    {
      name: "eight reads of one value in a request, as information",
      artifacts: of(redundant({ callSite }), [statement(FLAGS, { calls: 10 })]),
      expect: {
        severity: "info",
        confidence: "measured",
        subject: { kind: "loop", fingerprint: fingerprintOf(FLAGS), query: FLAGS, source: null, callSite },
        messageIncludes: [
          "GET /orders asks the same 8 times: settings by name, with the same values (src/flags.ts:9).",
          "Asking once a run saves at most 7 statements and 3.5 ms",
        ],
        savesMsPerHour: 0.35,
        topics: [`statement:${fingerprintOf(FLAGS)}`],
        check: ([finding]) => {
          assert.match(finding?.recommendations[0]?.summary ?? "", /^Read settings by name once .* instead of 8 times/);
          assert.deepEqual(
            finding?.instances?.map(({ count, query }) => [count, query]),
            [[8, FLAGS]],
          );
        },
      },
    },
    {
      name: "repeats of 10 ms in one run as a warning",
      artifacts: of(redundant({ savedMs: 6.5 })),
      expect: { severity: "warning" },
    },
    {
      name: "repeats of 10 ms over two runs as information",
      artifacts: of(redundant({ runs: 2, executions: 16, savedMs: 6.5 })),
      expect: { severity: "info" },
    },
    {
      name: "suspected repeats of a log",
      artifacts: of(redundant({ scopeClass: "stitched", route: null, savedMs: 50 })),
      expect: {
        severity: "warning",
        confidence: "estimated",
        messageIncludes: ["Suspected repeats: web asks the same 8 times", "Suspected, not proved"],
      },
    },
    {
      name: "a ratio of calls, never more than information",
      artifacts: of(redundant({ scopeClass: "aggregate", savedMs: 5_000 })),
      expect: {
        severity: "info",
        confidence: "heuristic",
        check: ([finding]) => assert.match(finding?.recommendations[0]?.summary ?? "", /instead of again and again/),
      },
    },
  ],
  quiet: [
    { name: "no loops", artifacts: artifacts({ queryLoops: queryLoops() }) },
    { name: "four repeats", artifacts: of(redundant({ most: 4, runs: 1_000, savedMs: 10_000 })) },
    {
      name: "quick repeats of one transaction",
      artifacts: of(redundant({ scopeClass: "transaction", most: 5, savedMs: 1 })),
    },
    { name: "quick repeats put together by time", artifacts: of(redundant({ scopeClass: "stitched", savedMs: 1 })) },
    { name: "look-ups with other values each time", artifacts: of(redundant({ kind: "n-plus-one" })) },
    { name: "eight repeats below a raised threshold", artifacts: of(redundant()), thresholds: { minRepeats: 9 } },
  ],
});
