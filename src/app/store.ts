/** The store, for those who may import app alone. */
export { defaultStorePath } from "../store/default-path.ts";
export { openStore } from "../store/open-store.ts";
