import type { StatementItem } from "../../model/analysis.ts";
import type { CallShare, LoggedPlan, StatementExample, StatementLogFacts } from "../../model/log.ts";
import { printable, truncate } from "../../util/text.ts";
import { formatCount, formatMs, plural } from "../../util/units.ts";
import { hourColumns } from "../hour-columns.ts";
import { utcSpan, utcTime } from "../log-words.ts";
import { shareBar } from "./bar.ts";
import { columnChart } from "./chart.ts";
import { html, type Markup } from "./markup.ts";
import { planTree } from "./plan-tree.ts";
import { sqlBlock } from "./sql.ts";

const MOST_SHARES = 8;

/** What the logs say of a statement: distribution, course, who ran it, examples, plans. */
export function statementFacts(log: StatementLogFacts, calls: number): Markup {
  const blocks = [
    histogram(log),
    course(log),
    shares("Routes", log.routes, calls),
    shares("Applications", log.applications, calls),
    shares("Users", log.users, calls),
  ].filter((block) => block !== null);
  const grid = blocks.length === 0 ? null : html`<div class="facts-grid">${blocks}</div>`;
  return html`<p class="aside">${factWords(log).join(" · ")}</p>
${grid}${examples(log.examples)}${plans(log.plans)}`;
}

function factWords(log: StatementLogFacts): string[] {
  const facts = [
    `seen ${utcSpan(log.firstAt, log.lastAt)} UTC`,
    log.untimedCalls === 0 ? null : `${plural(log.untimedCalls, "call")} without a duration`,
    log.phasesMs === null ? null : `parse and bind ${formatMs(log.phasesMs)} in all, not in the times above`,
    log.lockMs === null ? null : `waited ${formatMs(log.lockMs)} for locks`,
    log.rowsExamined === null ? null : `${plural(log.rowsExamined, "row")} examined`,
    log.ptQueryDigestId === null ? null : `pt-query-digest id ${printable(log.ptQueryDigestId)}`,
  ];
  return facts.filter((fact) => fact !== null);
}

function histogram({ histogram: ranges }: StatementLogFacts): Markup | null {
  if (ranges.length === 0) return null;
  const most = Math.max(...ranges.map(({ calls }) => calls), 1);
  const rows = ranges.map(({ fromMs, toMs, calls }) => {
    const words = toMs === null ? `${formatMs(fromMs)} or more` : `${formatMs(fromMs)} to ${formatMs(toMs)}`;
    return shareRow(words, calls, most);
  });
  return html`<div><h4>Calls by duration</h4><dl class="shares">${rows}</dl></div>`;
}

function shares(title: string, items: readonly CallShare[], calls: number): Markup | null {
  if (items.length === 0) return null;
  const sorted = [...items].sort((a, b) => b.calls - a.calls);
  const rest = sorted.length - MOST_SHARES;
  const rows = sorted.slice(0, MOST_SHARES).map(({ name, calls: own }) => shareRow(printable(name), own, calls));
  return html`<div><h4>${title}</h4><dl class="shares">${rows}</dl>${rest > 0 ? html`<p class="aside">${formatCount(rest)} more</p>` : null}</div>`;
}

function shareRow(name: string, calls: number, of: number): Markup {
  return html`<dt>${truncate(name, 80)}</dt><dd>${shareBar(calls / Math.max(1, of))}<span class="number">${formatCount(calls)}</span></dd>`;
}

function course({ hours }: StatementLogFacts): Markup | null {
  const columns = hourColumns(hours);
  const [first, last] = [columns[0], columns.at(-1)];
  if (first === undefined || last === undefined || columns.length < 2) return null;
  const top = columns.reduce((most, column) => (column.calls > most.calls ? column : most), first);
  const bars = columns.map(({ at, calls, totalMs }) => ({
    value: calls,
    title: `${utcTime(at).slice(0, 16)}: ${plural(calls, "call")}, ${formatMs(totalMs)}`,
  }));
  const label = `Calls from ${utcTime(first.at)} to ${utcTime(last.at)}, at most ${formatCount(top.calls)} at ${utcTime(top.at)}`;
  return html`<div><h4>Calls ${first.hours === 1 ? "by hour" : `by ${formatCount(first.hours)} hours`}</h4><figure class="chart">${columnChart(bars, label)}<figcaption><span>${utcTime(first.at).slice(5, 16)}</span><span>most ${formatCount(top.calls)}</span><span>${utcTime(last.at).slice(5, 16)}</span></figcaption></figure></div>`;
}

function examples(items: readonly StatementExample[]): Markup | null {
  if (items.length === 0) return null;
  return html`<div class="examples"><h4>Slowest executions</h4><ul>${items.map(
    ({ at, durationMs, user, application, query, parameters }) => {
      const duration = durationMs === null ? "no duration" : formatMs(durationMs);
      const facts = [`${utcTime(at)} UTC`, user, application].filter((part) => part !== null && part !== "");
      return html`<li><b>${duration}</b> ${printable(facts.join(" · "))}${query === null ? null : sqlBlock(query)}${parameters === null ? null : html`<br>parameters: <code>${truncate(printable(parameters.slice(0, 4000)), 400)}</code>`}</li>`;
    },
  )}</ul></div>`;
}

function plans(items: readonly LoggedPlan[]): Markup | null {
  if (items.length === 0) return null;
  return html`<div class="examples"><h4>${plural(items.length, "plan")} in the log, by shape; each the slowest seen</h4>${items.map(
    (plan) =>
      html`<details open><summary>plan <code>${printable(plan.shape)}</code>: ${plural(plan.executions, "execution")}, mean ${formatMs(plan.meanMs)}, max ${formatMs(plan.maxMs)}, ${utcSpan(plan.firstAt, plan.lastAt)} UTC</summary>${planTree(planOf(plan))}</details>`,
  )}</div>`;
}

function planOf({ root }: LoggedPlan): NonNullable<StatementItem["plan"]> {
  return { root, source: "auto-explain", repairs: [] };
}
