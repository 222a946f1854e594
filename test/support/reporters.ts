import { loadReporter, REPORT_FORMATS } from "../../src/report/index.ts";

/** Every reporter, loaded. */
export const reporters = await Promise.all(REPORT_FORMATS.map(loadReporter));
