/** The store, for those who may import app alone. */
export { defaultPositionsPath, defaultStorePath } from "../store/default-path.ts";
export { openStore } from "../store/open-store.ts";
