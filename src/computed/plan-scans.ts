import type { PlanNode, PlanOperator } from "../model/plan.ts";
import type { RelationName } from "../model/primitives.ts";
import { type Conjunct, readConjuncts, readSortKey } from "./plan-predicates.ts";

/** A sequential scan under a filter, as it stands in its plan. */
export interface FilteredScan {
  readonly node: PlanNode;
  readonly relation: RelationName;
  readonly conjuncts: readonly Conjunct[];
  /** Rows of one execution that pass the filter, all parallel workers together; null where the planner does not say. */
  readonly keptRows: number | null;
  /** The scan's share of the plan's cost over all its executions, 0 to 1; an upper bound. */
  readonly costShare: number;
  /** A LIMIT or a subquery above may end the scan before its last row. */
  readonly mayStopEarly: boolean;
  /** The scan's kept rows are the statement's rows: nothing between drops, joins or folds rows. */
  readonly isStatementOutput: boolean;
  /** Columns of this relation that a sort under a LIMIT wants, in one direction; empty without such a sort. */
  readonly limitedSort: readonly string[];
}

/** A node with the share of the plan's cost that it has without its children. */
export interface CostlyNode {
  readonly node: PlanNode;
  readonly exclusiveShare: number;
}

interface Path {
  readonly root: PlanNode;
  /** From the root down to the parent. */
  readonly ancestors: readonly PlanNode[];
  readonly executions: number;
}

const PASSES_ROWS: ReadonlySet<PlanOperator> = new Set([
  "sort",
  "incremental-sort",
  "gather",
  "gather-merge",
  "append",
  "merge-append",
  "lock-rows",
  "modify",
]);
const TRANSPARENT: ReadonlySet<PlanOperator> = new Set(["gather", "gather-merge", "append", "merge-append"]);
const BLOCKS: ReadonlySet<PlanOperator> = new Set(["sort", "aggregate", "hash", "window", "materialize"]);
/** Nodes between a join and the scan that it reads. */
const HOLDS_ROWS: ReadonlySet<PlanOperator> = new Set(["hash", "materialize", "memoize"]);
/** Joins that a look-up of single rows can replace. */
const NARROWING_JOINS: ReadonlySet<string> = new Set([
  "Hash Join",
  "Parallel Hash Join",
  "Hash Left Join",
  "Hash Right Join",
  "Nested Loop",
  "Nested Loop Left Join",
]);
/** Share of a scan's rows that both the join and its other side stay below. */
const MAX_JOINED = 0.01;
const CACHES: ReadonlySet<PlanOperator> = new Set(["materialize", "memoize", "hash", "cte-scan"]);

const memo = new WeakMap<PlanNode, readonly FilteredScan[]>();

/** Every sequential scan with a filter, and every one without that a join with few rows narrows, in plan order. */
export function filteredScans(root: PlanNode): readonly FilteredScan[] {
  const known = memo.get(root);
  if (known !== undefined) return known;
  const scans: FilteredScan[] = [];
  visit(root, { root, ancestors: [], executions: 1 }, (node, path) => {
    const scan = scanOf(node, path) ?? joinedScanOf(node, path);
    if (scan !== null) scans.push(scan);
  });
  memo.set(root, scans);
  return scans;
}

/** The node that costs most without its children, over all its executions; null where the plan has no costs. */
export function costliestNode(root: PlanNode): CostlyNode | null {
  let worst: CostlyNode | null = null;
  visit(root, { root, ancestors: [], executions: 1 }, (node, path) => {
    if (node.totalCost === null || root.totalCost === null || root.totalCost <= 0) return;
    const below = node.children.reduce((sum, child) => sum + (child.totalCost ?? 0) * executionsUnder(node, child), 0);
    const share = Math.min(1, (Math.max(0, node.totalCost - below) * path.executions) / root.totalCost);
    if (worst === null || share > worst.exclusiveShare) worst = { node, exclusiveShare: share };
  });
  return worst;
}

/** A node without what hangs below it, as evidence keeps it. */
export function withoutChildren({ children: _children, ...node }: PlanNode): Omit<PlanNode, "children"> {
  return node;
}

function visit(node: PlanNode, path: Path, see: (node: PlanNode, path: Path) => void): void {
  see(node, path);
  for (const child of node.children) {
    const executions = path.executions * executionsUnder(node, child);
    visit(child, { root: path.root, ancestors: [...path.ancestors, node], executions }, see);
  }
}

/** How often a child runs for one run of its parent, as the planner expects. */
function executionsUnder(parent: PlanNode, child: PlanNode): number {
  if (child.relationship === "sub-plan" && child.subplanName?.startsWith("CTE") !== true)
    return subplanRuns(parent, child);
  if (parent.operator !== "nested-loop" || child.relationship !== "inner" || CACHES.has(child.operator)) return 1;
  const outer = parent.children.find(({ relationship }) => relationship === "outer");
  return Math.max(1, outer?.estimatedRows ?? 1);
}

