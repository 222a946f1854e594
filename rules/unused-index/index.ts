import { indexEvidence } from "../../src/computed/index-evidence.ts";
import { isHeld, isUsable, leadingColumns, sameKeys, samePredicate } from "../../src/computed/index-keys.ts";
import {
  constraintsByTable,
  indexTopic,
  relationKey,
  relationLabel,
  statisticsByTable,
} from "../../src/computed/relations.ts";
import {
  type Constraint,
  type DatabaseCounters,
  defineRule,
  type FindingDraft,
  type Index,
  type ServerInfo,
  type TableStatistic,
} from "../../src/rule.ts";
import { formatBytes, formatCount, formatSpan, plural } from "../../src/util/units.ts";

const DAY_MS = 86_400_000;

export default defineRule({
  meta: {
    id: "unused-index",
    title: "No query used an index since the counters were reset",
    category: "index",
    severity: "info",
    scope: "database",
    engines: ["postgres"],
  },
  needs: ["indexes", "server", "databaseCounters", "constraints"],
  uses: ["tableStatistics"],
  thresholds: {
    minAgeDays: { default: 7, unit: "days", description: "Say nothing while the counters are younger." },
    minBytes: { default: 1_048_576, unit: "bytes", description: "Ignore smaller indexes." },
  },
  *detect({ artifacts, thresholds, capturedAt }) {
    const { indexes, server, constraints, tableStatistics } = artifacts;
    const days = countersAgeDays(artifacts.databaseCounters, server, capturedAt);
    if (days === null || days < thresholds.minAgeDays) return;
    for (const index of indexes) {
      if (!isUsable(index) || index.partOfIndex !== null || isHeld(index)) continue;
      const family = withChildren(index, indexes);
      // A child that a constraint or the replica identity holds cannot go, and its parent's drop would take it along.
      if (family.some((member) => isHeld(member)) || servesForeignKey(index, constraints)) continue;
      const sizeBytes = sumKnown(family, ({ sizeBytes: size }) => size);
      const scans = sumKnown(
        family.filter(({ isPartitionedParent }) => !isPartitionedParent),
        ({ scans: count }) => count,
      );
      if (hasUsedTwin(index, indexes)) continue;
      if (scans !== 0 || sizeBytes === null || sizeBytes < thresholds.minBytes) continue;
      yield draftOf(index, { days, sizeBytes, writes: writesOf(family, tableStatistics), server });
    }
  },
});

/** The planner takes one of two equal indexes at will: the scans of its twin are its own, and duplicate-index speaks of both. */
function hasUsedTwin(index: Index, indexes: readonly Index[]): boolean {
  return indexes.some(
    (other) =>
      relationKey(other) !== relationKey(index) &&
      relationKey(other.table) === relationKey(index.table) &&
      isUsable(other) &&
      sameKeys(index, other) &&
      samePredicate(index, other) &&
      other.scans !== 0,
  );
}

interface Facts {
  readonly days: number;
  readonly sizeBytes: number;
  /** Rows written since the counters were reset; null where unknown. */
  readonly writes: number | null;
  readonly server: ServerInfo;
}

/** Never reset: the counters are at least as old as the server's start. */
function countersAgeDays(
  { statsResetAt }: DatabaseCounters,
  { startedAt }: ServerInfo,
  capturedAt: string,
): number | null {
  const since = statsResetAt ?? startedAt;
  return since === null ? null : (Date.parse(capturedAt) - Date.parse(since)) / DAY_MS;
}

function withChildren(index: Index, indexes: readonly Index[]): readonly Index[] {
  if (!index.isPartitionedParent) return [index];
  const family = [index];
  for (const parent of family) {
    family.push(
      ...indexes.filter(({ partOfIndex }) => partOfIndex !== null && relationKey(partOfIndex) === relationKey(parent)),
    );
  }
  return family;
}

/** The sum, or null where one of them is unknown or there is none; a partitioned parent has no storage of its own. */
function sumKnown(family: readonly Index[], read: (index: Index) => number | null): number | null {
  const values = family.filter(({ isPartitionedParent }) => !isPartitionedParent).map(read);
  if (values.length === 0) return null;
  return values.reduce((sum: number | null, value) => (sum === null || value === null ? null : sum + value), 0);
}

/** Look-ups for a foreign key are rare until somebody deletes a parent row; then the index saves a scan of the table. */
function servesForeignKey(index: Index, constraints: readonly Constraint[]): boolean {
  const leading = leadingColumns(index);
  return constraintsByTable(constraints, index.table).some(
    ({ kind, columns }) => kind === "foreign-key" && leading[0] !== undefined && columns.includes(leading[0]),
  );
}

function writesOf(family: readonly Index[], statistics: readonly TableStatistic[] | null): number | null {
  if (statistics === null) return null;
  const counted = family.flatMap(({ table }) => statisticsByTable(statistics, table));
  if (counted.length === 0) return null;
  return counted.reduce(
    (sum, { rowsInserted, rowsUpdated, rowsHotUpdated }) => sum + rowsInserted + rowsUpdated - rowsHotUpdated,
    0,
  );
}

function draftOf(index: Index, { days, sizeBytes, writes, server }: Facts): FindingDraft {
  const { schema, name, table } = index;
  const own = relationLabel(index);
  const elsewhere = otherServers(server);
  const cost =
    writes === null || writes === 0 ? "" : ` and about ${formatCount(writes)} writes maintained it since then`;
  return {
    subject: { kind: "index", table, index: { schema, name } },
    severity: writes !== null && writes > 0 ? "warning" : "info",
    confidence: elsewhere === null ? "estimated" : "heuristic",
    headline: `No query used ${own} (${formatBytes(sizeBytes)}) for ${formatSpan(days * 86_400)}.`,
    message: `${own} on ${relationLabel(table)} had no scan in ${formatSpan(days * 86_400)} of counters; it takes ${formatBytes(sizeBytes)}${cost}.${elsewhere === null ? "" : ` ${elsewhere}`}`,
    evidence: [
      ...indexEvidence(index),
      { kind: "metric", name: "age of the counters", value: days, unit: "days", source: "pg_stat_database" },
    ],
    savesMsPerHour: null,
    recommendations: [
      {
        // The server drops no partitioned index concurrently: the statement that the action stands for would fail.
        action: index.isPartitionedParent ? { kind: "advice" } : { kind: "drop-index", index: { schema, name }, table },
        summary: `Drop ${own} after asking who made it${elsewhere === null ? "" : ", and after looking at the other servers"}.`,
        verified: "estimate",
        risks: [
          ...(index.isPartitionedParent ? ["Dropping it locks the table and its partitions for a moment."] : []),
          "The counters do not say how old the index is: it may be younger than they are.",
          "A rare job (monthly, yearly) may need it and has not run since the counters were reset.",
          "Keep its definition, so that it can be built again.",
          ...(index.keys.some(({ column }) => column === null)
            ? ["The planner's statistics of its expression go with it, so that plans may change."]
            : []),
        ],
      },
    ],
    topics: [indexTopic(index)],
  };
}

/** Why a scan may have happened where these counters do not see it; null where it cannot. */
function otherServers({ isStandby, standbyCount }: ServerInfo): string | null {
  if (isStandby) return "This server is a standby: the primary and other standbys keep counters of their own.";
  if (standbyCount === null) return "Whether there are standbys could not be seen; they keep counters of their own.";
  if (standbyCount === 0) return null;
  return `${plural(standbyCount, "standby", "standbys")} of this server ${standbyCount === 1 ? "keeps" : "keep"} counters of their own.`;
}
