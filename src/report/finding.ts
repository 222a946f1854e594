import type { Analysis, StatementItem } from "../model/analysis.ts";
import type { Evidence, Finding } from "../model/finding.ts";
import type { Window } from "../model/primitives.ts";
import { printable, printableLines, spread, truncateLength, wrap } from "../util/text.ts";
import { formatShare, plural } from "../util/units.ts";
import { recommendationsOf } from "./arrange.ts";
import { utcSpan } from "./log-words.ts";
import { type CostedNode, costPlan } from "./plan-shares.ts";
import type { ReportOptions } from "./reporter.ts";
import { actionLines, severityMark } from "./text.ts";
import { type Context, paragraph, reportWidth } from "./text-layout.ts";
import {
  confidenceWords,
  evidenceSql,
  evidenceWords,
  planConditions,
  planNodeTitle,
  rowWords,
  savingWords,
  statementTimeWords,
  subjectQueries,
  subjectWords,
  verificationWords,
} from "./words.ts";

/** Longest SQL text that is printed whole, in characters. */
const MOST_SQL = 100_000;

/** What is read around a finding: the others of its report, the actions, and the plans. */
export type FindingSurroundings = Pick<Analysis, "findings" | "recommendations"> & {
  readonly statements?: { readonly items: readonly Pick<StatementItem, "fingerprint" | "plan">[] };
  /** Says what shares of statement time are of; without it, the database's. */
  readonly window?: Pick<Window, "kind">;
};

