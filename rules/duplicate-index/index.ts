import { indexEvidence } from "../../src/computed/index-evidence.ts";
import { isHeld, isUsable, keysLabel, sameKeys, samePredicate } from "../../src/computed/index-keys.ts";
import { indexesByTable, indexTopic, relationKey, relationLabel, sameRelation } from "../../src/computed/relations.ts";
import { defineRule, type FindingDraft, type Index } from "../../src/rule.ts";
import { formatBytes } from "../../src/util/units.ts";

export default defineRule({
  meta: {
    id: "duplicate-index",
    title: "Two indexes hold the same keys",
    category: "index",
    severity: "warning",
    scope: "database",
    engines: ["postgres"],
    explains: ["unused-index"],
  },
  needs: ["indexes"],
  thresholds: {
    minBytes: { default: 1_048_576, unit: "bytes", description: "Ignore smaller indexes." },
  },
  *detect({ artifacts: { indexes }, thresholds }) {
    for (const index of indexes) {
      if (!isCandidate(index) || index.sizeBytes === null || index.sizeBytes < thresholds.minBytes) continue;
      const twins = indexesByTable(indexes, index.table).filter((other) => isTwin(index, other));
      const [keeper] = twins.toSorted(keptFirst);
      if (keeper === undefined || keptFirst(keeper, index) > 0) continue;
      yield draftOf(index, keeper, index.sizeBytes);
    }
  },
});

/** May be dropped as far as nothing but queries and its own uniqueness needs it; a partition's index goes with its parent's. */
function isCandidate(index: Index): boolean {
  return isUsable(index) && !isHeld({ ...index, isUnique: false }) && index.partOfIndex === null;
}

/** The other one does all that this one does: same keys, condition and INCLUDE list, and unique where this one is. */
function isTwin(index: Index, other: Index): boolean {
  if (sameRelation(index, other) || !isUsable(other) || other.partOfIndex !== null) return false;
  if (index.isUnique && (!other.isUnique || index.nullsNotDistinct !== other.nullsNotDistinct)) return false;
  return (
    sameKeys(index, other) &&
    samePredicate(index, other) &&
    index.isPartitionedParent === other.isPartitionedParent &&
    index.includedColumns.toSorted().join("\0") === other.includedColumns.toSorted().join("\0")
  );
}

/** What something needs stays; of equals the first by name does, so that the answer is the same in every run. */
function keptFirst(a: Index, b: Index): number {
  return weight(b) - weight(a) || (relationKey(a) < relationKey(b) ? -1 : 1);
}

function weight(index: Index): number {
  return isHeld({ ...index, isUnique: false }) ? 2 : Number(index.isUnique);
}

function draftOf(index: Index, keeper: Index, sizeBytes: number): FindingDraft {
  const { schema, name, table } = index;
  const own = relationLabel(index);
  const backs = keeper.constraint === null ? "" : `, which backs the constraint ${keeper.constraint}`;
  return {
    subject: { kind: "index", table, index: { schema, name } },
    confidence: "estimated",
    headline: `${own} doubles ${relationLabel(keeper)} (${formatBytes(sizeBytes)}).`,
    message:
      `${own} on ${relationLabel(table)} (${keysLabel(index)}) holds the same keys as ${relationLabel(keeper)}${backs}: ` +
      `it takes ${formatBytes(sizeBytes)} and each write of a key is done twice.`,
    evidence: [...indexEvidence(index), ...indexEvidence(keeper)],
    savesMsPerHour: null,
    recommendations: [
      {
        action: { kind: "drop-index", index: { schema, name }, table },
        summary: `Drop ${own} and keep ${relationLabel(keeper)}.`,
        verified: "estimate",
        risks: [
          "A query that names the index in a hint (pg_hint_plan) loses it.",
          ...(index.isUnique && keeper.constraint !== null && !keeper.isPrimaryKey
            ? [`Where the constraint ${keeper.constraint} is deferrable, ON CONFLICT and foreign keys cannot use it.`]
            : []),
        ],
      },
    ],
    topics: [indexTopic(index)],
  };
}
