import type { StatementItem, StatementSummary } from "../../model/analysis.ts";
import { printable, truncate } from "../../util/text.ts";
import { formatCount, formatMs, formatShare, plural } from "../../util/units.ts";
import { shareBar } from "./bar.ts";
import { html, type Markup } from "./markup.ts";
import { planTree } from "./plan-tree.ts";
import { sqlBlock } from "./sql.ts";

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
  { name: "p95", title: "p95", value: (item) => item.p95Ms, cell: (item) => milliseconds(item.p95Ms) },
  { name: "max", title: "Max", value: (item) => item.maxMs, cell: (item) => milliseconds(item.maxMs) },
  { name: "rows", title: "Rows", value: (item) => item.rows, cell: (item) => count(item.rows) },
  { name: "blocks", title: "I/O blocks", value: ioBlocks, cell: (item) => count(ioBlocks(item)) },
];

/** The statements by time: a table that the page's script can sort; each row opens its text and its plan. */
export function statementsSection(statements: StatementSummary | undefined): Markup | null {
  if (statements === undefined || statements.items.length === 0) return null;
  return html`<section id="statements" aria-labelledby="statements-title">
<h2 id="statements-title">Statements by total time</h2>
<p class="quiet">${plural(statements.items.length, "statement")} of ${formatCount(statements.classes)}; the whole database: ${plural(statements.calls, "call")}, ${formatMs(statements.totalMs)}. I/O blocks were read from outside the buffer cache, temporary ones included.</p>
<table class="statements"><thead><tr>${COLUMNS.map(({ name, title }) => html`<th scope="col" data-column="${name}"${name === "share" ? html` aria-sort="descending"` : null}>${title}</th>`)}</tr></thead>
${statements.items.map(statementRows)}</table>
</section>
`;
}

function statementRows(item: StatementItem): Markup {
  const query = printable(item.query.slice(0, 2000));
  const tags = Object.entries(item.tags);
  const isWhole = query === item.query && query.length <= 200;
  return html`<tbody id="statement-${item.fingerprint}"><tr class="numbers">${COLUMNS.map(({ title, value, cell }) => html`<td data-title="${title}" data-value="${value(item) ?? ""}">${cell(item)}</td>`)}</tr>
<tr class="query"><td colspan="${COLUMNS.length}"><details><summary><code>${isWhole ? query : truncate(query, 200)}</code>${item.plan === null ? null : html` <span class="badge">plan</span>`}</summary>${isWhole ? null : sqlBlock(item.query)}${tags.length === 0 ? null : html`<p class="aside">${tags.map(([key, text]) => `${key}: ${printable(text)}`).join(" · ")}</p>`}${item.plan === null ? html`<p class="aside">No plan was asked for or could be had.</p>` : planTree(item.plan)}</details></td></tr></tbody>
`;
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
