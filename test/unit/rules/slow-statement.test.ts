import assert from "node:assert/strict";
import rule from "../../../rules/slow-statement/index.ts";
import type { StatementStatistic } from "../../../src/rule.ts";
import {
  artifacts,
  CAPTURED_AT,
  hoursAgo,
  loggedPlan,
  plan,
  planNode,
  plans,
  relation,
  statement,
  statementLog,
  statements,
} from "../../../src/testing.ts";
import { ruleSuite } from "../../support/rule-suite.ts";

const slow = statement("select * from orders where note like $1", { calls: 1000, meanMs: 400, maxMs: 900 });
const busy = statement("select 1 from users where id = $1", { calls: 1_000_000, meanMs: 1 });
const scan = planNode({ relation: relation("orders"), totalCost: 900, relationship: "outer" });

const logWindow = { window: { from: hoursAgo(10), to: CAPTURED_AT, kind: "log" } } as const;
const tail = (fields: Partial<StatementStatistic> = {}) =>
  statement("select * from carts where id = $1", {
    calls: 1000,
    meanMs: 60,
    p50Ms: 20,
    p95Ms: 800,
    p99Ms: 1900,
    ...fields,
  });

ruleSuite(rule, {
  loud: [
    {
      name: "a slow statement of some weight",
      artifacts: artifacts({ statements: statements([slow, busy]) }),
      expect: {
        severity: "warning",
        confidence: "measured",
        messageIncludes: ["1,000 calls (100 calls/h)", "mean 400 ms", "longest 900 ms", "29 %", "mean only"],
        savesMsPerHour: 40_000,
        topics: [`statement:${slow.fingerprint}`],
      },
    },
    {
      name: "a statement that is most of a busy database, with its costliest node",
      artifacts: artifacts({
        statements: statements([slow]),
        plans: plans([plan(slow, planNode({ operator: "sort", totalCost: 1000, children: [scan] }))]),
      }),
      expect: {
        severity: "critical",
        check: ([finding]) => {
          const [advice] = finding?.recommendations ?? [];
          if (advice?.summary.includes("Seq Scan on orders has 90 %") !== true) throw new Error(advice?.summary);
        },
      },
    },
    {
      name: "one run that was most of the time, as information",
      artifacts: artifacts({ statements: statements([statement("select 2", { calls: 1, meanMs: 9000 })]) }),
      expect: { severity: "info" },
    },
    {
      name: "a statement over an unknown window, without a rate",
      artifacts: artifacts({ statements: statements([slow], { hours: null }) }),
      expect: { severity: "warning", savesMsPerHour: null },
    },
    {
      name: "a statement of a log, with percentiles, who calls it, and the slowest call",
      artifacts: artifacts({
        statements: statements(
          [
            statement(slow.query, {
              calls: 1000,
              meanMs: 400,
              maxMs: 9200,
              p50Ms: 210,
              p95Ms: 2100,
              p99Ms: 8000,
              rows: null,
              database: "",
              log: statementLog({
                routes: [
                  { name: "/cart", calls: 120 },
                  { name: "/orders", calls: 800 },
                ],
                applications: [{ name: "web", calls: 1000 }],
                examples: [
                  { at: hoursAgo(3), durationMs: 9200, user: "app", application: "web", query: null, parameters: null },
                  { at: hoursAgo(2), durationMs: 8000, user: "app", application: "job", query: null, parameters: null },
                ],
                lockMs: 1200,
                untimedCalls: 3,
                plans: [loggedPlan("aaaaaaaaaaaa", planNode({ relation: { schema: "", name: "orders" } }))],
              }),
            }),
          ],
          logWindow,
        ),
      }),
      expect: {
        messageIncludes: [
          "400 ms on average and 100 % of the logged statement time.",
          "1,000 logged calls (100 calls/h), mean 400 ms, longest 9.2 s, 100 % of the logged statement time; p50 210 ms, p95 2.1 s, p99 8 s.",
          "Called by route /orders (80 %), /cart (12 %); application web (100 %).",
          "The slowest one that the log shows took 9.2 s at 2026-11-23 09:00 UTC (web).",
        ],
        check: ([finding]) => {
          assert.match(finding?.recommendations[0]?.summary ?? "", /Seq Scan on orders has 100 %/);
          const metrics = finding?.evidence.flatMap((item) =>
            item.kind === "metric" ? [[item.name, item.value]] : [],
          );
          assert.deepEqual(metrics, [
            ["waited for locks in all", 1200],
            ["calls without a duration", 3],
          ]);
          const notes = finding?.evidence.flatMap((item) => (item.kind === "note" ? [item.text] : []));
          assert.match(notes?.join() ?? "", /slow executions alone where the server is set so/);
        },
      },
    },
    {
      name: "a statement with a short mean that is slow for one call in twenty",
      artifacts: artifacts({ statements: statements([tail(), busy]) }),
      expect: {
        severity: "warning",
        messageIncludes: ["slow for one call in twenty: 800 ms or longer", "p50 20 ms, p95 800 ms, p99 1.9 s"],
        check: ([finding]) => assert.match(finding?.recommendations[0]?.summary ?? "", /^Compare its slow calls/),
      },
    },
  ],
  quiet: [
    { name: "a tail below half a second", artifacts: artifacts({ statements: statements([tail({ p95Ms: 499 })]) }) },
    {
      name: "a tail without weight",
      artifacts: artifacts({ statements: statements([busy, tail({ calls: 100 })]) }),
    },
    {
      name: "a tail of fewer than twenty timed calls",
      artifacts: artifacts({
        statements: statements([tail({ calls: 30, log: statementLog({ untimedCalls: 11 }) })]),
      }),
    },
    {
      name: "a fast statement of a log whose slowest call was slow",
      artifacts: artifacts({
        statements: statements([tail({ p95Ms: 30, maxMs: 9000 })], logWindow),
      }),
    },
    { name: "a fast statement that is all of the time", artifacts: artifacts({ statements: statements([busy]) }) },
    {
      name: "a slow statement that ran four times",
      artifacts: artifacts({ statements: statements([busy, statement("select 2", { calls: 4, meanMs: 9000 })]) }),
    },
    {
      name: "one short run that was all of the time",
      artifacts: artifacts({ statements: statements([statement("select 2", { calls: 1, meanMs: 90 })]) }),
    },
    {
      name: "a slow statement without weight",
      artifacts: artifacts({ statements: statements([busy, statement("select 3", { calls: 10, meanMs: 200 })]) }),
    },
    {
      name: "a utility statement",
      artifacts: artifacts({ statements: statements([statement("vacuum orders", { kind: "utility", meanMs: 9000 })]) }),
    },
    {
      name: "a text of unknown kind that is no query",
      artifacts: artifacts({
        statements: statements([statement("copy orders to", { kind: "unknown", meanMs: 9000 })]),
      }),
    },
  ],
});
