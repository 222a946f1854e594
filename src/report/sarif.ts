import type { Analysis } from "../model/analysis.ts";
import type { Finding } from "../model/finding.ts";
import type { Severity } from "../model/primitives.ts";
import { printable } from "../util/text.ts";
import { arrange, recommendationsOf, sortFindings } from "./arrange.ts";
import { notCheckedLines } from "./remarks.ts";
import type { Reporter, RuleText } from "./reporter.ts";
import { type RuleResult, ruleResults } from "./rule-results.ts";
import { SOURCE_ROOT, sarifLocation } from "./sarif-location.ts";

const LEVELS: Readonly<Record<Severity, "error" | "warning" | "note">> = {
  critical: "error",
  warning: "warning",
  info: "note",
};

/** The findings as SARIF 2.1.0, for code scanning and editors. Ends with a line break. */
export function renderSarif(analysis: Analysis, texts: readonly RuleText[] = []): string {
  const rules = ruleResults(analysis, texts);
  const { name, version } = analysis.tool;
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name, version, rules: rules.map(descriptor) } },
        invocations: [
          // The run came to its end: what it could not look at is told, and fails nothing here.
          { executionSuccessful: true, toolExecutionNotifications: notifications(analysis, rules) },
        ],
        originalUriBaseIds: { [SOURCE_ROOT]: { description: { text: "Folder that the program was started in." } } },
        columnKind: "utf16CodeUnits",
        results: results(analysis, rules),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

export const sarifReporter: Reporter = {
  format: "sarif",
  mediaType: "application/sarif+json",
  extension: "sarif",
  render: (analysis, { rules }) => renderSarif(analysis, rules),
};

function descriptor({ id, title }: RuleResult) {
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: `${title}.` },
    help: { text: `dbperf rules ${id} says how it is detected, what to do, and when to ignore it.` },
    properties: { tags: ["database", "performance"] },
  };
}

/** A finding that goes away with another one does not count, here as for `--fail-on`: it would be told twice. */
function results(analysis: Analysis, rules: readonly RuleResult[]) {
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  return sortFindings(analysis.findings)
    .filter(({ partOf }) => partOf === null)
    .map((finding) => ({
      ruleId: finding.ruleId,
      ruleIndex: indexes.get(finding.ruleId),
      level: LEVELS[finding.severity],
      message: { text: messageOf(analysis, finding) },
      locations: [sarifLocation(finding.subject)],
      partialFingerprints: { "dbperf/key": finding.key },
      ...suppressionsOf(finding),
      properties: { confidence: finding.confidence, scope: finding.scope, savesMsPerHour: finding.savesMsPerHour },
    }));
}

function messageOf(analysis: Analysis, { key, headline, message }: Finding): string {
  const advice = recommendationsOf(analysis, key).map(({ summary }) => `→ ${plain(summary)}`);
  return [`${plain(headline).replace(/[.!?]$/, "")}.`, plain(message), ...advice].join("\n");
}

function suppressionsOf({ suppressed }: Finding) {
  if (suppressed === null) return {};
  const { reason, until } = suppressed;
  const justification = printable(until === null ? reason : `${reason} (until ${until})`);
  return { suppressions: [{ kind: "external", status: "accepted", justification }] };
}

/** What was not looked at, so that no result is not taken for nothing wrong. */
function notifications(analysis: Analysis, rules: readonly RuleResult[]) {
  const unseen = notCheckedLines(analysis, { ...arrange(analysis), skipped: [], crashed: [] });
  return [
    ...unseen.map(({ what, details, hint }) => {
      const parts = [`Not checked: ${what}`, ...details, ...(hint === null ? [] : [hint])];
      return { level: "note", message: { text: parts.map(plain).join("\n") } };
    }),
    ...rules.flatMap(({ id, outcome }, index) => {
      const associatedRule = { id, index };
      if (outcome?.status === "skipped") {
        return [{ level: "note", message: { text: `Not checked: ${plain(outcome.because)}` }, associatedRule }];
      }
      if (outcome?.status !== "crashed") return [];
      const text = `The rule crashed, which is a bug of dbperf: ${plain(outcome.error)}`;
      return [{ level: "error", message: { text }, associatedRule }];
    }),
  ];
}

/** One line in which `[a](b)`, a link in messages of SARIF, is no link: statements hold `array[1](…)`, and worse. */
function plain(text: string): string {
  return printable(text).replaceAll("](", "] (");
}
