import { indexEvidence } from "../../src/computed/index-evidence.ts";
import { indexTopic, relationLabel } from "../../src/computed/relations.ts";
import { defineRule, type FindingDraft, type Index, type RecommendationDraft } from "../../src/rule.ts";
import { formatBytes } from "../../src/util/units.ts";

/** `_ccnew` is what a failed REINDEX CONCURRENTLY built, `_ccold` what it could not drop; both are surplus. */
const LEFTOVER = /_cc(?:new|old)\d*$/;

export default defineRule({
  meta: {
    id: "invalid-index",
    title: "An index is invalid: writes maintain it, queries cannot use it",
    category: "index",
    severity: "warning",
    scope: "database",
    engines: ["postgres"],
  },
  needs: ["indexes"],
  thresholds: {},
  *detect({ artifacts: { indexes } }) {
    for (const index of indexes) {
      if (!index.isValid && !index.isBuilding) yield draftOf(index);
    }
  },
});

function draftOf(index: Index): FindingDraft {
  const { schema, name, table, sizeBytes } = index;
  const size = sizeBytes === null ? "" : ` It takes ${formatBytes(sizeBytes)}.`;
  return {
    subject: { kind: "index", table, index: { schema, name } },
    confidence: "measured",
    headline: `The index ${relationLabel(index)} is invalid.`,
    message: index.isPartitionedParent
      ? `${relationLabel(index)} on the partitioned table ${relationLabel(table)} is invalid: at least one partition has no valid index attached to it.`
      : `${relationLabel(index)} on ${relationLabel(table)} was left invalid by a build that failed: no query can use it${index.isReady ? ", and every write still maintains it" : ""}.${size}`,
    evidence: indexEvidence(index),
    savesMsPerHour: null,
    recommendations: [recommendationOf(index)],
    topics: [indexTopic(index)],
  };
}

function recommendationOf(index: Index): RecommendationDraft {
  const { schema, name, table } = index;
  const own = relationLabel(index);
  const target = { index: { schema, name }, table };
  if (index.isPartitionedParent) {
    return {
      action: { kind: "advice" },
      summary: `Create the missing index on each partition and attach it: alter index ${own} attach partition ….`,
      verified: "estimate",
      risks: [],
    };
  }
  if (LEFTOVER.test(name) && index.constraint === null) {
    return {
      action: { kind: "drop-index", ...target },
      summary: `Drop ${own}, the remains of a failed reindex; the original index is another one.`,
      verified: "estimate",
      risks: [],
    };
  }
  return {
    action: { kind: "reindex", ...target },
    summary: `Rebuild ${own}${index.constraint === null ? ", or drop it if nobody needs it" : ""}.`,
    verified: "estimate",
    risks: [
      index.isUnique
        ? "The build fails again while the table holds duplicate keys."
        : "The build reads the whole table.",
    ],
  };
}
