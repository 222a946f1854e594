export { defaultStorePath, type StoreEnvironment } from "./default-path.ts";
export type { StoredFinding } from "./find-finding.ts";
export { openStore, type OpenStoreOptions } from "./open-store.ts";
export type { SnapshotInfo } from "./read-snapshot.ts";
export type { StoredStatement } from "./read-statement.ts";
export type { SavedSnapshot } from "./save-snapshot.ts";
export type { Store } from "./store.ts";
