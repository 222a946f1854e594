import { describe, expect, it } from "vitest";
import { type CostedNode, costPlan } from "../../../src/report/plan-shares.ts";
import { itemsJoin, ordersScan, planNode } from "../../support/sample-plans.ts";

const flat = (node: CostedNode): CostedNode[] => [node, ...node.children.flatMap(flat)];
const actual = (totalMs: number, loops: number) => ({
  rows: 1,
  loops,
  totalMs,
  rowsRemovedByFilter: null,
  sharedBlocksHit: null,
  sharedBlocksRead: null,
  tempBlocksWritten: null,
});

describe("costPlan", () => {
  it.each([ordersScan, itemsJoin])("gives every node a share that adds up to one", (plan) => {
    const shares = flat(costPlan(plan).root).map((node) => node.share ?? -1);
    expect(shares.every((share) => share >= 0)).toBe(true);
    expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
  });

  it("marks the costliest node and the way to it", () => {
    const nodes = flat(costPlan(ordersScan).root);
    expect(nodes.filter((node) => node.isCostliest).map((node) => node.node.native)).toEqual(["Parallel Seq Scan"]);
    expect(nodes.every((node) => node.onCostlyPath)).toBe(true);
  });

  it("counts the inner side of a nested loop once for each outer row", () => {
    const costliest = flat(costPlan(itemsJoin).root).find((node) => node.isCostliest);
    expect(costliest?.node.native).toBe("Index Scan");
  });

  it("goes by measured time where there is one", () => {
    const child = planNode("index-scan", "Index Scan", { totalCost: 1, actual: actual(2, 40) });
    const plan = costPlan(planNode("sort", "Sort", { totalCost: 100, actual: actual(100, 1), children: [child] }));
    expect(plan.basis).toBe("time");
    expect(plan.root.children[0]?.share).toBeCloseTo(0.8);
  });

  it("knows no share without costs", () => {
    const plan = costPlan(planNode("result", "Result"));
    expect(plan).toMatchObject({ basis: null, root: { share: null, isCostliest: false } });
  });
});
