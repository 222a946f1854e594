import type { PlanNode } from "../model/plan.ts";

/** A plan node with its part of the whole plan's cost. */
export interface CostedNode {
  readonly node: PlanNode;
  /** Part of the plan that this node itself takes, without its children; 0 to 1, all nodes add up to 1. Null without costs. */
  readonly share: number | null;
  /** On the way from the root to the node with the largest share. */
  readonly onCostlyPath: boolean;
  /** The node with the largest share. */
  readonly isCostliest: boolean;
  readonly children: readonly CostedNode[];
}

export interface CostedPlan {
  readonly root: CostedNode;
  /** What the shares are of: measured time, where the plan was executed, else the planner's cost. */
  readonly basis: "time" | "cost" | null;
}

/** Spreads the cost of a plan over its nodes, from the root down. */
export function costPlan(root: PlanNode): CostedPlan {
  const basis = isTimed(root) ? "time" : root.totalCost === null || root.totalCost <= 0 ? null : "cost";
  if (basis === null) return { root: mark(spreadCost(root, null, "cost"), null), basis };
  const plan = spreadCost(root, 1, basis);
  return { root: mark(plan, costliest(plan).node), basis };
}

interface Spread {
  readonly node: PlanNode;
  readonly share: number | null;
  readonly children: readonly Spread[];
}

/**
 * Divides a node's budget among itself and its children. Children never take more than the budget: under a Limit
 * a child's own total is that of a run to its end, which does not happen.
 */
function spreadCost(node: PlanNode, budget: number | null, basis: "time" | "cost"): Spread {
  const total = weight(node, basis);
  if (budget === null || total === null || total <= 0) {
    return {
      node,
      share: budget,
      children: node.children.map((child) => spreadCost(child, budget === null ? null : 0, basis)),
    };
  }
  const parts = node.children.map((child) => (weight(child, basis) ?? 0) * executions(node, child, basis));
  const sum = parts.reduce((a, b) => a + b, 0);
  const scale = budget / Math.max(total, sum);
  const children = node.children.map((child, index) => spreadCost(child, (parts[index] ?? 0) * scale, basis));
  return { node, share: Math.max(0, budget - sum * scale), children };
}

function weight(node: PlanNode, basis: "time" | "cost"): number | null {
  if (basis === "cost") return node.totalCost;
  return node.actual === null || node.actual.totalMs === null ? null : node.actual.totalMs * node.actual.loops;
}

/** Cost is per execution: the inner side of a nested loop runs once for each outer row. Measured time has loops in it. */
function executions(parent: PlanNode, child: PlanNode, basis: "time" | "cost"): number {
  if (basis === "time" || parent.operator !== "nested-loop" || child.relationship !== "inner") return 1;
  const outer = parent.children.find((other) => other.relationship === "outer");
  return Math.max(1, outer?.estimatedRows ?? 1);
}

function isTimed(node: PlanNode): boolean {
  return node.actual !== null && node.actual.totalMs !== null && node.actual.totalMs > 0;
}

function costliest(spread: Spread): Spread {
  return spread.children
    .map(costliest)
    .reduce((best, next) => ((next.share ?? 0) > (best.share ?? 0) ? next : best), spread);
}

function mark(spread: Spread, target: PlanNode | null): CostedNode {
  const children = spread.children.map((child) => mark(child, target));
  const isCostliest = target !== null && spread.node === target;
  return {
    node: spread.node,
    share: spread.share,
    isCostliest,
    onCostlyPath: isCostliest || children.some((child) => child.onCostlyPath),
    children,
  };
}
