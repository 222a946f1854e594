import type { StatementItem } from "../../src/model/analysis.ts";
import type { StatementLogFacts } from "../../src/model/log.ts";
import type { PlanNode } from "../../src/model/plan.ts";
import { itemsJoin, planNode } from "./sample-plans.ts";
import { ordersQuery, sampleStatement } from "./sample-statements.ts";

export const LOG_FROM = "2026-11-23T08:00:12.004Z";
export const LOG_TO = "2026-11-23T10:03:41.870Z";
const LOG_HOURS = (Date.parse(LOG_TO) - Date.parse(LOG_FROM)) / 3_600_000;

export const stockUpdate = {
  fingerprint: "b64d09c81e3f7a52",
  query: "update products set stock = stock - $1 where id = $2",
} as const;
export const invoiceUpdate = {
  fingerprint: "2c60b7de11f8a034",
  query: "update invoices set status = $1, paid_at = now() where id = $2",
} as const;
export const categoryReport = {
  fingerprint: "90ab44ce0d77f121",
  query:
    "select p.category_id, count(*), sum(i.quantity) from products p join order_items i on i.product_id = p.id where p.active and p.stock < $1 group by p.category_id",
} as const;

/** A point in time inside the sample log: `at("09:41:07")`. */
export function at(time: string): string {
  return `2026-11-23T${time}.000Z`;
}

/** What a log knows of a statement, with only what a test cares about. */
export function sampleLogFacts(rest: Partial<StatementLogFacts> = {}): StatementLogFacts {
  return {
    firstAt: LOG_FROM,
    lastAt: LOG_TO,
    untimedCalls: 0,
    phasesMs: null,
    lockMs: null,
    rowsExamined: null,
    histogram: [],
    hours: [],
    users: [],
    applications: [],
    routes: [],
    examples: [],
    plans: [],
    ptQueryDigestId: null,
    ...rest,
  };
}

const timed = (root: PlanNode, totalMs: number, rows: number): PlanNode => ({
  ...root,
  actual: {
    rows,
    loops: 1,
    totalMs,
    rowsRemovedByFilter: null,
    sharedBlocksHit: null,
    sharedBlocksRead: null,
    tempBlocksWritten: null,
  },
  children: root.children.map((child) => timed(child, totalMs * 0.9, rows * 5)),
});

const hashPlan = planNode("aggregate", "HashAggregate", {
  relationship: "root",
  groupKeys: ["p.category_id"],
  children: [
    planNode("hash-join", "Hash Join", {
      joinCondition: "(i.product_id = p.id)",
      children: [planNode("seq-scan", "Seq Scan", { relation: { schema: "public", name: "order_items" }, alias: "i" })],
    }),
  ],
});

const hours = (counts: readonly number[], meanMs: number): StatementLogFacts["hours"] =>
  counts.map((calls, index) => ({
    at: at(`${String(8 + index).padStart(2, "0")}:00:00`),
    calls,
    totalMs: calls * meanMs,
  }));

const LOG_TOTAL_MS = 6_120_000;

function logged(
  { fingerprint, query }: { readonly fingerprint: string; readonly query: string },
  calls: number,
  meanMs: number,
  rest: Partial<StatementItem>,
): StatementItem {
  return sampleStatement(fingerprint, query, calls, meanMs, {
    share: (calls * meanMs) / LOG_TOTAL_MS,
    callsPerHour: calls / LOG_HOURS,
    rows: null,
    stddevMs: null,
    sharedBlocksHit: null,
    sharedBlocksRead: null,
    sharedBlocksDirtied: null,
    tempBlocksRead: null,
    tempBlocksWritten: null,
    walBytes: null,
    log: sampleLogFacts(),
    ...rest,
  });
}

