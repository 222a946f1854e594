export { DbperfError, dbperfError, type ErrorParameters } from "./dbperf-error.ts";
export { ERRORS, type ErrorCode } from "./table.ts";
