/** What the host calls: see src/logs/kernel.ts. */
export { FLOATS, INPUT, OUT, PREFIX, SLOTS } from "./memory";
export { readStderr } from "./postgres/stderr";
export { key, normalize, scan } from "./sql/statement-key";
