import assert from "node:assert/strict";
import rule from "../../../rules/plan-change/index.ts";
import type { FindingDraft, LoggedPlan, PlanNode } from "../../../src/rule.ts";
import {
  artifacts,
  databaseCounters,
  hoursAgo,
  index,
  loggedPlan,
  planNode,
  relation,
  statement,
  statementLog,
  statements,
  table,
} from "../../../src/testing.ts";
import { ruleSuite } from "../../support/rule-suite.ts";

const byIndex = planNode({
  operator: "index-scan",
  relation: relation("orders"),
  index: "orders_state_idx",
  totalCost: 8,
});
const seqScan = planNode({ operator: "seq-scan", relation: relation("orders"), totalCost: 9000 });
const bare = (node: PlanNode) => planNode({ ...node, relation: { schema: "", name: "orders" } });

const fast = (fields: Parameters<typeof loggedPlan>[2] = {}) =>
  loggedPlan("aaaaaaaaaaaa", byIndex, { hours: [10, 4], executions: 600, meanMs: 10, ...fields });
const slow = (fields: Parameters<typeof loggedPlan>[2] = {}) =>
  loggedPlan("bbbbbbbbbbbb", seqScan, { hours: [4, 0], executions: 400, meanMs: 410, maxMs: 900, ...fields });

const item = (plans: readonly LoggedPlan[], calls = 1000) =>
  statement("select * from orders where state = $1", { calls, log: statementLog({ plans }) });
const logWindow = { from: hoursAgo(10), to: hoursAgo(0), kind: "log" } as const;
const log = (plans: readonly LoggedPlan[], calls?: number) =>
  artifacts({ statements: statements([item(plans, calls)], { window: logWindow }) });

const summaries = ([finding]: readonly FindingDraft[]) =>
  (finding?.recommendations ?? []).map(({ summary }) => summary);
const notes = ([finding]: readonly FindingDraft[]) =>
  (finding?.evidence ?? []).flatMap((evidence) => (evidence.kind === "note" ? [evidence.text] : []));

const { fingerprint } = item([]);