const orders = logged({ fingerprint: "7d1f0a93c2b14e58", query: ordersQuery }, 9_811, 412, {
  minMs: 104,
  p50Ms: 381,
  p95Ms: 912,
  p99Ms: 1_840,
  maxMs: 6_204,
  tags: { route: "/orders", controller: "orders" },
  log: sampleLogFacts({
    firstAt: at("08:00:14"),
    lastAt: at("10:03:40"),
    phasesMs: 41_220,
    histogram: [
      { fromMs: 100, toMs: 200, calls: 1_204 },
      { fromMs: 200, toMs: 500, calls: 6_011 },
      { fromMs: 500, toMs: 1_000, calls: 2_307 },
      { fromMs: 1_000, toMs: 2_000, calls: 241 },
      { fromMs: 2_000, toMs: 5_000, calls: 44 },
      { fromMs: 5_000, toMs: null, calls: 4 },
    ],
    hours: hours([4_102, 5_398, 311], 412),
    users: [{ name: "shop", calls: 9_811 }],
    applications: [
      { name: "shop-web", calls: 9_204 },
      { name: "shop-worker", calls: 607 },
    ],
    routes: [
      { name: "GET /orders", calls: 8_640 },
      { name: "GET /account/orders/{id}/history", calls: 564 },
      { name: "OrderDigestJob", calls: 607 },
    ],
    examples: [
      {
        at: at("09:41:09"),
        durationMs: 6_204,
        user: "shop",
        application: "shop-web",
        query:
          "select id, total from orders where customer_id = 8127 and status = 'open' order by created_at desc limit 20",
        parameters: null,
      },
      {
        at: at("09:41:08"),
        durationMs: 5_911,
        user: "shop",
        application: null,
        query: null,
        parameters: "$1 = '4401'",
      },
      { at: at("08:17:30"), durationMs: null, user: null, application: null, query: null, parameters: null },
    ],
  }),
});

/** Six statement classes as auto_explain and log_min_duration_statement leave them. */
export const sampleLogStatements: readonly StatementItem[] = [
  orders,
  logged(invoiceUpdate, 2_004, 488, {
    kind: "update",
    database: "billing",
    minMs: 0.8,
    p50Ms: 2.1,
    p95Ms: 904,
    p99Ms: 12_400,
    maxMs: 41_200,
    log: sampleLogFacts({
      lockMs: 902_400,
      users: [{ name: "billing", calls: 2_004 }],
      hours: hours([900, 1_104], 488),
    }),
  }),
  logged(categoryReport, 212, 2_310, {
    minMs: 810,
    p50Ms: 1_104,
    p95Ms: 7_240,
    p99Ms: 8_105,
    maxMs: 8_412,
    plan: { root: timed(itemsJoin, 8_412, 40), source: "auto-explain", repairs: [] },
    log: sampleLogFacts({
      plans: [
        {
          shape: "4be107a93d52",
          root: timed(hashPlan, 1_204, 40),
          executions: 171,
          meanMs: 1_060,
          maxMs: 1_204,
          firstAt: at("08:02:00"),
          lastAt: at("09:38:11"),
        },
        {
          shape: "c90d7712aa04",
          root: timed(itemsJoin, 8_412, 40),
          executions: 41,
          meanMs: 7_523,
          maxMs: 8_412,
          firstAt: at("09:40:02"),
          lastAt: at("10:03:12"),
        },
      ],
    }),
  }),
  logged(stockUpdate, 71_004, 3.1, {
    kind: "update",
    minMs: 0.2,
    p50Ms: 0.61,
    p95Ms: 4.4,
    p99Ms: 38,
    maxMs: 4_104,
    log: sampleLogFacts({ untimedCalls: 1_204 }),
  }),
  logged(
    {
      fingerprint: "a8830f5ec4d2b716",
      query: "insert into order_items (order_id, product_id, quantity, price) values ($1, $2, $3, $4)",
    },
    140_332,
    1.1,
    { kind: "insert", minMs: 0.1, p50Ms: 0.8, p95Ms: 2.4, p99Ms: 9.1, maxMs: 310 },
  ),
  logged({ fingerprint: "55d2c1b0a7e6f948", query: "select * from customers where id = $1" }, 210_220, 0.22, {
    minMs: 0.05,
    p50Ms: 0.18,
    p95Ms: 0.41,
    p99Ms: 0.94,
    maxMs: 61,
  }),
];

export const sampleLogTotals = {
  calls: 451_040,
  totalMs: LOG_TOTAL_MS,
  classes: 214,
  databases: [
    { database: "shop", calls: 448_001, totalMs: 5_140_000 },
    { database: "billing", calls: 3_039, totalMs: 980_000 },
  ],
  own: { calls: 0, totalMs: 0 },
  hidden: { calls: 0, totalMs: 0 },
  evictions: null,
} as const;
