import type { Analysis } from "../model/analysis.ts";
import type { Finding } from "../model/finding.ts";
import { printable } from "../util/text.ts";
import { plural } from "../util/units.ts";
import { arrange, recommendationsOf } from "./arrange.ts";
import { type Markup, markupText, html as xml } from "./html/markup.ts";
import { notCheckedLines } from "./remarks.ts";
import type { Reporter, RuleText } from "./reporter.ts";
import { callSiteOf, type RuleResult, ruleResults } from "./rule-results.ts";
import { confidenceWords, placeWords, subjectQueries, subjectWords } from "./words.ts";

/** The run as JUnit XML: a test case for each rule. Ends with a line break. */
export function renderJunit(analysis: Analysis, texts: readonly RuleText[] = []): string {
  const rules = ruleResults(analysis, texts);
  const counts = xml`tests="${rules.length}" failures="${count(rules, isFailed)}" errors="${count(rules, isCrashed)}" skipped="${count(rules, isSkipped)}"`;
  const document = xml`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="dbperf" ${counts}>
  <testsuite name="dbperf: ${printable(placeWords(analysis))}" ${counts}>
${rules.map((rule) => testCase(analysis, rule))}${output("    ", unseenLines(analysis))}  </testsuite>
</testsuites>
`;
  // The two that are neither control characters nor text, and that no XML may hold.
  return markupText(document).replaceAll("\ufffe", "\\ufffe").replaceAll("\uffff", "\\uffff");
}

export const junitReporter: Reporter = {
  format: "junit",
  mediaType: "application/xml",
  extension: "xml",
  render: (analysis, { rules }) => renderJunit(analysis, rules),
};

function testCase(analysis: Analysis, rule: RuleResult): Markup {
  const { id, title, outcome, findings } = rule;
  const failures = isFailed(rule) ? findings.filter(fails) : [];
  const told = findings.filter((finding) => !failures.includes(finding));
  return xml`    <testcase classname="dbperf.${id}" name="${title}">
${outcome?.status === "skipped" && xml`      <skipped message="${printable(outcome.because)}"/>\n`}${
  outcome?.status === "crashed" &&
  xml`      <error message="The rule crashed, which is a bug of dbperf" type="crashed">${printable(outcome.error)}</error>\n`
}${failure(analysis, failures)}${output(
  "      ",
  told.map((finding) => `${whyNoFailure(finding)}:\n${findingText(analysis, finding)}`),
)}    </testcase>
`;
}

/** One element for all findings of a rule: most readers of JUnit show only the first that a test case has. */
function failure(analysis: Analysis, findings: readonly Finding[]): Markup | null {
  const [worst, ...others] = findings;
  if (worst === undefined) return null;
  const more = others.length === 0 ? "" : ` (and ${plural(others.length, "more finding")})`;
  const text = findings.map((finding) => findingText(analysis, finding)).join("\n\n");
  return xml`      <failure message="${printable(worst.headline)}${more}" type="${worst.severity}">${text}</failure>\n`;
}

/** A finding that `--fail-on warning` would fail on, with the gate's own least confidence. */
function fails({ severity, confidence, partOf, suppressed }: Finding): boolean {
  return severity !== "info" && confidence !== "heuristic" && partOf === null && suppressed === null;
}

function whyNoFailure({ severity, confidence, partOf, suppressed }: Finding): string {
  if (suppressed !== null) {
    const until = suppressed.until === null ? "" : ` (until ${suppressed.until})`;
    return printable(`Suppressed, ${suppressed.reason}${until}`);
  }
  if (partOf !== null) return printable(`Goes away with ${partOf}`);
  if (severity === "info") return "For information";
  return confidence === "heuristic" ? "A hint" : "Found";
}

function findingText(analysis: Analysis, finding: Finding): string {
  const { key, severity, headline, message, subject } = finding;
  const site = callSiteOf(subject);
  const confidence = confidenceWords(finding.confidence);
  return [
    `${severity}: ${headline}`,
    message,
    `Subject: ${subjectWords(subject)}`,
    ...subjectQueries(subject).map((query) => `- ${query}`),
    ...(site === null ? [] : [`At: ${site.file}:${site.line}${site.column === null ? "" : `:${site.column}`}`]),
    ...recommendationsOf(analysis, key).flatMap(({ summary, ddl }) => [
      `Advice: ${summary}`,
      ...(ddl === null ? [] : ddl.split("\n")),
    ]),
    ...(confidence === null ? [] : [`Confidence: ${confidence}`]),
    `More: dbperf show ${key}`,
  ]
    .map(printable)
    .join("\n");
}

/** What was not looked at, beside the rules: those are test cases. */
function unseenLines(analysis: Analysis): string[] {
  const lines = notCheckedLines(analysis, { ...arrange(analysis), skipped: [], crashed: [] });
  return lines.map(({ what, details, hint }) =>
    [`Not checked: ${what}`, ...details, ...(hint === null ? [] : [hint])].map(printable).join("\n"),
  );
}

function output(indent: string, blocks: readonly string[]): Markup | null {
  return blocks.length === 0 ? null : xml`${indent}<system-out>${blocks.join("\n\n")}</system-out>\n`;
}

function count(rules: readonly RuleResult[], test: (rule: RuleResult) => boolean): number {
  return rules.filter(test).length;
}

function isSkipped({ outcome }: RuleResult): boolean {
  return outcome?.status === "skipped";
}

function isCrashed({ outcome }: RuleResult): boolean {
  return outcome?.status === "crashed";
}

function isFailed(rule: RuleResult): boolean {
  return !isSkipped(rule) && !isCrashed(rule) && rule.findings.some(fails);
}
