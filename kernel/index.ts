/** What the host calls: see src/logs/kernel.ts. */
export { FLOATS, INPUT, OUT, PREFIX, SLOTS } from "./memory";
export { peekCsv, readCsv } from "./postgres/csv";
export { peekJson, readJson } from "./postgres/json";
export { readSlow } from "./mysql/slow";
export { findSlowStart, isSlowStart } from "./mysql/slow-start";
export { readStderr } from "./postgres/stderr";
export { findRoute } from "./sql/route";
export { key, normalize, scan } from "./sql/statement-key";
export { findTrace } from "./sql/trace";
export { hashParameters } from "./sql/values";
