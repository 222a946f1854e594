import { isKeyIndexed } from "../../src/computed/foreign-key-indexes.ts";
import { createIndexAdvice } from "../../src/computed/index-advice.ts";
import {
  columnTopic,
  findTable,
  relationLabel,
  statisticsByTable,
  totalRows,
  withPartitions,
} from "../../src/computed/relations.ts";
import {
  type Constraint,
  defineRule,
  type Evidence,
  type FindingDraft,
  type RelationName,
  type Table,
} from "../../src/rule.ts";
import { formatCount, plural } from "../../src/util/units.ts";

export default defineRule({
  meta: {
    id: "unindexed-foreign-key",
    title: "A foreign key has no index on the referencing columns",
    category: "index",
    severity: "info",
    scope: "database",
    engines: ["postgres"],
  },
  needs: ["constraints", "indexes", "tables"],
  uses: ["tableStatistics", "columnStatistics"],
  thresholds: {
    minRows: { default: 10_000, unit: "rows", description: "Ignore referencing tables with fewer rows." },
  },
  *detect({ artifacts: { constraints, indexes, tables, tableStatistics, columnStatistics }, thresholds }) {
    const seen = new Set<string>();
    for (const key of constraints) {
      if (key.kind !== "foreign-key" || key.references === null || key.isInherited) continue;
      const child = findTable(tables, key.table);
      if (child === null || child.kind === "foreign-table" || key.columns.length === 0) continue;
      const rows = totalRows(tables, child);
      if (rows === null || rows < thresholds.minRows) continue;
      const isIndexed = isKeyIndexed(key, child, rows, { tables, indexes, columnStatistics });
      const place = JSON.stringify([child.schema, child.name, key.columns.toSorted()]);
      if (isIndexed || seen.has(place)) continue;
      seen.add(place);
      const parent = findTable(tables, key.references.table);
      const referenced: readonly RelationName[] =
        parent === null ? [key.references.table] : withPartitions(tables, parent);
      const deletes =
        tableStatistics === null
          ? null
          : referenced.reduce((sum, name) => sum + (statisticsByTable(tableStatistics, name)[0]?.rowsDeleted ?? 0), 0);
      yield draftOf(key, child, key.references.table, rows, deletes);
    }
  },
});

function draftOf(
  key: Constraint,
  child: Table,
  parent: RelationName,
  rows: number,
  deletes: number | null,
): FindingDraft {
  const { schema, name } = child;
  const table = { schema, name };
  const columns = key.columns.join(", ");
  const [leading = ""] = key.columns;
  const parentName = relationLabel(parent);
  const isHurt = deletes !== null && deletes > 0;
  const cost = `each delete there has to look through about ${formatCount(rows)} rows of ${relationLabel(child)}`;
  const counted = isHurt
    ? `${plural(deletes, "row")} of ${parentName} were deleted since the counters were reset: ${cost}, while the deleting transaction keeps its locks`
    : `no delete on ${parentName} was counted, so nothing is lost at this time; ${cost}`;
  const evidence: Evidence[] = [
    {
      kind: "note",
      text: `foreign key ${key.name}: ${relationLabel(child)} (${columns}) references ${parentName} (${key.references?.columns.join(", ") ?? ""})`,
    },
    {
      kind: "metric",
      name: `rows of ${relationLabel(child)}`,
      value: rows,
      unit: "rows",
      source: "pg_class.reltuples",
    },
  ];
  if (deletes !== null) {
    evidence.push({
      kind: "metric",
      name: `rows deleted from ${parentName}`,
      value: deletes,
      unit: "rows",
      source: "pg_stat_user_tables",
    });
  }
  return {
    subject: { kind: "columns", table, columns: key.columns },
    severity: isHurt ? "warning" : "info",
    confidence: "estimated",
    headline: `The foreign key ${key.name} of ${relationLabel(child)} has no index.`,
    message: `${relationLabel(child)} (${columns}) references ${parentName} and no index opens with these columns; ${deletes === null ? `deletes on ${parentName} could not be counted; ${cost}` : counted}.`,
    evidence,
    savesMsPerHour: null,
    recommendations: [
      createIndexAdvice(child, key.columns, [
        "Building it reads the whole table.",
        "Every insert, and every update that is not HOT, then writes one more index.",
      ]),
    ],
    topics: [columnTopic(table, leading)],
  };
}
