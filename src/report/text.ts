import type { Analysis, StatementItem } from "../model/analysis.ts";
import type { Finding } from "../model/finding.ts";
import type { Recommendation } from "../model/recommendation.ts";
import { padLeft, printable, printableLines, spread, truncate, wrap } from "../util/text.ts";
import { formatCount, formatMs, formatShare, plural } from "../util/units.ts";
import { type Arrangement, arrange, type Entry } from "./arrange.ts";
import { headline } from "./headline.ts";
import { notCheckedLines, remarks } from "./remarks.ts";
import type { Palette, Reporter, ReportOptions } from "./reporter.ts";
import {
  confidenceWords,
  evidenceSql,
  evidenceWords,
  headParts,
  savingWords,
  subjectWords,
  verificationWords,
} from "./words.ts";

const MOST_FINDINGS = 10;
const MOST_NOTES = 5;
/** With more findings than this the table of statements would push the answer off the screen. */
const FINDINGS_BESIDE_STATEMENTS = 4;

/** The report for a terminal: the answer, findings worst first, what was not checked. Ends with a line break. */
export function renderText(analysis: Analysis, options: ReportOptions): string {
  const width = reportWidth(options.width);
  const arrangement = arrange(analysis);
  const context: Context = { width, color: options.color, verbose: options.verbose === true };
  const blocks = [
    wrap(`${options.color.bold("dbperf")}  ${headParts(analysis).join(" · ")}`, width),
    wrap(headline(analysis, arrangement), width - 4).map((line) => `  ${options.color.bold(line)}`),
    ...problemBlocks(arrangement, context),
    noteBlock(arrangement, context),
    statementBlock(analysis, arrangement, context),
    footBlock(arrangement, context),
    notCheckedBlock(analysis, arrangement, context),
    remarks(analysis)
      .flatMap((line) => paragraph(line, 1, width))
      .map(options.color.dim),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join("\n"))
    .join("\n\n")}\n`;
}

export const textReporter: Reporter = { format: "text", mediaType: "text/plain", extension: "txt", render: renderText };

/** Between 60 and 120 columns: longer lines are hard to read, shorter ones hold no numbers. */
export function reportWidth(width: number): number {
  return Math.min(120, Math.max(60, Math.floor(width)));
}

/** `● critical`, in the colour of the severity. */
export function severityMark({ severity }: Finding, color: Palette): string {
  if (severity === "critical") return color.red("● critical");
  return severity === "warning" ? color.yellow("▲ warning ") : color.cyan("· info    ");
}

/** The action with its text to paste, which is never wrapped or cut. */
export function actionLines(recommendation: Recommendation, indent: number, { width, color }: Context): string[] {
  const pad = " ".repeat(indent);
  const summary = saysMoreThanDdl(recommendation) ? wrap(printable(recommendation.summary), width - indent - 2) : [];
  const ddl = recommendation.ddl === null ? [] : printableLines(recommendation.ddl).split("\n").map(color.bold);
  return [...summary, ...ddl].map((line, index) => `${pad}${index === 0 ? color.green("→ ") : "  "}${line}`);
}

/** True where the statement alone would not tell the whole advice: there is none, or it only treats the symptom. */
function saysMoreThanDdl({ action, ddl }: Recommendation): boolean {
  return ddl === null || action.kind === "advice" || action.kind === "end-session";
}

/** Text wrapped to the width, each line indented. */
export function paragraph(text: string, indent: number, width: number): string[] {
  return wrap(text, width - indent).map((line) => " ".repeat(indent) + line);
}

export interface Context {
  readonly width: number;
  readonly color: Palette;
  readonly verbose: boolean;
}

function problemBlocks({ problems }: Arrangement, context: Context): string[][] {
  const shown = context.verbose ? problems : problems.slice(0, MOST_FINDINGS);
  const rest = problems.length - shown.length;
  return [
    ...shown.map((entry) => problemBlock(entry, context)),
    rest === 0 ? [] : [` ${formatCount(rest)} more: dbperf analyze --format json`],
  ];
}

function problemBlock(entry: Entry, context: Context): string[] {
  const { finding } = entry;
  const { width, color } = context;
  const query = entryQuery(finding);
  const evidence = context.verbose ? finding.evidence.filter((part) => part.kind !== "statement") : [];
  return [
    titleLine(finding, context),
    ...(query === null ? [] : [`   ${color.dim(truncate(printable(query.slice(0, 4000)), width - 3))}`]),
    ...paragraph(printable(finding.message), 3, width),
    ...evidence.flatMap((part) => paragraph(`- ${evidenceWords(part)}`, 3, width)),
    ...entry.recommendations.flatMap((recommendation) => [
      ...actionLines(recommendation, 3, context),
      ...paragraph(asides(recommendation), 5, width).map((line) => color.dim(line)),
    ]),
    ...tailLines(entry, context),
  ];
}

function titleLine(finding: Finding, { width, color }: Context): string {
  const mark = severityMark(finding, color);
  const saving = savingWords(finding);
  const room = width - 14 - finding.ruleId.length - 3;
  const subject = subjectWords(finding.subject);
  const title = (space: number): string =>
    ` ${mark}  ${color.bold(finding.ruleId)} · ${truncate(subject, Math.max(8, space))}`;
  if (saving === null) return title(room);
  // The saving keeps its place at the right margin; a long subject gives way.
  return spread(title(Math.max(24, room - saving.length - 2)), saving, width) ?? `${title(room)}\n   ${saving}`;
}

/** How sure the effect is, and the first risk; all risks are in `dbperf show`. */
function asides(recommendation: Recommendation): string {
  const [risk] = recommendation.risks;
  return [verificationWords(recommendation), risk === undefined ? null : printable(risk)]
    .filter((part) => part !== null)
    .join(" · ");
}

function tailLines({ finding, alsoExplains, shortKey }: Entry, { width, color }: Context): string[] {
  const more = `more: dbperf show ${shortKey}`;
  const facts = [
    confidenceWords(finding.confidence),
    alsoExplains.length === 0 ? null : `also explains: ${alsoExplains.join(", ")}`,
  ]
    .filter((fact) => fact !== null)
    .join(" · ");
  const line = spread(`   ${facts}`, more, width);
  return (line === null ? [...paragraph(facts, 3, width), padLeft(more, width)] : [line]).map(color.dim);
}

/** The statement that a finding is about, unless its title already shows it. */
function entryQuery(finding: Finding): string | null {
  if (finding.subject.kind === "statement") return null;
  const evidence = finding.evidence.find((part) => part.kind === "statement" || part.kind === "session");
  return evidence === undefined ? null : evidenceSql(evidence);
}

function noteBlock({ notes }: Arrangement, { width, color, verbose }: Context): string[] {
  const shown = verbose ? notes : notes.slice(0, MOST_NOTES);
  const lines = shown.flatMap(({ finding, shortKey }) => {
    const [first = "", ...rest] = wrap(
      `${severityMark(finding, color)}  ${finding.ruleId} · ${printable(finding.headline)}`,
      width - 3,
    );
    const lines = [` ${first}`, ...rest.map((line) => `   ${line}`)];
    const more = `more: dbperf show ${shortKey}`;
    const last = spread(lines.at(-1) ?? "", color.dim(more), width);
    return last === null ? [...lines, color.dim(padLeft(more, width))] : [...lines.slice(0, -1), last];
  });
  return notes.length > shown.length
    ? [...lines, ` ${plural(notes.length - shown.length, "more note")}: dbperf analyze --format json`]
    : lines;
}

function statementBlock(
  { statements }: Analysis,
  { problems }: Arrangement,
  { width, color, verbose }: Context,
): string[] {
  if (statements === undefined || statements.items.length === 0) return [];
  if (!verbose && problems.length > FINDINGS_BESIDE_STATEMENTS) return [];
  const items = statements.items.slice(0, verbose ? 20 : 5);
  const head = ` ${padLeft("share", 7)}  ${padLeft("total", 9)}  ${padLeft("calls", 11)}  ${padLeft("mean", 9)}  `;
  return [color.dim(`${head}statement`), ...items.map((item) => statementLine(item, width))];
}

function statementLine(item: StatementItem, width: number): string {
  const numbers = [
    padLeft(formatShare(item.share), 7),
    padLeft(formatMs(item.totalMs), 9),
    padLeft(formatCount(item.calls), 11),
    padLeft(formatMs(item.meanMs), 9),
  ];
  const left = ` ${numbers.join("  ")}  `;
  return left + truncate(printable(item.query.slice(0, 2000)), width - left.length);
}

function footBlock({ healthy, suppressed }: Arrangement, { width, verbose }: Context): string[] {
  const names = verbose && healthy.length > 0 ? ` (${healthy.join(", ")})` : "";
  return [
    ...(healthy.length === 0
      ? []
      : paragraph(`Healthy: ${plural(healthy.length, "rule")} found nothing${names}.`, 1, width)),
    ...(suppressed.length === 0
      ? []
      : [` Suppressed: ${plural(suppressed.length, "finding")} (dbperf.suppressions.yaml).`]),
  ];
}

function notCheckedBlock(analysis: Analysis, arrangement: Arrangement, { width, color }: Context): string[] {
  const lines = notCheckedLines(analysis, arrangement);
  if (lines.length === 0) return [];
  return [
    " Not checked:",
    ...lines.flatMap(({ what, hint, isCommand }) => [
      ...paragraph(what, 3, width),
      ...(hint === null
        ? []
        : isCommand
          ? printableLines(hint)
              .split("\n")
              .map((line) => `     ${color.bold(line)}`)
          : paragraph(printable(hint), 5, width)),
    ]),
  ];
}
