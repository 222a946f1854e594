import type { Analysis, StatementItem } from "../model/analysis.ts";
import { printable, truncate } from "../util/text.ts";
import { formatCount, formatMs, formatShare, plural } from "../util/units.ts";
import { type Arrangement, arrange, type Entry } from "./arrange.ts";
import { headline } from "./headline.ts";
import { logFileWords, logInput, logInputParts, unparsedNote } from "./log-words.ts";
import { logBlocks } from "./markdown-log.ts";
import { codeBlock, inlineCode, plainText } from "./markdown-text.ts";
import { notCheckedLines, remarks } from "./remarks.ts";
import type { Reporter } from "./reporter.ts";
import { hasPercentiles } from "./statement-table.ts";
import {
  confidenceWords,
  evidenceSql,
  evidenceWords,
  headParts,
  savingWords,
  statementTimeWords,
  subjectQueries,
  subjectWords,
  verificationWords,
} from "./words.ts";

const MOST_STATEMENTS = 10;
const MOST_SQL = 4000;
const MOST_FILES = 10;

/** The report as Markdown for an issue, a pull request or a chat. Ends with a line break. */
export function renderMarkdown(analysis: Analysis): string {
  const arrangement = arrange(analysis);
  const blocks = [
    "# dbperf report",
    plainText(headParts(analysis).join(" · ")),
    logInputBlock(analysis),
    `**${plainText(headline(analysis, arrangement))}**`,
    ...arrangement.problems.map((entry) => problemBlock(entry, statementTimeWords(analysis.window))),
    notesBlock(arrangement),
    statementsBlock(analysis),
    ...logBlocks(analysis),
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

function logInputBlock(analysis: Analysis): string {
  const unparsed = unparsedNote(analysis);
  const files = logInput(analysis)?.files ?? [];
  const listed = files.length < 2 ? [] : files.slice(0, MOST_FILES).map((file) => `- ${plainText(logFileWords(file))}`);
  const more = files.length > MOST_FILES ? [`- ${plural(files.length - MOST_FILES, "more file")}`] : [];
  return [
    plainText([...logInputParts(analysis), ...(unparsed === null ? [] : [unparsed])].join(" · ")),
    [...listed, ...more].join("\n"),
  ]
    .filter((block) => block !== "")
    .join("\n\n");
}

function problemBlock({ finding, alsoExplains, recommendations, shortKey }: Entry, timeBase: string): string {
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
    return `- ${plainText(evidenceWords(part, timeBase))}${sql === null ? "" : `: ${shortCode(sql)}`}`;
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
    [...subjectQueries(finding.subject).map((query) => `- ${shortCode(query)}`), ...evidence].join("\n"),
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
  const percentiles = hasPercentiles(statements.items);
  const rows = shown.map((item) => statementRow(item, percentiles));
  const head = percentiles
    ? "| share of time | total | calls | mean | p50 | p95 | p99 | max | statement |\n|---:|---:|---:|---:|---:|---:|---:|---:|---|"
    : "| share of time | total | calls | mean | max | statement |\n|---:|---:|---:|---:|---:|---|";
  return `## Statements by total time\n\n${head}\n${rows.join("\n")}\n\n${plural(shown.length, "statement")} of ${formatCount(statements.classes)}.`;
}

function statementRow(item: StatementItem, percentiles: boolean): string {
  const cells = [
    formatShare(item.share),
    formatMs(item.totalMs),
    formatCount(item.calls),
    formatMs(item.meanMs),
    ...(percentiles ? [item.p50Ms, item.p95Ms, item.p99Ms] : []).map(milliseconds),
    milliseconds(item.maxMs),
    // A pipe ends a table cell, even inside a code span.
    inlineCode(truncate(printable(item.query.slice(0, MOST_SQL)), 160)).replaceAll("|", "\\|"),
  ];
  return `| ${cells.join(" | ")} |`;
}

function milliseconds(value: number | null): string {
  return value === null ? "–" : formatMs(value);
}

function shortCode(sql: string): string {
  return inlineCode(truncate(printable(sql.slice(0, MOST_SQL)), 300));
}

function healthBlock(analysis: Analysis, arrangement: Arrangement): string {
  const { healthy, suppressed } = arrangement;
  const lines = notCheckedLines(analysis, arrangement).map(({ what, details, hint, isCommand }) => {
    if (hint === null) return [`- ${plainText(what)}`, ...details.map((line) => `  - ${plainText(line)}`)].join("\n");
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
