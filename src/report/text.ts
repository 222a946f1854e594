import type { Analysis } from "../model/analysis.ts";
import type { Finding } from "../model/finding.ts";
import type { Recommendation } from "../model/recommendation.ts";
import { padLeft, printable, printableLines, spread, truncate, wrap } from "../util/text.ts";
import { formatCount, plural } from "../util/units.ts";
import { type Arrangement, arrange, type Entry } from "./arrange.ts";
import { headline } from "./headline.ts";
import { logInputParts, unparsedNote } from "./log-words.ts";
import { notCheckedLines, remarks } from "./remarks.ts";
import type { Palette, Reporter, ReportOptions } from "./reporter.ts";
import { statementTable } from "./statement-table.ts";
import { bullet, type Context, paragraph, reportWidth } from "./text-layout.ts";
import { logBlocks } from "./text-log.ts";
import {
  confidenceWords,
  evidenceSql,
  evidenceWords,
  headParts,
  jsonCommand,
  savingWords,
  statementTimeWords,
  subjectQueries,
  subjectWords,
  verificationWords,
} from "./words.ts";

const MOST_FINDINGS = 10;
const MOST_NOTES = 5;
const MOST_QUERIES = 3;
/** With more findings than this the table of statements would push the answer off the screen. */
const FINDINGS_BESIDE_STATEMENTS = 4;

/** The report for a terminal: the answer, findings worst first, what was not checked. Ends with a line break. */
export function renderText(analysis: Analysis, options: ReportOptions): string {
  const width = reportWidth(options.width);
  const arrangement = arrange(analysis);
  const context: Context = { width, color: options.color, verbose: options.verbose === true };
  const blocks = [
    headBlock(analysis, context),
    wrap(headline(analysis, arrangement), width - 4).map((line) => `  ${options.color.bold(line)}`),
    ...problemBlocks(analysis, arrangement, context),
    noteBlock(analysis, arrangement, context),
    statementBlock(analysis, arrangement, context),
    ...logBlocks(analysis, context),
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

/** What was read; of logs also how much and what of it was not parsed. */
function headBlock(analysis: Analysis, { width, color }: Context): string[] {
  const unparsed = unparsedNote(analysis);
  const read = logInputParts(analysis).join(" · ");
  return [
    ...wrap(`${color.bold("dbperf")}  ${headParts(analysis).join(" · ")}`, width),
    ...(read === "" ? [] : paragraph(read, 8, width).map(color.dim)),
    ...(unparsed === null ? [] : paragraph(unparsed, 8, width).map(color.yellow)),
  ];
}

function problemBlocks(analysis: Analysis, { problems }: Arrangement, context: Context): string[][] {
  const timeBase = statementTimeWords(analysis.window);
  const shown = context.verbose ? problems : problems.slice(0, MOST_FINDINGS);
  const rest = problems.length - shown.length;
  return [
    ...shown.map((entry) => problemBlock(entry, timeBase, context)),
    rest === 0 ? [] : [` ${formatCount(rest)} more: ${jsonCommand(analysis)}`],
  ];
}

function problemBlock(entry: Entry, timeBase: string, context: Context): string[] {
  const { finding } = entry;
  const { width, color } = context;
  const evidence = context.verbose ? finding.evidence.filter((part) => part.kind !== "statement") : [];
  return [
    titleLine(finding, context),
    ...entryQueries(finding).map((query) => `   ${color.dim(truncate(printable(query.slice(0, 4000)), width - 3))}`),
    ...paragraph(printable(finding.message), 3, width),
    ...evidence.flatMap((part) => paragraph(`- ${evidenceWords(part, timeBase)}`, 3, width)),
    ...entry.recommendations.flatMap((recommendation) => [
      ...actionLines(recommendation, 3, context),
      ...asides(recommendation)
        .flatMap((text) => paragraph(text, 5, width))
        .map(color.dim),
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

/** How sure the effect is, and the first risk, as one text or none; all risks are in `dbperf show`. */
function asides(recommendation: Recommendation): string[] {
  const [risk] = recommendation.risks;
  const parts = [verificationWords(recommendation), risk === undefined ? null : printable(risk)].filter(
    (part) => part !== null,
  );
  return parts.length === 0 ? [] : [parts.join(" · ")];
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

/** The statements that a finding is about, unless its title already shows them. */
function entryQueries({ subject, evidence }: Finding): string[] {
  if (subject.kind === "statement") return [];
  if (subject.kind === "statements") return subjectQueries(subject).slice(0, MOST_QUERIES);
  const shown = evidence.find((part) => part.kind === "statement" || part.kind === "session");
  const sql = shown === undefined ? null : evidenceSql(shown);
  return sql === null ? [] : [sql];
}

function noteBlock(analysis: Analysis, { notes }: Arrangement, { width, color, verbose }: Context): string[] {
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
    ? [...lines, ` ${plural(notes.length - shown.length, "more note")}: ${jsonCommand(analysis)}`]
    : lines;
}

function statementBlock(
  { statements, input }: Analysis,
  { problems }: Arrangement,
  { width, color, verbose }: Context,
): string[] {
  if (statements === undefined || statements.items.length === 0) return [];
  // Who reads a log asks for its statements first.
  if (!verbose && input.kind !== "log" && problems.length > FINDINGS_BESIDE_STATEMENTS) return [];
  const [head = "", ...lines] = statementTable(statements.items.slice(0, verbose ? 20 : 5), width);
  return [color.dim(head), ...lines];
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
    ...lines.flatMap(({ what, details, hint, isCommand }) => [
      ...paragraph(what, 3, width),
      ...details.flatMap((line) => bullet(line, 5, width)),
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
