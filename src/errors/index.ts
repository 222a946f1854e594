export { DbperfError, dbperfError } from "./dbperf-error.ts";
export type { ErrorCode } from "./table.ts";
