import assert from "node:assert/strict";
import rule from "../../../rules/chatty-transaction/index.ts";
import type { ChattyTransaction, QueryLoop } from "../../../src/rule.ts";
import { artifacts, chattyTransaction, fingerprintOf, queryLoop, queryLoops } from "../../../src/testing.ts";
import { ruleSuite } from "../../support/rule-suite.ts";

const CART = "select * from carts where id = $1 for update";
const ITEM = "insert into items (sku) values ($1)";
const callSite = { file: "src/checkout.ts", line: 12, column: 5, functionName: null };

const of = (fields: Partial<Omit<ChattyTransaction, "statements">> = {}, loops: readonly QueryLoop[] = []) =>
  artifacts({ queryLoops: queryLoops({ transactions: [chattyTransaction([CART, ITEM], fields)], loops }) });
const inserts = (fields: Partial<Omit<QueryLoop, "source">>) =>
  queryLoop(ITEM, { kind: "row-by-row-write", route: "POST /checkout", most: 10, ...fields });

ruleSuite(rule, {
  loud: [
    {
      name: "twenty statements in 100 ms, 80 ms of them idle",
      artifacts: of({ callSite }),
      expect: {
        severity: "info",
        confidence: "measured",
        subject: { kind: "loop", fingerprint: fingerprintOf(CART), query: CART, route: "POST /checkout", callSite },
        messageIncludes: [
          "POST /checkout keeps a transaction open for 100 ms, 80 % of it idle: 20 statements one by one (src/checkout.ts:12).",
          "1 run with 20 statements of 2 classes; one takes 100 ms, and for 80 ms of that",
        ],
        savesMsPerHour: null,
        check: ([finding]) => {
          assert.deepEqual(finding?.topics, []);
          assert.match(finding?.recommendations[1]?.summary ?? "", /^Send fewer statements than 20 in a transaction/);
          assert.deepEqual(
            finding?.instances?.map(({ count, query }) => [count, query]),
            [[20, CART]],
          );
        },
      },
    },
    {
      name: "half a second of waiting in each run as a warning",
      artifacts: of({ runs: 2, executions: 40, durationMs: 1_200, idleMs: 1_000 }),
      expect: {
        severity: "warning",
        messageIncludes: ["open for 600 ms", "20 statements one by one", "600 ms on average"],
      },
    },
    {
      name: "one of a session of a log, without a name",
      artifacts: of({ scopeClass: "transaction", route: null, application: null }),
      expect: { confidence: "measured", messageIncludes: ["One transaction keeps a transaction open"] },
    },
    {
      name: "one whose statements are mostly those of a loop, as a part of that",
      artifacts: of({}, [inserts({})]),
      expect: { topics: [`loop:POST /checkout:${fingerprintOf(ITEM)}`] },
    },
    {
      name: "one with a loop of few of its statements, and with loops elsewhere",
      artifacts: of({}, [
        inserts({ most: 9 }),
        inserts({ route: "POST /other" }),
        inserts({ scopeClass: "aggregate" }),
      ]),
      expect: { check: ([finding]) => assert.deepEqual(finding?.topics, []) },
    },
  ],
  quiet: [
    { name: "no transactions", artifacts: artifacts({ queryLoops: queryLoops() }) },
    { name: "nine statements in a run", artifacts: of({ runs: 2, executions: 19, durationMs: 200, idleMs: 160 }) },
    { name: "one that is over in 49 ms", artifacts: of({ durationMs: 49, idleMs: 45 }) },
    { name: "many runs of 40 ms each", artifacts: of({ runs: 10, executions: 200, durationMs: 400, idleMs: 360 }) },
    { name: "one whose statements run most of the time", artifacts: of({ durationMs: 10_000, idleMs: 4_900 }) },
    { name: "one without a duration", artifacts: of({ durationMs: 0, idleMs: 0 }), thresholds: { minDurationMs: 0 } },
    {
      name: "one without statements",
      artifacts: artifacts({ queryLoops: queryLoops({ transactions: [chattyTransaction([])] }) }),
    },
    { name: "a loop outside transactions", artifacts: artifacts({ queryLoops: queryLoops({ loops: [inserts({})] }) }) },
  ],
});
