import type { StatementItem } from "../../src/model/analysis.ts";
import type { PlanNode } from "../../src/model/plan.ts";
import { customerLookup, itemsJoin, ordersScan } from "./sample-plans.ts";

export const HOURS = 51;
/** Statement time of the shop database in the window of `HOURS`. */
export const TOTAL_MS = 165_400_000;

export const ordersQuery =
  "select id, total from orders where customer_id = $1 and status = $2 order by created_at desc limit $3";

/** A statement with only what a test cares about. */
export function sampleStatement(
  fingerprint: string,
  query: string,
  calls: number,
  meanMs: number,
  rest: Partial<StatementItem> = {},
): StatementItem {
  return {
    fingerprint,
    kind: "select",
    query,
    queryIds: [`-${fingerprint.slice(0, 4).replace(/\D/g, "7")}123456789012`],
    database: "shop",
    tags: {},
    share: (calls * meanMs) / TOTAL_MS,
    callsPerHour: calls / HOURS,
    calls,
    totalMs: calls * meanMs,
    meanMs,
    minMs: meanMs / 10,
    maxMs: meanMs * 7,
    stddevMs: meanMs / 3,
    p50Ms: null,
    p95Ms: null,
    p99Ms: null,
    rows: calls,
    planMs: null,
    sharedBlocksHit: calls * 12,
    sharedBlocksRead: Math.round(calls / 3),
    sharedBlocksDirtied: 0,
    tempBlocksRead: 0,
    tempBlocksWritten: 0,
    blockReadMs: null,
    blockWriteMs: null,
    walBytes: 0,
    plan: null,
    ...rest,
  };
}

const generic = (root: PlanNode): StatementItem["plan"] => ({ root, source: "explain-generic", repairs: [] });

export const sampleStatements: readonly StatementItem[] = [
  sampleStatement("7d1f0a93c2b14e58", ordersQuery, 245_412, 412, {
    rows: 4_908_240,
    sharedBlocksHit: 2_140_220_480,
    sharedBlocksRead: 11_240_112_004,
    plan: generic(ordersScan),
    tags: { route: "/orders", controller: "orders" },
  }),
  sampleStatement("2c60b7de11f8a034", "update invoices set status = $1, paid_at = now() where id = $2", 61_200, 288, {
    kind: "update",
    maxMs: 41_200,
  }),
  sampleStatement(
    "90ab44ce0d77f121",
    "select p.category_id, count(*), sum(i.quantity) from products p join order_items i on i.product_id = p.id where p.active and p.stock < $1 group by p.category_id",
    4_120,
    2_310,
    { plan: generic(itemsJoin) },
  ),
  sampleStatement("14fa0e22b9c8d367", "delete from products where id = $1", 2_040, 3_410, { kind: "delete" }),
  sampleStatement("55d2c1b0a7e6f948", "select * from customers where id = $1", 9_140_220, 0.62, {
    plan: generic(customerLookup),
  }),
  sampleStatement(
    "a8830f5ec4d2b716",
    "insert into order_items (order_id, product_id, quantity, price) values ($1, $2, $3, $4)",
    3_610_004,
    1.1,
    { kind: "insert", walBytes: 902_500_000 },
  ),
  sampleStatement(
    "c3b7e1490fa26d85",
    "select id, name, price from products where category_id = $1 and active order by name limit $2",
    820_400,
    3.8,
  ),
  sampleStatement(
    "e01942fb7c58ad63",
    "select count(*) from sessions where last_seen_at > now() - $1::interval",
    51_000,
    44,
  ),
  sampleStatement(
    "3f8a6db5e2071c94",
    "select i.*, p.name from order_items i join products p on p.id = i.product_id where i.order_id = $1",
    1_204_300,
    1.4,
  ),
  sampleStatement("b64d09c81e3f7a52", "update products set stock = stock - $1 where id = $2", 1_802_000, 0.7, {
    kind: "update",
  }),
  sampleStatement(
    "08e5f3a29db1c476",
    "insert into audit_log (actor, action, payload) values ($1, $2, $3)",
    5_402_118,
    0.19,
    { kind: "insert", rows: 5_402_118 },
  ),
  sampleStatement("d97c2a60415be8f3", "select setting_value from settings where name = $1", 12_400_330, 0.04),
];
