export { defaultStorePath } from "./default-path.ts";
export { openStore } from "./open-store.ts";
export type { Store } from "./store.ts";
