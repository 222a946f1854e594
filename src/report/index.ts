import type { Reporter, ReportFormat } from "./reporter.ts";

export { type Palette, PLAIN, REPORT_FORMATS } from "./reporter.ts";

/** What one format needs is loaded only when it is asked for: measuring text for a terminal alone takes 40 ms. */
const LOADERS: Readonly<Record<ReportFormat, () => Promise<Reporter>>> = {
  text: async () => (await import("./text.ts")).textReporter,
  json: async () => (await import("./json.ts")).jsonReporter,
  markdown: async () => (await import("./markdown.ts")).markdownReporter,
  html: async () => (await import("./html/page.ts")).htmlReporter,
  sarif: async () => (await import("./sarif.ts")).sarifReporter,
  junit: async () => (await import("./junit.ts")).junitReporter,
};

/** Resolves to the reporter of a format. */
export function loadReporter(format: ReportFormat): Promise<Reporter> {
  return LOADERS[format]();
}
