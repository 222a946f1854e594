import { indexEvidence } from "../../src/computed/index-evidence.ts";
import { isHeld, isKeyPrefix, isUsable, keysLabel, samePredicate } from "../../src/computed/index-keys.ts";
import { indexesByTable, indexTopic, relationKey, relationLabel } from "../../src/computed/relations.ts";
import { defineRule, type FindingDraft, type Index } from "../../src/rule.ts";
import { formatBytes, formatCount } from "../../src/util/units.ts";

/** A scan of the wider index reads this many times the pages at most before the narrow one earns its place. */
const MUCH_WIDER = 3;

export default defineRule({
  meta: {
    id: "redundant-index",
    title: "An index holds the leading keys of a wider one",
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
      const wider = indexesByTable(indexes, index.table)
        .filter((other) => covers(other, index))
        .toSorted((a, b) => (a.sizeBytes ?? 0) - (b.sizeBytes ?? 0) || (relationKey(a) < relationKey(b) ? -1 : 1));
      const [keeper] = wider;
      if (keeper !== undefined) yield draftOf(index, keeper, index.sizeBytes);
    }
  },
});

function isCandidate(index: Index): boolean {
  return (
    index.method === "btree" &&
    isUsable(index) &&
    !isHeld(index) &&
    index.partOfIndex === null &&
    index.includedColumns.length === 0
  );
}

function covers(wide: Index, narrow: Index): boolean {
  return (
    isUsable(wide) &&
    wide.partOfIndex === null &&
    wide.keys.length > narrow.keys.length &&
    isKeyPrefix(narrow, wide) &&
    samePredicate(narrow, wide)
  );
}

function draftOf(index: Index, keeper: Index, sizeBytes: number): FindingDraft {
  const { schema, name, table } = index;
  const own = relationLabel(index);
  const kept = relationLabel(keeper);
  const isMuchWider = keeper.sizeBytes !== null && keeper.sizeBytes > MUCH_WIDER * sizeBytes;
  const size = keeper.sizeBytes === null ? "" : ` (${formatBytes(keeper.sizeBytes)})`;
  const caution = isMuchWider
    ? ` The wider one is more than ${MUCH_WIDER} times as large${index.scans === null ? "" : ` and ${own} was scanned ${formatCount(index.scans)} times`}, so dropping it may slow reads.`
    : "";
  return {
    subject: { kind: "index", table, index: { schema, name } },
    severity: isMuchWider ? "info" : "warning",
    confidence: "estimated",
    headline: `${kept} can serve what ${own} (${formatBytes(sizeBytes)}) serves.`,
    message:
      `${own} on ${relationLabel(table)} (${keysLabel(index)}) is the beginning of ${kept} (${keysLabel(keeper)})${size}: ` +
      `it takes ${formatBytes(sizeBytes)} and one more write for each new key.${caution}`,
    evidence: [...indexEvidence(index), ...indexEvidence(keeper)],
    savesMsPerHour: null,
    recommendations: [
      {
        action: { kind: "drop-index", index: { schema, name }, table },
        summary: `Drop ${own}; ${kept} serves the same look-ups.`,
        verified: "estimate",
        risks: ["Look-ups then read the wider index, which is larger and caches less well; not timed."],
      },
    ],
    topics: [indexTopic(index)],
  };
}
