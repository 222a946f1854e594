import type { PlanActual, PlanNode, PlanRelationship } from "../../../model/plan.ts";
import type { RelationName } from "../../../model/primitives.ts";
import { redactSql } from "../../../sql/redact.ts";
import { isRow } from "../rows.ts";
import type { Row } from "../session.ts";
import { nativeName } from "./native-name.ts";
import { operatorOf } from "./operators.ts";

export interface NormalizeOptions {
  readonly keepLiterals: boolean;
  /** Keeps a relation without its schema as `{ schema: "", name }`, as auto_explain logs it; default: null. */
  readonly bareRelations?: boolean;
}

const RELATIONSHIPS: Readonly<Record<string, PlanRelationship>> = {
  Outer: "outer",
  Inner: "inner",
  Member: "member",
  InitPlan: "init-plan",
  SubPlan: "sub-plan",
  Subquery: "subquery",
};

/**
 * The tree of EXPLAIN (FORMAT JSON): its text, or the value parsed from it. Costs stay in the planner's units. Throws
 * a TypeError where this is no plan.
 */
export function normalizePlan(explained: unknown, options: NormalizeOptions): PlanNode {
  const plan = planOf(explained);
  if (plan === null) throw new TypeError("the server's answer to EXPLAIN holds no plan");
  return normalizeNode(plan, options, "root");
}

/** The raw root node of EXPLAIN's answer; null where there is none: a rule may rewrite a statement to nothing. */
export function planOf(explained: unknown): Row | null {
  const parsed: unknown = typeof explained === "string" ? JSON.parse(explained) : explained;
  const first: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
  const plan = isRow(first) ? first["Plan"] : undefined;
  return isRow(plan) ? plan : null;
}

/** The raw nodes under a raw node. */
export function childrenOf(node: Row): Row[] {
  const plans = node["Plans"];
  return Array.isArray(plans) ? plans.filter(isRow) : [];
}

function normalizeNode(node: Row, options: NormalizeOptions, relationship: PlanRelationship): PlanNode {
  const condition = (...names: readonly string[]): string | null => conditionOf(node, names, options);
  const keys = (name: string): string[] => textsOf(node, name).map((key) => redact(key, options));
  return {
    operator: operatorOf(textOf(node, "Node Type") ?? ""),
    native: nativeName(node),
    relationship,
    relation: relationOf(node, options),
    alias: textOf(node, "Alias"),
    index: textOf(node, "Index Name"),
    cteName: textOf(node, "CTE Name"),
    subplanName: textOf(node, "Subplan Name"),
    startupCost: numberOf(node, "Startup Cost"),
    totalCost: numberOf(node, "Total Cost"),
    estimatedRows: numberOf(node, "Plan Rows"),
    widthBytes: numberOf(node, "Plan Width"),
    indexCondition: condition("Index Cond", "TID Cond"),
    filter: condition("Filter", "One-Time Filter"),
    joinCondition: condition("Hash Cond", "Merge Cond", "Join Filter"),
    sortKeys: keys("Sort Key"),
    groupKeys: keys("Group Key"),
    workersPlanned: numberOf(node, "Workers Planned"),
    actual: actualOf(node),
    children: childrenOf(node).map((child) => normalizeNode(child, options, relationshipOf(child, node))),
  };
}

/** Up to 13 the one input of INSERT, UPDATE and DELETE is a Member, as if they could have several tables. */
function relationshipOf(child: Row, parent: Row): PlanRelationship {
  const named = RELATIONSHIPS[textOf(child, "Parent Relationship") ?? ""] ?? "other";
  if (named !== "member" || textOf(parent, "Node Type") !== "ModifyTable") return named;
  const members = childrenOf(parent).filter((sibling) => textOf(sibling, "Parent Relationship") === "Member");
  return members.length === 1 ? "outer" : named;
}

/** Only EXPLAIN (VERBOSE) names the schema; a bare name could mean any of several tables. */
function relationOf(node: Row, { bareRelations = false }: NormalizeOptions): RelationName | null {
  const name = textOf(node, "Relation Name");
  const schema = textOf(node, "Schema") ?? (bareRelations ? "" : null);
  return name === null || schema === null ? null : { schema, name };
}

function conditionOf(node: Row, names: readonly string[], options: NormalizeOptions): string | null {
  const parts = names.flatMap((name) => textOf(node, name) ?? []);
  return parts.length === 0 ? null : parts.map((part) => redact(part, options)).join(" AND ");
}

function actualOf(node: Row): PlanActual | null {
  const rows = numberOf(node, "Actual Rows");
  const loops = numberOf(node, "Actual Loops");
  if (rows === null || loops === null) return null;
  return {
    rows,
    loops,
    totalMs: numberOf(node, "Actual Total Time"),
    rowsRemovedByFilter: numberOf(node, "Rows Removed by Filter"),
    sharedBlocksHit: numberOf(node, "Shared Hit Blocks"),
    sharedBlocksRead: numberOf(node, "Shared Read Blocks"),
    tempBlocksWritten: numberOf(node, "Temp Written Blocks"),
  };
}

function redact(expression: string, { keepLiterals }: NormalizeOptions): string {
  return redactSql(expression, { dialect: "postgres", keepLiterals }).text;
}

function textOf(node: Row, name: string): string | null {
  const value = node[name];
  return typeof value === "string" ? value : null;
}

function numberOf(node: Row, name: string): number | null {
  const value = node[name];
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

function textsOf(node: Row, name: string): string[] {
  const value = node[name];
  return Array.isArray(value) ? value.filter((element) => typeof element === "string") : [];
}
