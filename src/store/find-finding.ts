import type { Database } from "better-sqlite3";
import type { Finding } from "../model/finding.ts";
import type { StatementPlan } from "../model/plan.ts";
import type { Recommendation } from "../model/recommendation.ts";
import {
  latestSnapshots,
  loadFindings,
  loadPlans,
  loadRecommendations,
  type SnapshotInfo,
  snapshotById,
} from "./read-snapshot.ts";
import { loadStatement, type StoredStatement } from "./read-statement.ts";
import { fingerprintsOf } from "./save-snapshot.ts";

/** A finding with all that the store knows about it. */
export interface StoredFinding {
  readonly finding: Finding;
  readonly recommendations: readonly Recommendation[];
  /** Plan of the statement that the finding names; null where there is none. */
  readonly plan: StatementPlan | null;
  readonly statement: StoredStatement | null;
  readonly snapshot: SnapshotInfo;
}

const BARE_HEX = /^[0-9a-f]+$/i;

/** Findings whose key, or whose hexadecimal part, starts with `prefix`. */
export function findByKeyPrefix(database: Database, prefix: string, snapshotId?: number): readonly StoredFinding[] {
  const wanted = prefix.trim().toLowerCase();
  if (wanted === "") return [];
  return snapshotsToSearch(database, snapshotId).flatMap((snapshot) => {
    const findings = loadFindings(database, snapshot.id).filter(({ key }) => fits(key, wanted));
    return findings.map((finding) => complete(database, snapshot, finding));
  });
}

function snapshotsToSearch(database: Database, id: number | undefined): readonly SnapshotInfo[] {
  if (id === undefined) return latestSnapshots(database);
  const snapshot = snapshotById(database, id);
  return snapshot === null ? [] : [snapshot];
}

function fits(key: string, wanted: string): boolean {
  if (wanted.includes(":")) return key.startsWith(wanted);
  return key.startsWith(wanted) || (BARE_HEX.test(wanted) && key.slice(key.indexOf(":") + 1).startsWith(wanted));
}

function complete(database: Database, snapshot: SnapshotInfo, finding: Finding): StoredFinding {
  const fingerprints = fingerprintsOf(finding);
  const plans = loadPlans(database, snapshot.id);
  const [first] = fingerprints;
  return {
    finding,
    recommendations: loadRecommendations(database, snapshot.id).filter(({ because }) => because.includes(finding.key)),
    plan: plans.find(({ fingerprint }) => fingerprints.includes(fingerprint)) ?? null,
    statement: first === undefined ? null : loadStatement(database, snapshot, first),
    snapshot,
  };
}
