/** Forms of a report, in the order in which help and documentation name them. */
export const REPORT_FORMATS = ["text", "json", "markdown", "html", "sarif", "junit"] as const;

export type ReportFormat = (typeof REPORT_FORMATS)[number];
