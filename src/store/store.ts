import type { Database } from "better-sqlite3";
import type { Analysis } from "../model/analysis.ts";
import type { Capture } from "../model/capture.ts";
import type { Finding } from "../model/finding.ts";
import type { StatementPlan } from "../model/plan.ts";
import type { Int8Text, IsoTime, Target } from "../model/primitives.ts";
import type { Recommendation } from "../model/recommendation.ts";
import { findByKeyPrefix, type StoredFinding } from "./find-finding.ts";
import { knownQueries, serverLife } from "./known-queries.ts";
import { latestSnapshots, loadFindings, loadPlans, loadRecommendations, type SnapshotInfo } from "./read-snapshot.ts";
import { type SavedSnapshot, saveSnapshot } from "./save-snapshot.ts";
import { withStoreErrors } from "./store-error.ts";

/** An open store. Every method may throw store-unwritable or store-foreign (a damaged file). */
export class Store {
  readonly file: string;
  readonly #database: Database;

  /** Opened by `openStore`, which migrates first. */
  constructor(database: Database, file: string) {
    this.#database = database;
    this.file = file;
  }

  /** Saves one run in one transaction; the same capture a second time writes nothing. */
  saveSnapshot(analysis: Analysis, capture: Capture): SavedSnapshot {
    const save = this.#database.transaction(() => saveSnapshot(this.#database, analysis, capture));
    return this.#guard(() => save.immediate());
  }

  /** The newest snapshot of the target, or of all; null where there is none. */
  latestSnapshot(target?: Target): SnapshotInfo | null {
    return this.#guard(() => latestSnapshots(this.#database, target)[0] ?? null);
  }

  /** Findings in the order of their report. */
  loadFindings(snapshotId: number): readonly Finding[] {
    return this.#guard(() => loadFindings(this.#database, snapshotId));
  }

  /** Recommendations in the order of their report. */
  loadRecommendations(snapshotId: number): readonly Recommendation[] {
    return this.#guard(() => loadRecommendations(this.#database, snapshotId));
  }

  /** Plans of the statements that findings name. */
  loadPlans(snapshotId: number): readonly StatementPlan[] {
    return this.#guard(() => loadPlans(this.#database, snapshotId));
  }

  /** Findings whose key starts so (`<rule-id>:<hex>` or bare hex), newest snapshot first; the latest one of each target. */
  findByKeyPrefix(prefix: string, snapshotId?: number): readonly StoredFinding[] {
    return this.#guard(() => findByKeyPrefix(this.#database, prefix, snapshotId));
  }

  /** Runnable texts of this database by the server's query id, valid for one major version. */
  knownQueries(target: Target, majorVersion: number, serverStartedAt: IsoTime | null): ReadonlyMap<Int8Text, string> {
    return this.#guard(() => knownQueries(this.#database, target, serverLife(majorVersion, serverStartedAt)));
  }

  close(): void {
    this.#database.close();
  }

  #guard<T>(work: () => T): T {
    return withStoreErrors(this.file, work);
  }
}
