import { type AutovacuumLimits, autovacuumLimits } from "../../src/computed/autovacuum.ts";
import { relationKey, relationLabel } from "../../src/computed/relations.ts";
import { defineRule, type FindingDraft, type Settings, type Table, type TableStatistic } from "../../src/rule.ts";
import { formatCount, formatShare } from "../../src/util/units.ts";

interface Limits {
  readonly minRows: number;
  readonly minShare: number;
  readonly staleFactor: number;
}

/** ANALYZE counts a table's rows from a sample. */
const SAMPLING_ERROR = 1.05;

export default defineRule({
  meta: {
    id: "stale-statistics",
    title: "The planner's statistics no longer describe the table",
    category: "maintenance",
    severity: "warning",
    scope: "database",
    engines: ["postgres"],
  },
  needs: ["tables", "tableStatistics"],
  uses: ["settings"],
  thresholds: {
    minRows: { default: 10_000, unit: "rows", description: "Tables with fewer rows are ignored." },
    minShare: {
      default: 0.2,
      unit: "share",
      description: "Statistics are fresh while fewer rows than this share of the table changed since the last analyze.",
    },
    staleFactor: {
      default: 2,
      unit: "count",
      description: "Changes must exceed the table's own autovacuum analyze threshold this many times.",
    },
  },
  *detect({ artifacts, thresholds }) {
    const tables = new Map(artifacts.tables.map((table) => [relationKey(table), table]));
    for (const statistic of artifacts.tableStatistics) {
      const table = tables.get(relationKey(statistic));
      if (table === undefined || (table.kind !== "table" && table.kind !== "materialized-view")) continue;
      const finding = judge(table, statistic, artifacts.settings, thresholds);
      if (finding !== null) yield finding;
    }
  },
});

function judge(
  table: Table,
  statistic: TableStatistic,
  settings: Settings | null,
  limits: Limits,
): FindingDraft | null {
  const rows = table.estimatedRows ?? statistic.liveRows;
  if (Math.max(rows, statistic.liveRows) < limits.minRows) return null;
  const autovacuum = autovacuumLimits(table, rows, settings);
  const isNew = table.estimatedRows === null && lastAnalyze(statistic) === null;
  const changed = statistic.modifiedSinceAnalyze;
  if (!isNew && changed < Math.max(limits.staleFactor * autovacuum.analyzeRows, limits.minShare * rows)) return null;
  if (arrivedLate(table, statistic)) return null;
  const name = relationLabel(table);
  const what = isNew
    ? `${name} holds about ${formatCount(statistic.liveRows)} rows and was never analyzed`
    : `${formatCount(changed)} rows of ${name} changed since ${analyzed(statistic)}`;
  return {
    subject: { kind: "table", table: { schema: table.schema, name: table.name } },
    confidence: "measured",
    headline: `${what}.`,
    message: `${what}${isNew ? "" : base(changed, rows)}, so the planner's estimates ${isNew ? "have no statistics to start from" : "start from old statistics"}; ${reason(autovacuum)}.`,
    evidence: [
      metric("rows changed since analyze", changed, "pg_stat_user_tables.n_mod_since_analyze"),
      metric("live rows", statistic.liveRows, "pg_stat_user_tables.n_live_tup"),
      metric("autovacuum analyze threshold", autovacuum.analyzeRows, "settings and storage options"),
    ],
    savesMsPerHour: null,
    recommendations: [
      {
        action: { kind: "analyze-table", table: { schema: table.schema, name: table.name } },
        summary: `Analyze ${name}${autovacuum.isEnabled ? "" : ", and switch autovacuum on again"}.`,
        verified: "estimate",
        risks: ["Plans may change; ANALYZE reads a sample of the table and blocks neither reads nor writes."],
      },
    ],
    topics: [`table:${relationKey(table)}`],
  };
}

/**
 * A session that loads and analyzes within a second sends its counters after the analyze: they count again, as changes
 * since then, rows that the analyze saw. Then no more rows were ever inserted than it found, and all of them count twice.
 */
function arrivedLate({ estimatedRows }: Table, statistic: TableStatistic): boolean {
  const { rowsInserted, rowsUpdated, rowsDeleted, liveRows, modifiedSinceAnalyze } = statistic;
  if (estimatedRows === null || lastAnalyze(statistic) === null || rowsUpdated + rowsDeleted > 0) return false;
  const isSeen = rowsInserted <= estimatedRows * SAMPLING_ERROR;
  return isSeen && liveRows * SAMPLING_ERROR >= estimatedRows + modifiedSinceAnalyze;
}

function base(changed: number, rows: number): string {
  return changed <= rows
    ? ` (${formatShare(changed / rows)} of about ${formatCount(rows)} rows)`
    : ` (table of about ${formatCount(rows)} rows)`;
}

function analyzed(statistic: TableStatistic): string {
  const last = lastAnalyze(statistic);
  return last === null ? "its counters began, without an analyze" : `the last analyze at ${last}`;
}

function lastAnalyze({ lastAnalyzeAt, lastAutoanalyzeAt }: TableStatistic): string | null {
  if (lastAnalyzeAt === null || lastAutoanalyzeAt === null) return lastAnalyzeAt ?? lastAutoanalyzeAt;
  return lastAnalyzeAt > lastAutoanalyzeAt ? lastAnalyzeAt : lastAutoanalyzeAt;
}

function reason({ disabledBy, analyzeRows }: AutovacuumLimits): string {
  if (disabledBy === "table") return "autovacuum is off for this table";
  if (disabledBy === "server") return "autovacuum is off on this server";
  return `autovacuum analyzes this table after ${formatCount(analyzeRows)} changed rows and has not come to it`;
}

function metric(name: string, value: number, source: string) {
  return { kind: "metric", name, value, unit: "rows", source } as const;
}
