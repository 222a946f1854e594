import { existsSync } from "node:fs";
import { dbperfError } from "../errors/index.ts";
import type { StoredFinding } from "../store/find-finding.ts";
import { openStore } from "../store/open-store.ts";

/** The finding that a key or any unique prefix of it names, from the latest snapshots of a store. */
export function findStored(storeFile: string, key: string): StoredFinding {
  if (!existsSync(storeFile)) throw dbperfError("store-empty", { file: storeFile, of: "" });
  const store = openStore(storeFile);
  try {
    const found = store.findByKeyPrefix(key);
    const keys = [...new Set(found.map(({ finding }) => finding.key))];
    const [first] = found;
    if (first === undefined) throw dbperfError("finding-not-found", { key, where: `the latest snapshots of ${storeFile}` });
    if (keys.length > 1) throw dbperfError("finding-ambiguous", { key, count: keys.length, keys: keys.slice(0, 5).join(", ") });
    return first;
  } finally {
    store.close();
  }
}