function subplanRuns(parent: PlanNode, child: PlanNode): number {
  const isHashed = parent.filter?.includes("hashed SubPlan") === true;
  return isHashed || CACHES.has(child.operator) ? 1 : Math.max(1, parent.estimatedRows ?? 1);
}

function scanOf(node: PlanNode, path: Path): FilteredScan | null {
  if (node.operator !== "seq-scan" || node.relation === null || node.filter === null) return null;
  const alias = node.alias ?? node.relation.name;
  return {
    node,
    relation: node.relation,
    conjuncts: readConjuncts(node.filter, alias),
    keptRows: node.estimatedRows === null ? null : node.estimatedRows * parallelDivisor(node, path),
    costShare: costShareOf(node, path),
    mayStopEarly: mayStopEarly(node, path),
    isStatementOutput: path.ancestors.every(({ operator }) => PASSES_ROWS.has(operator)) && !isSubplan(node, path),
    limitedSort: limitedSort(path.ancestors, alias),
  };
}

/** A whole scan of which a join with few rows keeps few: with an index, each of those rows would look up its own. */
function joinedScanOf(node: PlanNode, path: Path): FilteredScan | null {
  if (node.operator !== "seq-scan" || node.relation === null || node.filter !== null) return null;
  const at = path.ancestors.findLastIndex(({ operator }) => !HOLDS_ROWS.has(operator));
  const join = path.ancestors[at];
  const side = path.ancestors[at + 1] ?? node;
  if (join === undefined || !NARROWING_JOINS.has(join.native) || join.joinCondition === null) return null;
  const other = join.children.find((child) => isSide(child) && child !== side);
  if (other === undefined || !isSide(side) || hasGuessedRange(other)) return null;
  const few = MAX_JOINED * (node.estimatedRows ?? 0);
  if (other.estimatedRows === null || join.estimatedRows === null) return null;
  if (other.estimatedRows > few || join.estimatedRows > few) return null;
  const alias = node.alias ?? node.relation.name;
  return {
    node,
    relation: node.relation,
    conjuncts: readConjuncts(join.joinCondition, alias),
    keptRows: join.estimatedRows * parallelDivisor(node, path),
    costShare: costShareOf(node, path),
    mayStopEarly: mayStopEarly(node, path),
    isStatementOutput: false,
    limitedSort: [],
  };
}

function isSide({ relationship }: PlanNode): boolean {
  return relationship === "outer" || relationship === "inner";
}

/** How many rows a range between parameters or a pattern keeps is the planner's guess, and so is all above it. */
function hasGuessedRange(node: PlanNode): boolean {
  const conditions = [node.filter, node.indexCondition];
  return conditions.some((sql) => sql !== null && /[<>~]/.test(sql)) || node.children.some(hasGuessedRange);
}

/** A node below a Gather counts the rows of one process; the leader helps less the more workers there are. */
function parallelDivisor(node: PlanNode, { ancestors }: Path): number {
  if (!node.native.startsWith("Parallel")) return 1;
  const gather = ancestors.findLast(({ operator }) => operator === "gather" || operator === "gather-merge");
  const workers = gather?.workersPlanned ?? 0;
  return workers + Math.max(0, 1 - 0.3 * workers);
}

function costShareOf({ totalCost }: PlanNode, { root, executions }: Path): number {
  if (totalCost === null || root.totalCost === null || root.totalCost <= 0) return 0;
  return Math.min(1, (totalCost * executions) / root.totalCost);
}

function isSubplan(node: PlanNode, { ancestors }: Path): boolean {
  return [...ancestors, node].some(({ relationship }) => relationship === "sub-plan" || relationship === "init-plan");
}

function mayStopEarly(node: PlanNode, path: Path): boolean {
  const lastBlock = path.ancestors.findLastIndex(({ operator }) => BLOCKS.has(operator));
  const near = path.ancestors.slice(lastBlock + 1);
  return near.some(({ operator }) => operator === "limit") || isSubplan(node, path);
}

function limitedSort(ancestors: readonly PlanNode[], alias: string): readonly string[] {
  const above = ancestors.filter(({ operator }) => !TRANSPARENT.has(operator));
  const sort = above.at(-1);
  const limit = above.at(-2);
  if (sort?.operator !== "sort" || limit?.operator !== "limit") return [];
  const keys = sort.sortKeys.map((key) => readSortKey(key, alias));
  const [first] = keys;
  if (first === null || first === undefined) return [];
  const columns = keys.flatMap((key) => (key !== null && key.descending === first.descending ? [key.column] : []));
  return columns.length === keys.length ? columns : [];
}
