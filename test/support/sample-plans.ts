import type { PlanNode, PlanOperator } from "../../src/model/plan.ts";

const EMPTY: Omit<PlanNode, "operator" | "native"> = {
  relationship: "outer",
  relation: null,
  alias: null,
  index: null,
  cteName: null,
  subplanName: null,
  startupCost: null,
  totalCost: null,
  estimatedRows: null,
  widthBytes: null,
  indexCondition: null,
  filter: null,
  joinCondition: null,
  sortKeys: [],
  groupKeys: [],
  workersPlanned: null,
  actual: null,
  children: [],
};

/** A plan node with only what a test cares about. */
export function planNode(operator: PlanOperator, native: string, rest: Partial<PlanNode> = {}): PlanNode {
  return { ...EMPTY, operator, native, ...rest };
}

const orders = { schema: "public", name: "orders" };
const items = { schema: "public", name: "order_items" };
const products = { schema: "public", name: "products" };

/** Limit over a sort over a parallel sequential scan. */
export const ordersScan: PlanNode = planNode("limit", "Limit", {
  relationship: "root",
  startupCost: 52_308,
  totalCost: 52_310,
  estimatedRows: 20,
  widthBytes: 16,
  children: [
    planNode("gather-merge", "Gather Merge", {
      totalCost: 52_333,
      estimatedRows: 214,
      workersPlanned: 2,
      children: [
        planNode("sort", "Sort", {
          totalCost: 51_310,
          estimatedRows: 107,
          sortKeys: ["created_at DESC"],
          children: [
            planNode("seq-scan", "Parallel Seq Scan", {
              relation: orders,
              totalCost: 51_304,
              estimatedRows: 107,
              filter: "((customer_id = $1) AND (status = $2))",
            }),
          ],
        }),
      ],
    }),
  ],
});

/** A nested loop whose inner side goes through an index. */
export const itemsJoin: PlanNode = planNode("aggregate", "HashAggregate", {
  relationship: "root",
  totalCost: 1_912,
  estimatedRows: 40,
  groupKeys: ["p.category_id"],
  children: [
    planNode("nested-loop", "Nested Loop", {
      totalCost: 1_804,
      estimatedRows: 210,
      children: [
        planNode("seq-scan", "Seq Scan", {
          relation: products,
          alias: "p",
          totalCost: 620,
          estimatedRows: 210,
          filter: "(active AND (stock < $1))",
        }),
        planNode("index-scan", "Index Scan", {
          relationship: "inner",
          relation: items,
          alias: "i",
          index: "order_items_product_id_idx",
          totalCost: 5.4,
          estimatedRows: 1,
          indexCondition: "(product_id = p.id)",
        }),
      ],
    }),
  ],
});

/** One row through the primary key. */
export const customerLookup: PlanNode = planNode("index-scan", "Index Scan", {
  relationship: "root",
  relation: { schema: "public", name: "customers" },
  index: "customers_pkey",
  totalCost: 8.44,
  estimatedRows: 1,
  indexCondition: "(id = $1)",
});
