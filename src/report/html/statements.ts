import type { Analysis, StatementItem } from "../../model/analysis.ts";
import { printable, truncate } from "../../util/text.ts";
import { formatCount, formatMs, formatShare, plural } from "../../util/units.ts";
import { shareBar } from "./bar.ts";
import { html, type Markup } from "./markup.ts";
import { planTree } from "./plan-tree.ts";
import { sqlBlock } from "./sql.ts";
import { statementFacts } from "./statement-facts.ts";

interface Column {
  readonly name: string;
  readonly title: string;
  /** What the column sorts by; null sorts last. */
  readonly value: (item: StatementItem) => number | null;
  readonly cell: (item: StatementItem) => Markup | string;
}

const COLUMNS: readonly Column[] = [
  {
    name: "share",
    title: "Share of time",
    value: (item) => item.share,
    cell: (item) =>
      html`<span class="share">${shareBar(item.share)}<span class="number">${formatShare(item.share)}</span></span>`,
  },
  { name: "total", title: "Total", value: (item) => item.totalMs, cell: (item) => formatMs(item.totalMs) },
  { name: "calls", title: "Calls", value: (item) => item.calls, cell: (item) => formatCount(item.calls) },
  { name: "mean", title: "Mean", value: (item) => item.meanMs, cell: (item) => formatMs(item.meanMs) },
  { name: "p50", title: "p50", value: (item) => item.p50Ms, cell: (item) => milliseconds(item.p50Ms) },
  { name: "p95", title: "p95", value: (item) => item.p95Ms, cell: (item) => milliseconds(item.p95Ms) },
  { name: "p99", title: "p99", value: (item) => item.p99Ms, cell: (item) => milliseconds(item.p99Ms) },
  { name: "max", title: "Max", value: (item) => item.maxMs, cell: (item) => milliseconds(item.maxMs) },
  { name: "rows", title: "Rows", value: (item) => item.rows, cell: (item) => count(item.rows) },
  { name: "examined", title: "Examined", value: examined, cell: (item) => count(examined(item)) },
  { name: "blocks", title: "I/O blocks", value: ioBlocks, cell: (item) => count(ioBlocks(item)) },
];

/** The statements by time: a table that the page's script can sort; each row opens its text, plan and what a log knows. */
export function statementsSection({ statements, window }: Analysis): Markup | null {
  if (statements === undefined || statements.items.length === 0) return null;
  const isLog = window.kind === "log";
  const columns = COLUMNS.filter(({ value }) => statements.items.some((item) => value(item) !== null));
  const blocks = columns.some(({ name }) => name === "blocks")
    ? " I/O blocks were read from outside the buffer cache, temporary ones included."
    : "";
  return html`<section id="statements" aria-labelledby="statements-title">
<h2 id="statements-title">Statements by total time</h2>
<p class="quiet">${plural(statements.items.length, "statement")} of ${formatCount(statements.classes)}; the whole ${isLog ? "log" : "database"}: ${plural(statements.calls, "call")}, ${formatMs(statements.totalMs)}.${blocks}</p>
<table class="records statements"><thead><tr>${columns.map(({ name, title }) => html`<th scope="col" data-column="${name}"${name === "share" ? html` aria-sort="descending"` : null}>${title}</th>`)}</tr></thead>
${statements.items.map((item) => statementRows(item, columns, isLog))}</table>
</section>
`;
}

function statementRows(item: StatementItem, columns: readonly Column[], isLog: boolean): Markup {
  const query = printable(item.query.slice(0, 2000));
  const tags = Object.entries(item.tags);
  const isWhole = query === item.query && query.length <= 200;
  return html`<tbody id="statement-${item.fingerprint}"><tr class="numbers">${columns.map(({ title, value, cell }) => html`<td data-title="${title}" data-value="${value(item) ?? ""}">${cell(item)}</td>`)}</tr>
<tr class="query"><td colspan="${columns.length}"><details><summary><code>${isWhole ? query : truncate(query, 200)}</code>${hasPlan(item) ? html` <span class="badge">plan</span>` : null}</summary>${isWhole ? null : sqlBlock(item.query)}${tags.length === 0 ? null : html`<p class="aside">${tags.map(([key, text]) => `${key}: ${printable(text)}`).join(" · ")}</p>`}${item.log === undefined ? null : statementFacts(item.log, item.calls)}${plan(item, isLog)}</details></td></tr></tbody>
`;
}

function hasPlan({ plan, log }: StatementItem): boolean {
  return plan !== null || (log?.plans.length ?? 0) > 0;
}

/** The plan beside those of the log, which already show what auto_explain wrote. */
function plan(item: StatementItem, isLog: boolean): Markup | null {
  const isShown = (item.log?.plans.length ?? 0) > 0;
  if (item.plan !== null) return isShown && item.plan.source === "auto-explain" ? null : planTree(item.plan);
  if (isShown) return null;
  return html`<p class="aside">${isLog ? "The log has no plan of this statement." : "No plan was asked for or could be had."}</p>`;
}

function examined(item: StatementItem): number | null {
  return item.log?.rowsExamined ?? null;
}

function ioBlocks(item: StatementItem): number | null {
  if (item.sharedBlocksRead === null) return null;
  return item.sharedBlocksRead + (item.tempBlocksRead ?? 0) + (item.tempBlocksWritten ?? 0);
}

function milliseconds(value: number | null): string {
  return value === null ? "–" : formatMs(value);
}

function count(value: number | null): string {
  return value === null ? "–" : formatCount(value);
}
