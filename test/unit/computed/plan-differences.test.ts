import { describe, expect, it } from "vitest";
import { differenceLabel, planDifferences } from "../../../src/computed/plan-differences.ts";
import type { PlanNode } from "../../../src/rule.ts";
import { planNode, relation } from "../../../src/testing.ts";

const seq = (name: string) => planNode({ operator: "seq-scan", relation: relation(name) });
const byIndex = (name: string, index: string) => planNode({ operator: "index-scan", relation: relation(name), index });
const bitmap = (name: string, index: string) =>
  planNode({
    operator: "bitmap-heap-scan",
    relation: relation(name),
    children: [planNode({ operator: "bitmap-index-scan", index })],
  });
const join = (operator: PlanNode["operator"], ...children: readonly PlanNode[]) => planNode({ operator, children });

const labels = (before: PlanNode, after: PlanNode) => planDifferences(before, after).map(differenceLabel);

describe("planDifferences", () => {
  it("takes a relation with and without its schema for one", () => {
    const bare = planNode({ operator: "seq-scan", relation: { schema: "", name: "orders" } });
    expect(planDifferences(bare, seq("billing.orders"))).toEqual([]);
    expect(labels(seq("billing.orders"), planNode({ ...bare, operator: "tid-scan", native: "Tid Scan" }))).toEqual([
      "orders: Tid Scan instead of Seq Scan",
    ]);
  });

  it("names another way to a relation, and the index that is no longer read", () => {
    const [found, ...rest] = planDifferences(byIndex("orders", "orders_state"), seq("orders"));
    expect(rest).toEqual([]);
    expect(found).toEqual({
      relation: relation("orders"),
      before: "Index Scan using orders_state",
      after: "Seq Scan",
      unusedIndexes: ["orders_state"],
    });
  });

  it("names another index, also below a bitmap", () => {
    expect(labels(bitmap("billing.orders", "a"), bitmap("billing.orders", "b"))).toEqual([
      "billing.orders: Bitmap Heap Scan using b instead of Bitmap Heap Scan using a",
    ]);
  });

  it("names another join and the steps that came with it", () => {
    const before = join("nested-loop", seq("a"), byIndex("b", "b_pkey"));
    const after = planNode({
      operator: "sort",
      children: [join("hash-join", seq("a"), planNode({ operator: "hash", children: [byIndex("b", "b_pkey")] }))],
    });
    expect(labels(before, after)).toEqual(["Hash Join instead of Nested Loop", "Sort added"]);
    expect(labels(after, before)).toEqual(["Nested Loop instead of Hash Join", "Sort no longer there"]);
  });

  it("counts joins: one of two may change", () => {
    const nested = (child: PlanNode) => join("nested-loop", seq("a"), child);
    const before = nested(join("nested-loop", seq("b"), seq("c")));
    const after = nested(join("hash-join", seq("b"), seq("c")));
    expect(labels(before, after)).toEqual(["Hash Join instead of Nested Loop"]);
  });

  it("names a relation that only one of them reads", () => {
    expect(labels(join("append", seq("p1"), seq("p2")), join("append", seq("p1")))).toEqual([
      "p2: Seq Scan no longer there",
    ]);
  });

  it("names the order where nothing else differs", () => {
    expect(labels(join("hash-join", seq("a"), seq("b")), join("hash-join", seq("b"), seq("a")))).toEqual([
      "the order b, a instead of the order a, b",
    ]);
  });

  it("finds none between plans that differ in costs, rows or workers", () => {
    const parallel = planNode({ operator: "seq-scan", native: "Parallel Seq Scan", relation: relation("orders") });
    const gathered = planNode({ operator: "gather", children: [parallel] });
    expect(planDifferences(gathered, planNode({ ...seq("orders"), totalCost: 9, estimatedRows: 7 }))).toEqual([]);
    const aggregate = (native: string, child: PlanNode) =>
      planNode({ operator: "aggregate", native, children: [child] });
    const partial = aggregate("Finalize Aggregate", aggregate("Partial Aggregate", parallel));
    expect(planDifferences(partial, aggregate("Aggregate", seq("orders")))).toEqual([]);
  });
});