ruleSuite(rule, {
  loud: [
    {
      name: "a sequential scan that took an index scan's place",
      artifacts: log([fast(), slow()]),
      expect: {
        severity: "warning",
        confidence: "measured",
        subject: { kind: "statement", fingerprint },
        messageIncludes: [
          "41 times as long since its plan changed: 410 ms instead of 10 ms",
          "From 2026-11-23 02:00 to 08:00 UTC it ran with another plan (600 executions, mean 10 ms)",
          "than from 2026-11-23 08:00 to 12:00 UTC (400 executions, mean 410 ms), which lost 2.7 min",
          "The slower plan has: orders: Seq Scan instead of Index Scan using orders_state_idx.",
        ],
        // 400 executions of 400 ms too much, over ten hours.
        savesMsPerHour: 16_000,
        topics: [`statement:${fingerprint}`],
        recommendation: { kind: "analyze-table", table: relation("orders") },
        check: (findings) => {
          assert.match(summaries(findings)[0] ?? "", /^Check index orders_state_idx on orders/);
          const nodes = findings[0]?.evidence.flatMap((evidence) =>
            evidence.kind === "plan-node" ? [evidence.node] : [],
          );
          assert.deepEqual(
            nodes?.map(({ operator }) => operator),
            ["index-scan", "seq-scan"],
          );
        },
      },
    },
    {
      name: "a plan that loses six minutes an hour as critical",
      artifacts: log([fast(), slow({ executions: 3600 })], 4200),
      expect: { severity: "critical" },
    },
    {
      name: "a change of minutes ago as a warning, whatever that makes an hour",
      artifacts: log([fast({ hours: [10, 0.2] }), slow({ hours: [0.2, 0] })]),
      expect: { severity: "warning" },
    },
    {
      name: "plans of which the log has a part, as an estimate",
      artifacts: log([fast(), slow()], 5000),
      expect: {
        confidence: "estimated",
        check: (findings) => {
          assert.ok(notes(findings).some((text) => text.startsWith("auto_explain logged 1,000 of 5,000 calls")));
        },
      },
    },
    {
      name: "an index that is gone from the catalogue",
      artifacts: artifacts({
        statements: statements([item([fast(), slow()])]),
        indexes: [index("orders_pkey", "orders", ["id"])],
        databaseCounters: databaseCounters(),
      }),
      expect: {
        savesMsPerHour: null,
        check: (findings) => assert.match(summaries(findings)[0] ?? "", /^Create index orders_state_idx .* it is gone/),
      },
    },
    {
      name: "an index that is gone from another database's catalogue, without a word of it",
      artifacts: artifacts({
        statements: statements([item([fast(), slow()])]),
        indexes: [index("orders_pkey", "orders", ["id"])],
        databaseCounters: databaseCounters({ database: "crm" }),
      }),
      expect: {
        check: (findings) => assert.match(summaries(findings)[0] ?? "", /^Check index .* that it still exists/),
      },
    },
    {
      name: "plans without schemas, by the only table of that name",
      artifacts: artifacts({
        statements: statements([item([fast({ root: bare(byIndex) }), slow({ root: bare(seqScan) })])]),
        tables: [table("billing.orders"), table("invoices")],
        databaseCounters: databaseCounters(),
      }),
      expect: { recommendation: { kind: "analyze-table", table: relation("billing.orders") } },
    },
    {
      name: "plans without schemas where the catalogue is not known, without a statement to paste",
      artifacts: log([fast({ root: bare(byIndex) }), slow({ root: bare(seqScan) })]),
      expect: {
        check: (findings) => {
          assert.deepEqual([...new Set(findings[0]?.recommendations.map(({ action }) => action.kind))], ["advice"]);
          assert.match(summaries(findings)[1] ?? "", /^Analyze orders:/);
        },
      },
    },
    {
      name: "a change that a third plan ended, as information that takes nothing in",
      artifacts: log([
        fast(),
        slow({ hours: [4, 2] }),
        loggedPlan("cccccccccccc", byIndex, { hours: [2, 0], meanMs: 12 }),
      ]),
      expect: {
        severity: "info",
        messageIncludes: ["It is over: from 2026-11-23 10:00 to 12:00 UTC a third plan ran, mean 12 ms."],
        topics: [`plans:${fingerprint}`],
        check: ([finding]) => assert.ok(finding?.topics.includes(`statement:${fingerprint}`) === false),
      },
    },
    {
      name: "plans that alternate and are far apart, as information that takes nothing in",
      artifacts: log([slow({ hours: [10, 0] }), fast({ hours: [9, 1] })]),
      expect: {
        severity: "info",
        messageIncludes: ["two plans in turn, and one of them takes 41 times as long", "depends on the parameters"],
        check: ([finding]) => assert.deepEqual(finding?.topics, [`plans:${fingerprint}`]),
      },
    },
    {
      name: "an old plan that a prepared statement kept for a while",
      artifacts: log([fast({ hours: [10, 3.7] }), slow()]),
      expect: { severity: "warning" },
    },
  ],
  quiet: [
    { name: "a statement without a log", artifacts: artifacts({ statements: statements([statement("select 1")]) }) },
    { name: "one plan", artifacts: log([slow()]) },
    { name: "a change to a faster plan", artifacts: log([slow({ hours: [10, 4] }), fast({ hours: [4, 0] })]) },
    { name: "a change to a plan less than twice as slow", artifacts: log([fast({ meanMs: 210 }), slow()]) },
    { name: "a slow plan that ran four times", artifacts: log([fast(), slow({ executions: 4, meanMs: 9000 })]) },
    { name: "a fast plan that ran four times", artifacts: log([fast({ executions: 4 }), slow()]) },
    { name: "a change that lost nine seconds", artifacts: log([fast(), slow({ executions: 22 })]) },
    {
      name: "plans that alternate and are near each other",
      artifacts: log([fast({ hours: [10, 1], meanMs: 50 }), slow({ hours: [9, 0] })]),
    },
    {
      name: "a slow plan between two periods of the other one, near it",
      artifacts: log([fast({ hours: [10, 0], meanMs: 100 }), slow({ hours: [6, 4] })]),
    },
    {
      name: "a plan within the time of another one, nine times as slow",
      artifacts: log([fast({ hours: [10, 0], meanMs: 45 }), slow({ hours: [6, 4] })]),
    },
    {
      name: "a change below raised thresholds",
      artifacts: log([fast(), slow()]),
      thresholds: { minFactor: 50 },
    },
  ],
});
