import { createHash } from "node:crypto";
import type { PlanNode, PlanRelationship } from "../../../model/plan.ts";

const PARALLEL_FLAGS = /^(?:(?:Parallel|Async) )+/;

interface ShapeNode {
  readonly node: PlanNode;
  readonly relationship: PlanRelationship;
  readonly children: readonly ShapeNode[];
}

/**
 * Names the shape of a plan with 12 hex digits: operators, tables, indexes and how they hang together. Blind to costs,
 * rows, literals, aliases and the number of workers, and to two things beside:
 *
 * - Schemas. auto_explain names none without VERBOSE, and tenants by schema share their plans.
 * - Whether several processes did the work: one statement runs parallel in a session and serial through a cursor or in
 *   a function. Gather, Gather Merge and the partial aggregates below them are left out.
 */
export function planShape(root: PlanNode): string {
  return digest(serialNodes(root, root.relationship, false).map(digestOf)).slice(0, 12);
}

/** The node as a plan of one process has it: itself, or what is left where it is for parallel work alone. */
function serialNodes(node: PlanNode, relationship: PlanRelationship, isGathered: boolean): ShapeNode[] {
  const isGather = node.operator === "gather" || node.operator === "gather-merge";
  const isPartial = isGathered && node.operator === "aggregate" && node.native.startsWith("Partial ");
  const children = node.children.flatMap((child) =>
    serialNodes(child, child.relationship, isSubplan(child.relationship) ? false : isGathered || isGather),
  );
  return isGather || isPartial ? replaced(children, relationship) : [{ node, relationship, children }];
}

/** A serial plan has the subplans of the node that is left out at the node below it. */
function replaced(children: readonly ShapeNode[], relationship: PlanRelationship): ShapeNode[] {
  const subplans = children.filter((child) => isSubplan(child.relationship));
  const [input, ...others] = children.filter((child) => !isSubplan(child.relationship));
  if (input === undefined) return subplans;
  return [{ ...input, relationship, children: [...subplans, ...input.children] }, ...others];
}

function isSubplan(relationship: PlanRelationship): boolean {
  return relationship === "init-plan" || relationship === "sub-plan";
}

/** Members of an Append or a BitmapAnd come in the order of their costs, inputs of a join in one that matters. */
function digestOf({ node, relationship, children }: ShapeNode): string {
  const operator = node.operator === "other" ? node.native.replace(PARALLEL_FLAGS, "") : node.operator;
  const place = isSubplan(relationship) ? relationship : "";
  const members = children.filter((child) => child.relationship === "member").map(digestOf);
  const inputs = children.filter((child) => child.relationship !== "member").map(digestOf);
  return digest([place, operator, node.relation?.name ?? "", node.index ?? "", inputs, members.sort()]);
}

function digest(parts: readonly (string | readonly string[])[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
