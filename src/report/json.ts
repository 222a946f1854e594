import type { Analysis } from "../model/analysis.ts";
import { sortFindings } from "./arrange.ts";
import type { Reporter } from "./reporter.ts";

/** Keys that come first, in this order, wherever they occur; all others follow by alphabet. */
const LEADING = [
  "schemaVersion",
  "kind",
  "name",
  "key",
  "ruleId",
  "fingerprint",
  "status",
  "severity",
  "confidence",
  "scope",
  "tool",
  "target",
  "input",
  "window",
  "server",
  "notices",
  "subject",
  "headline",
  "message",
  "query",
  "calls",
  "totalMs",
  "meanMs",
  "statements",
  "findings",
  "recommendations",
  "outcomes",
  "notChecked",
];

const RANK = new Map(LEADING.map((key, index) => [key, index]));

/** The analysis as JSON: findings worst first, keys in a fixed order, two spaces, a line break at the end. */
export function renderJson(analysis: Analysis): string {
  return `${JSON.stringify(ordered({ ...analysis, findings: sortFindings(analysis.findings) }), null, 2)}\n`;
}

export const jsonReporter: Reporter = {
  format: "json",
  mediaType: "application/json",
  extension: "json",
  render: renderJson,
};

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== "object" || value === null) return value;
  // fromEntries defines keys, so that a tag named __proto__ stays a plain key.
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => compareKeys(a, b))
      .map(([key, part]) => [key, ordered(part)]),
  );
}

function compareKeys(a: string, b: string): number {
  const last = LEADING.length;
  return (RANK.get(a) ?? last) - (RANK.get(b) ?? last) || (a < b ? -1 : 1);
}
