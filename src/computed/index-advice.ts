import type { Table } from "../model/catalog.ts";
import type { RelationName } from "../model/primitives.ts";
import type { RecommendationDraft } from "../model/recommendation.ts";
import { relationLabel } from "./relations.ts";

/**
 * Advice to create a B-tree on columns of a table. The server builds none on a partitioned table concurrently, so that
 * there the steps are named instead of a statement that would fail, or lock out every write.
 */
export function createIndexAdvice(
  { schema, name, kind }: RelationName & Pick<Table, "kind">,
  columns: readonly string[],
  risks: readonly string[],
): RecommendationDraft {
  const table = { schema, name };
  const label = relationLabel(table);
  const summary = `Create an index on ${label} (${columns.join(", ")})`;
  if (kind !== "partitioned-table") {
    return { action: { kind: "create-index", table, columns }, summary: `${summary}.`, verified: "estimate", risks };
  }
  return {
    action: { kind: "advice" },
    summary: `${summary}, partition by partition: create it on only ${label}, then concurrently on each partition, and attach these to it.`,
    verified: "estimate",
    risks: [
      `\`create index on ${label}\` in one step locks out writes to every partition until it is built.`,
      ...risks,
    ],
  };
}
