import { nodesOf, type PlanDifference, planRelationLabel } from "../../src/computed/plan-differences.ts";
import type { Index, RecommendationDraft, RelationName, Table } from "../../src/rule.ts";
import type { PlanPair } from "./plan-pairs.ts";

/** Of the statement's own database; null where it was not read. */
export interface Catalogue {
  readonly tables: readonly Table[] | null;
  readonly indexes: readonly Index[] | null;
}

const MAX_TABLES = 3;

/** An index that is gone explains more than statistics, so it comes first. */
export function changeAdvice(
  { before, after }: PlanPair,
  differences: readonly PlanDifference[],
  catalogue: Catalogue,
  isAlternating: boolean,
): readonly RecommendationDraft[] {
  if (isAlternating) {
    return [
      advice(
        "Look at both plans under the parameters of slow and fast calls; where a generic plan is the slow one, try plan_cache_mode = force_custom_plan for this statement, else more statistics (alter table … alter column … set statistics).",
      ),
    ];
  }
  const indexes = differences.flatMap(({ relation, unusedIndexes }) => {
    return relation === null ? [] : unusedIndexes.map((index) => indexAdvice(relation, index, catalogue));
  });
  const changed = differences.flatMap(({ relation }) => (relation === null ? [] : [relation]));
  // Where a join changed and no way to a table, the row counts of any table in it may have misled the planner.
  const tables = changed.length > 0 ? changed : relationsOf([before, after]);
  return [...indexes, ...tables.slice(0, MAX_TABLES).map((table) => analyzeAdvice(table, catalogue))];
}

function indexAdvice(relation: RelationName, index: string, { indexes }: Catalogue): RecommendationDraft {
  const table = planRelationLabel(relation);
  const own = (indexes ?? []).filter((known) => known.table.name === relation.name);
  const found = own.find(({ name }) => name === index);
  if (own.length > 0 && found === undefined) {
    return advice(`Create index ${index} on ${table} again, or one like it: the faster plan read it, and it is gone.`);
  }
  if (found?.isValid === false) {
    return advice(`Rebuild index ${index} on ${table}: the faster plan read it, and it is invalid.`);
  }
  const why =
    found === undefined ? "that it still exists and is valid" : "why the planner left it: it exists and is valid";
  return advice(`Check index ${index} on ${table}, which the faster plan read: ${why}.`);
}

function analyzeAdvice(relation: RelationName, { tables }: Catalogue): RecommendationDraft {
  const table = resolve(relation, tables);
  const label = planRelationLabel(relation);
  const summary = `Analyze ${label}: stale row counts and value frequencies are what most often changes a plan.`;
  return { ...advice(summary), action: table === null ? { kind: "advice" } : { kind: "analyze-table", table } };
}

/** auto_explain names no schema unless it is told to be verbose: a name that only one table has is enough. */
function resolve(relation: RelationName, tables: readonly Table[] | null): RelationName | null {
  if (relation.schema !== "") return relation;
  const [only, ...others] = (tables ?? []).filter(({ name }) => name === relation.name);
  return only === undefined || others.length > 0 ? null : { schema: only.schema, name: only.name };
}

function relationsOf(plans: readonly PlanPair["before"][]): readonly RelationName[] {
  const relations = plans.flatMap(({ root }) => nodesOf(root).flatMap(({ relation }) => relation ?? []));
  return [...new Map(relations.map((relation) => [relation.name, relation])).values()];
}

function advice(summary: string): RecommendationDraft {
  return { action: { kind: "advice" }, summary, verified: "estimate", risks: [] };
}
