import type { Index } from "../model/catalog.ts";
import type { Evidence } from "../model/finding.ts";
import { keysLabel } from "./index-keys.ts";
import { relationLabel } from "./relations.ts";

/** An index as evidence: its definition (or its keys where that was not read), its size and its scans where known. */
export function indexEvidence(index: Index): readonly Evidence[] {
  const name = relationLabel(index);
  const keys = `${index.method} (${keysLabel(index)})${index.predicate === null ? "" : ` where ${index.predicate}`}`;
  const evidence: Evidence[] = [{ kind: "definition", label: name, sql: index.definition ?? keys }];
  if (index.sizeBytes !== null) {
    evidence.push({
      kind: "metric",
      name: `size of ${name}`,
      value: index.sizeBytes,
      unit: "bytes",
      source: "pg_relation_size",
    });
  }
  if (index.scans !== null) {
    evidence.push({
      kind: "metric",
      name: `scans of ${name}`,
      value: index.scans,
      unit: "count",
      source: "pg_stat_user_indexes",
    });
  }
  return evidence;
}
