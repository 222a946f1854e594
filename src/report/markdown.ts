import type { Analysis, StatementItem } from "../model/analysis.ts";
import { printable, printableLines, truncate, truncateLength } from "../util/text.ts";
import { formatCount, formatMs, formatShare, plural } from "../util/units.ts";
import { type Arrangement, arrange, type Entry } from "./arrange.ts";
import { headline } from "./headline.ts";
import { notCheckedLines, remarks } from "./remarks.ts";
import type { Reporter } from "./reporter.ts";
import {
  confidenceWords,
  evidenceSql,
  evidenceWords,
  headParts,
  savingWords,
  subjectWords,
  verificationWords,
} from "./words.ts";

const MOST_STATEMENTS = 10;
const MOST_SQL = 4000;

/** The report as Markdown for an issue, a pull request or a chat. Ends with a line break. */
export function renderMarkdown(analysis: Analysis): string {
  const arrangement = arrange(analysis);
  const blocks = [
    "# dbperf report",
    plainText(headParts(analysis).join(" · ")),
    `**${plainText(headline(analysis, arrangement))}**`,
    ...arrangement.problems.map(problemBlock),
    notesBlock(arrangement),
    statementsBlock(analysis),
    healthBlock(analysis, arrangement),
    remarksBlock(analysis),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

export const markdownReporter: Reporter = {
  format: "markdown",
  mediaType: "text/markdown",
  extension: "md",
  render: renderMarkdown,
};

function problemBlock({ finding, alsoExplains, recommendations, shortKey }: Entry): string {
  const icon = finding.severity === "critical" ? "🔴" : "🟠";
  const saving = savingWords(finding);
  const facts = [
    saving === null ? null : `**${saving}**`,
    confidenceWords(finding.confidence),
    alsoExplains.length === 0 ? null : `also explains: ${alsoExplains.join(", ")}`,
    `more: ${inlineCode(`dbperf show ${shortKey}`)}`,
  ].filter((part) => part !== null);
  const evidence = finding.evidence.map((part) => {
    const sql = evidenceSql(part);
    return `- ${plainText(evidenceWords(part))}${sql === null ? "" : `: ${inlineCode(truncate(printable(sql.slice(0, MOST_SQL)), 300))}`}`;
  });
  const actions = recommendations.map((recommendation) => {
    const asides = [
      verificationWords(recommendation),
      ...recommendation.risks.map((risk) => plainText(printable(risk))),
    ].filter((part) => part !== null);
    const ddl = recommendation.ddl === null ? "" : `\n\n${codeBlock(recommendation.ddl)}`;
    return `**→ ${plainText(printable(recommendation.summary))}**${asides.length === 0 ? "" : ` (${asides.join("; ")})`}${ddl}`;
  });
  return [
    `## ${icon} ${finding.severity}: ${finding.ruleId} · ${plainText(truncate(subjectWords(finding.subject), 100))}`,
    plainText(printable(finding.message)),
    evidence.join("\n"),
    ...actions,
    facts.join(" · "),
  ]
    .filter((block) => block !== "")
    .join("\n\n");
}

function notesBlock({ notes }: Arrangement): string {
  if (notes.length === 0) return "";
  const lines = notes.map(
    ({ finding, shortKey }) =>
      `- ${finding.ruleId}: ${plainText(printable(finding.headline))} (${inlineCode(`dbperf show ${shortKey}`)})`,
  );
  return `## For information\n\n${lines.join("\n")}`;
}

function statementsBlock({ statements }: Analysis): string {
  if (statements === undefined || statements.items.length === 0) return "";
  const shown = statements.items.slice(0, MOST_STATEMENTS);
  const rows = shown.map(statementRow);
  const head = "| share of time | total | calls | mean | max | statement |\n|---:|---:|---:|---:|---:|---|";
  return `## Statements by total time\n\n${head}\n${rows.join("\n")}\n\n${plural(shown.length, "statement")} of ${formatCount(statements.classes)}.`;
}

function statementRow(item: StatementItem): string {
  const cells = [
    formatShare(item.share),
    formatMs(item.totalMs),
    formatCount(item.calls),
    formatMs(item.meanMs),
    item.maxMs === null ? "–" : formatMs(item.maxMs),
    // A pipe ends a table cell, even inside a code span.
    inlineCode(truncate(printable(item.query.slice(0, MOST_SQL)), 160)).replaceAll("|", "\\|"),
  ];
  return `| ${cells.join(" | ")} |`;
}

function healthBlock(analysis: Analysis, arrangement: Arrangement): string {
  const { healthy, suppressed } = arrangement;
  const lines = notCheckedLines(analysis, arrangement).map(({ what, hint, isCommand }) => {
    if (hint === null) return `- ${plainText(what)}`;
    if (isCommand && hint.includes("\n")) return `- ${plainText(what)}:\n\n${codeBlock(hint).replace(/^/gm, "  ")}`;
    return `- ${plainText(what)}: ${isCommand ? inlineCode(hint) : plainText(printable(hint))}`;
  });
  return [
    healthy.length === 0 ? "" : `Healthy: ${plural(healthy.length, "rule")} found nothing (${healthy.join(", ")}).`,
    suppressed.length === 0 ? "" : `Suppressed: ${plural(suppressed.length, "finding")} (dbperf.suppressions.yaml).`,
    lines.length === 0 ? "" : `## Not checked\n\n${lines.join("\n")}`,
  ]
    .filter((block) => block !== "")
    .join("\n\n");
}

function remarksBlock(analysis: Analysis): string {
  const lines = remarks(analysis).map((line) => `- ${plainText(line)}`);
  return lines.length === 0 ? "" : `## About these numbers\n\n${lines.join("\n")}`;
}

/** Text in which nothing is markup. */
function plainText(text: string): string {
  return (
    text
      .replace(/[\\`*[\]|~#]|(?<!\w)_|_(?!\w)/g, "\\$&")
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      // A name with @ or a bare address would notify people or become a link.
      .replaceAll("@", "&#64;")
      .replaceAll("://", ":&#47;&#47;")
  );
}

function inlineCode(text: string): string {
  const line = printable(text);
  const fence = "`".repeat(longestRun(line) + 1);
  const pad = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return `${fence}${pad}${line}${pad}${fence}`;
}

function codeBlock(sql: string): string {
  const text = printableLines(truncateLength(sql, 100_000));
  const fence = "`".repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}sql\n${text}\n${fence}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
