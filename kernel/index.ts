/** What the host calls: see src/logs/kernel.ts. */
export { FLOATS, INPUT, OUT, PREFIX, SLOTS } from "./memory";
export { peekCsv, readCsv } from "./postgres/csv";
export { peekJson, readJson } from "./postgres/json";
export { findSlowStart, isSlowStart, readSlow } from "./mysql/slow";
export { readStderr } from "./postgres/stderr";
export { key, normalize, scan } from "./sql/statement-key";
