import type { PlanNode, PlanOperator } from "../model/plan.ts";
import type { RelationName } from "../model/primitives.ts";
import { relationLabel } from "./relations.ts";

/** One thing in which two plans of a statement differ. */
export interface PlanDifference {
  /** Null where it is a join or another step, rather than the way to one relation. */
  readonly relation: RelationName | null;
  /** As the plans name it: `Index Scan using orders_state_idx`; null where that plan has nothing of the kind. */
  readonly before: string | null;
  readonly after: string | null;
  /** Indexes that the first plan reads and the second one does not. */
  readonly unusedIndexes: readonly string[];
}

interface Access {
  readonly relation: RelationName;
  readonly label: string;
  readonly indexes: readonly string[];
}

const JOINS: ReadonlySet<PlanOperator> = new Set(["nested-loop", "hash-join", "merge-join"]);
/** Ways to a relation that read an index below the node that names the relation. */
const READS_BELOW: ReadonlySet<PlanOperator> = new Set(["bitmap-heap-scan"]);
/** Steps that come with another one, or with parallel workers. */
const IGNORED: ReadonlySet<PlanOperator> = new Set([
  "hash",
  "bitmap-index-scan",
  "bitmap-combine",
  "result",
  "modify",
  "gather",
  "gather-merge",
]);

/** What the second plan does otherwise: first the ways to the relations, then joins, then other steps. */
export function planDifferences(before: PlanNode, after: PlanNode): readonly PlanDifference[] {
  const [old, now] = [nodesOf(before), nodesOf(after)];
  const accesses = accessDifferences(old, now);
  const joins = difference(old, now, ({ operator }) => JOINS.has(operator));
  const steps = difference(old, now, isOtherStep);
  const found = [...accesses, ...joins, ...steps];
  return found.length > 0 ? found : orderDifference(old, now);
}

/** `orders: Seq Scan instead of Index Scan using orders_state_idx`. */
export function differenceLabel({ relation, before, after }: PlanDifference): string {
  const where = relation === null ? "" : `${planRelationLabel(relation)}: `;
  if (before === null) return `${where}${after} added`;
  return after === null ? `${where}${before} no longer there` : `${where}${after} instead of ${before}`;
}

/** A relation of a plan; auto_explain names no schema unless it is told to be verbose. */
export function planRelationLabel(relation: RelationName): string {
  return relation.schema === "" ? relation.name : relationLabel(relation);
}

/** Every node of a plan, from the root down. */
export function nodesOf(root: PlanNode): readonly PlanNode[] {
  return [root, ...root.children.flatMap(nodesOf)];
}

function accessDifferences(before: readonly PlanNode[], after: readonly PlanNode[]): PlanDifference[] {
  const [old, now] = [accesses(before), accesses(after)];
  // By name alone, as tenants that share a plan differ in the schema, which auto_explain mostly leaves out.
  const relations = new Map([...old, ...now].map(({ relation }) => [relation.name, relation]));
  return [...relations].flatMap(([name, relation]): PlanDifference[] => {
    const own = (all: readonly Access[]) => all.filter((access) => access.relation.name === name);
    const [from, to] = [joined(own(old)), joined(own(now))];
    if (from === to) return [];
    const used = new Set(own(now).flatMap(({ indexes }) => indexes));
    const unused = own(old).flatMap(({ indexes }) => indexes.filter((index) => !used.has(index)));
    return [{ relation, before: from, after: to, unusedIndexes: [...new Set(unused)] }];
  });
}

/** A relation may be read several times; in which order does not matter. */
function joined(accesses: readonly Access[]): string | null {
  const labels = accesses.map(({ label }) => label).toSorted();
  return labels.length === 0 ? null : labels.join(" and ");
}

function accesses(nodes: readonly PlanNode[]): readonly Access[] {
  return nodes.flatMap((node): Access[] => {
    if (!isAccess(node) || node.relation === null) return [];
    const indexes = READS_BELOW.has(node.operator) ? indexesBelow(node) : node.index === null ? [] : [node.index];
    const native = serialName(node);
    const label = indexes.length === 0 ? native : `${native} using ${indexes.join(" and ")}`;
    return [{ relation: node.relation, label, indexes }];
  });
}

function isAccess({ operator, relation }: PlanNode): boolean {
  return relation !== null && operator !== "modify" && operator !== "bitmap-index-scan";
}

function isOtherStep(node: PlanNode): boolean {
  return (
    !JOINS.has(node.operator) && !IGNORED.has(node.operator) && !isAccess(node) && !node.native.startsWith("Partial ")
  );
}

function indexesBelow(node: PlanNode): string[] {
  return [...new Set(nodesOf(node).flatMap(({ index }) => index ?? []))].toSorted();
}

/** A node's own words without what says that several processes work on it. */
function serialName({ native }: PlanNode): string {
  return native.replace(/^(?:Parallel|Finalize) /, "");
}

/** Steps of a kind that only one plan has, or has more often. */
function difference(
  before: readonly PlanNode[],
  after: readonly PlanNode[],
  isOfKind: (node: PlanNode) => boolean,
): PlanDifference[] {
  const labels = (nodes: readonly PlanNode[]) => nodes.filter(isOfKind).map(serialName);
  const [old, now] = [labels(before), labels(after)];
  const gone = without(old, now);
  const added = without(now, old);
  if (gone.length === 0 && added.length === 0) return [];
  const text = (list: readonly string[]) => (list.length === 0 ? null : list.join(" and "));
  return [{ relation: null, before: text(gone), after: text(added), unusedIndexes: [] }];
}

function without(list: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return list.filter((item) => {
    const at = left.indexOf(item);
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
}

/** The same steps in another order: which relation comes first says most. */
function orderDifference(before: readonly PlanNode[], after: readonly PlanNode[]): PlanDifference[] {
  const order = (nodes: readonly PlanNode[]) => accesses(nodes).map(({ relation }) => relation.name);
  const [from, to] = [order(before).join(", "), order(after).join(", ")];
  if (from === to) return [];
  return [{ relation: null, before: `the order ${from}`, after: `the order ${to}`, unusedIndexes: [] }];
}
