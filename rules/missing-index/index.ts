import { createIndexAdvice } from "../../src/computed/index-advice.ts";
import { type LackingScan, type MissingIndex, missingIndexes } from "../../src/computed/missing-indexes.ts";
import { type FilteredScan, withoutChildren } from "../../src/computed/plan-scans.ts";
import { columnTopic, relationLabel } from "../../src/computed/relations.ts";
import { statementEvidence } from "../../src/computed/statement-load.ts";
import { defineRule, type Evidence, type FindingDraft, type RelationName, type Severity } from "../../src/rule.ts";
import { formatBytes, formatCount, formatMs, formatShare, plural } from "../../src/util/units.ts";

const MAX_STATEMENTS_SHOWN = 5;
const MIN_EXPLAINED = 0.5;

export default defineRule({
  meta: {
    id: "missing-index",
    title: "A sequential scan throws away most rows that it reads, and no index finds the others",
    category: "index",
    severity: "warning",
    scope: "database",
    engines: ["postgres"],
    explains: ["slow-statement", "unindexed-foreign-key", "temporary-file-spill"],
  },
  needs: ["plans", "statements", "tables", "indexes"],
  uses: ["columnStatistics"],
  thresholds: {
    minRows: { default: 10_000, unit: "rows", description: "Ignore scans of fewer rows." },
    maxKept: { default: 0.1, unit: "share", description: "Ignore filters that keep a larger share of the rows." },
    minMeanMs: { default: 1, unit: "ms", description: "Ignore statements with a shorter mean." },
    minCalls: { default: 5, unit: "calls", description: "Ignore statements that ran less often." },
    minShare: {
      default: 0.005,
      unit: "share",
      description: "Ignore scans with a smaller share of the database's statement time.",
    },
    criticalShare: {
      default: 0.3,
      unit: "share",
      description: "From this share of the database's statement time on a finding is critical.",
    },
  },
  *detect({ artifacts, thresholds }) {
    for (const missing of missingIndexes(artifacts, thresholds)) {
      if (missing.share < thresholds.minShare) continue;
      yield draftOf(missing, severityOf(missing, thresholds.criticalShare));
    }
  },
});

/** A guess is worth a look, not a warning. */
function severityOf({ isEstimateKnown, share }: MissingIndex, criticalShare: number): Severity {
  if (!isEstimateKnown) return "info";
  return share >= criticalShare ? "critical" : "warning";
}

function draftOf(missing: MissingIndex, severity: Severity): FindingDraft {
  const { columns, scans, share, savesMsPerHour, isEstimateKnown } = missing;
  const table = { schema: missing.table.schema, name: missing.table.name };
  const [leading = ""] = columns;
  const fingerprints = [...new Set(scans.map(({ load }) => load.item.fingerprint))];
  const what = fingerprints.length === 1 ? "one query" : plural(fingerprints.length, "query", "queries");
  return {
    subject: { kind: "columns", table, columns },
    severity,
    confidence: isEstimateKnown ? "estimated" : "heuristic",
    headline: `${formatShare(share)} of database time is ${what} without an index.`,
    message: messageOf(missing, fingerprints.length),
    evidence: evidenceOf(missing),
    savesMsPerHour,
    recommendations: [createIndexAdvice(missing.table, columns, risksOf(missing))],
    topics: [...explainedStatements(missing), columnTopic(table, leading)],
  };
}

/** A scan explains its statement's time where it is most of the plan's cost, and where no guess stands behind it. */
function explainedStatements({ scans, isEstimateKnown }: MissingIndex): readonly string[] {
  const heavy = scans.filter(({ costShare }) => isEstimateKnown && costShare >= MIN_EXPLAINED);
  return [...new Set(heavy.map(({ load }) => `statement:${load.item.fingerprint}`))];
}

function messageOf({ scans, isEstimateKnown }: MissingIndex, statements: number): string {
  const [first] = scans;
  if (first === undefined) return "";
  const { item, callsPerHour, share } = first.load;
  const calls = callsPerHour === null ? `${formatCount(item.calls)} calls` : `${formatCount(callsPerHour)} calls/h`;
  const others = statements > 1 ? ` ${plural(statements - 1, "other statement")} would use the same index.` : "";
  const guess = isEstimateKnown ? "" : " The planner guesses how wide the range is: look at the real values first.";
  return `${calls}, mean ${formatMs(item.meanMs)}, ${formatShare(share)} of all statement time; ${readsLabel(first)}.${others}${guess}`;
}

function readsLabel({ scan, rows, keptRows }: LackingScan): string {
  const upTo = scan.mayStopEarly ? "up to " : "";
  return `${scan.node.native} on ${relationLabel(scan.relation)} reads ${upTo}${formatCount(rows)} rows to keep about ${formatCount(keptRows)}`;
}

function evidenceOf({ table, rows, sizeBytes, scans }: MissingIndex): readonly Evidence[] {
  const name = relationLabel(table);
  const shown = scans.slice(0, MAX_STATEMENTS_SHOWN);
  const evidence: Evidence[] = shown.flatMap(({ scan, load }) => [
    statementEvidence(load),
    nodeEvidence(scan, load.item.fingerprint),
  ]);
  evidence.push({ kind: "metric", name: `rows of ${name}`, value: rows, unit: "rows", source: "pg_class.reltuples" });
  if (sizeBytes !== null) {
    evidence.push({
      kind: "metric",
      name: `size of ${name}`,
      value: sizeBytes,
      unit: "bytes",
      source: "pg_relation_size",
    });
  }
  return evidence;
}

function nodeEvidence(scan: FilteredScan, fingerprint: string): Evidence {
  return { kind: "plan-node", fingerprint, node: withoutChildren(scan.node) };
}

function risksOf({
  table,
  sizeBytes,
}: {
  readonly table: RelationName;
  readonly sizeBytes: number | null;
}): readonly string[] {
  const size = sizeBytes === null ? "the whole table" : `${formatBytes(sizeBytes)} of ${relationLabel(table)}`;
  return [
    `Building it reads ${size} and competes for I/O.`,
    "Every insert, and every update that is not HOT, then writes one more index.",
    "The gain is the planner's estimate, not timed.",
  ];
}