/** One finding whole, as text: message, statements, evidence, actions with their risks, plan. Ends with a line break. */
export function renderFinding(analysis: FindingSurroundings, finding: Finding, options: ReportOptions): string {
  const context: Context = { width: reportWidth(options.width), color: options.color, verbose: true };
  const blocks = [
    titleBlock(finding, context),
    paragraph(printable(finding.message), 1, context.width),
    relationBlock(analysis, finding, context),
    subjectBlock(finding, context),
    evidenceBlock(analysis, finding, context),
    instanceBlock(finding, context),
    actionBlock(analysis, finding, context),
    ...planBlocks(analysis, finding, context),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join("\n"))
    .join("\n\n")}\n`;
}

function titleBlock(finding: Finding, context: Context): string[] {
  const { color, width } = context;
  const head = ` ${severityMark(finding, color)}  ${color.bold(finding.ruleId)}`;
  const saving = savingWords(finding);
  const facts = [
    `key ${finding.key}`,
    `scope ${finding.scope}`,
    confidenceWords(finding.confidence) ?? "measured",
  ].join(" · ");
  const subject = truncateLength(subjectWords(finding.subject), 1000);
  return [
    saving === null ? head : (spread(head, saving, width) ?? `${head}\n ${saving}`),
    ...paragraph(subject, 1, width),
    color.dim(` ${facts}`),
  ];
}

function relationBlock(analysis: FindingSurroundings, finding: Finding, { color, width }: Context): string[] {
  const parts = analysis.findings.filter((other) => other.partOf === finding.key).map((other) => other.key);
  const until = finding.suppressed?.until ?? null;
  const lines = [
    ...(finding.partOf === null ? [] : [`Part of: dbperf show ${finding.partOf}`]),
    ...(parts.length === 0 ? [] : [`Also explains: ${parts.join(", ")}`]),
    ...(finding.suppressed === null
      ? []
      : [`Suppressed${until === null ? "" : ` until ${printable(until)}`}: ${printable(finding.suppressed.reason)}`]),
  ];
  return lines.flatMap((line) => paragraph(line, 1, width)).map(color.dim);
}

function subjectBlock({ subject }: Finding, { color }: Context): string[] {
  const queries = subjectQueries(subject);
  if (queries.length === 0) return [];
  return [color.bold(" Statements"), ...queries.flatMap((query) => bulletedSql(query))];
}

function evidenceBlock({ window }: FindingSurroundings, { evidence }: Finding, context: Context): string[] {
  if (evidence.length === 0) return [];
  const timeBase = statementTimeWords(window ?? { kind: "since-reset" });
  return [context.color.bold(" Evidence"), ...evidence.flatMap((part) => evidenceLines(part, timeBase, context))];
}

function evidenceLines(evidence: Evidence, timeBase: string, context: Context): string[] {
  const [first = "", ...rest] = wrap(evidenceWords(evidence, timeBase), context.width - 5);
  const sql = evidenceSql(evidence);
  return [`   - ${first}`, ...rest.map((line) => `     ${line}`), ...(sql === null ? [] : sqlLines(sql, 5))];
}

/** SQL as it is: never wrapped, so that it can be copied. */
function sqlLines(sql: string, indent: number): string[] {
  return printableLines(truncateLength(sql, MOST_SQL))
    .split("\n")
    .map((line) => " ".repeat(indent) + line);
}

function bulletedSql(sql: string): string[] {
  return sqlLines(sql, 5).map((line, index) => (index === 0 ? `   - ${line.slice(5)}` : line));
}

function instanceBlock({ instances }: Finding, { color }: Context): string[] {
  if (instances === undefined || instances.length === 0) return [];
  return [
    color.bold(" Seen"),
    ...instances.flatMap((one) => [
      `   - ${plural(one.count, "time")}, ${utcSpan(one.from, one.to)} UTC`,
      ...sqlLines(one.query, 5),
    ]),
  ];
}

function actionBlock(analysis: FindingSurroundings, finding: Finding, context: Context): string[] {
  const recommendations = recommendationsOf(analysis, finding.key);
  if (recommendations.length === 0) return [];
  const lines = recommendations.flatMap((recommendation) => [
    ...actionLines(recommendation, 3, context),
    ...[verificationWords(recommendation)].flatMap((words) =>
      words === null ? [] : [context.color.dim(`     ${words}`)],
    ),
    ...recommendation.risks.flatMap((risk) => paragraph(`risk: ${printable(risk)}`, 5, context.width)),
  ]);
  return [context.color.bold(" What to do"), ...lines];
}

function planBlocks(analysis: FindingSurroundings, finding: Finding, context: Context): string[][] {
  const fingerprints = new Set(
    [
      finding.subject,
      ...(finding.subject.kind === "statements" ? finding.subject.statements : []),
      ...finding.evidence,
    ].flatMap((part) => ("fingerprint" in part ? [part.fingerprint] : [])),
  );
  return [...fingerprints].flatMap((fingerprint) => {
    const plan = analysis.statements?.items.find((item) => item.fingerprint === fingerprint)?.plan ?? null;
    if (plan === null) return [];
    const { root, basis } = costPlan(plan.root);
    const what = basis === "time" ? "share of the measured time" : "share of the planner's cost, which is no time";
    return [
      [
        context.color.bold(` Plan of ${fingerprint}`) + context.color.dim(` (${plan.source}; ${what})`),
        ...planLines(root, 0, context),
      ],
    ];
  });
}

function planLines(plan: CostedNode, depth: number, context: Context): string[] {
  const { color, width } = context;
  const indent = 9 + Math.min(depth, 20) * 2;
  const share = (plan.share === null ? "" : formatShare(plan.share)).padStart(8);
  const rows = rowWords(plan.node);
  const title = `${planNodeTitle(plan.node)}${rows === null ? "" : ` · ${rows}`}${plan.isCostliest ? " ← costliest" : ""}`;
  const [first = "", ...rest] = wrap(title, width - indent);
  const paint = plan.isCostliest ? color.bold : (text: string): string => text;
  return [
    `${share} ${" ".repeat(indent - 9)}${paint(first)}`,
    ...rest.map((line) => " ".repeat(indent + 2) + line),
    ...planConditions(plan.node).flatMap(({ label, text }) =>
      paragraph(`${label}: ${text}`, indent + 2, Math.max(width, indent + 40)).map(color.dim),
    ),
    ...plan.children.flatMap((child) => planLines(child, depth + 1, context)),
  ];
}
