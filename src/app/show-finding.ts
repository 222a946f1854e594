import { dbperfError } from "../errors/index.ts";
import type { Analysis, StatementItem } from "../model/analysis.ts";
import type { Finding } from "../model/finding.ts";
import { openStore } from "../store/open-store.ts";

/** A finding of a snapshot, with what the snapshot says around it. */
export interface ShownFinding {
  readonly finding: Finding;
  readonly around: Pick<Analysis, "findings" | "recommendations" | "window"> & {
    readonly statements: { readonly items: readonly Pick<StatementItem, "fingerprint" | "plan">[] };
  };
  readonly snapshot: { readonly id: number; readonly database: string; readonly capturedAt: string };
}

/**
 * The finding that a key, or any unique beginning of it, names in the latest snapshots of a store. Throws store-empty,
 * finding-not-found or finding-ambiguous.
 */
export function showFinding(storeFile: string, key: string): ShownFinding {
  const store = openStore(storeFile, { create: false });
  try {
    const found = store.findByKeyPrefix(key);
    const keys = [...new Set(found.map(({ finding }) => finding.key))];
    const [first] = found;
    if (first === undefined)
      throw dbperfError("finding-not-found", { key, where: `the latest snapshots of ${storeFile}` });
    if (keys.length > 1)
      throw dbperfError("finding-ambiguous", { key, count: keys.length, keys: keys.slice(0, 5).join(", ") });
    const { finding, snapshot } = first;
    const items = store
      .loadPlans(snapshot.id)
      .map(({ fingerprint, root, source, repairs }) => ({ fingerprint, plan: { root, source, repairs } }));
    const around = {
      findings: store.loadFindings(snapshot.id),
      recommendations: store.loadRecommendations(snapshot.id),
      statements: { items },
      window: snapshot.window,
    };
    return {
      finding,
      around,
      snapshot: { id: snapshot.id, database: snapshot.target.database, capturedAt: snapshot.capturedAt },
    };
  } finally {
    store.close();
  }
}
