import type { Analysis } from "../../model/analysis.ts";
import type { LoggedError } from "../../model/log.ts";
import { printable, truncate } from "../../util/text.ts";
import { formatCount, plural } from "../../util/units.ts";
import { utcTime } from "../log-words.ts";
import { minuteBins, type Span, spanOf } from "../minute-bins.ts";
import { columnChart } from "./chart.ts";
import { html, type Markup } from "./markup.ts";
import { sqlBlock } from "./sql.ts";

const MOST_LISTED = 100;
const MOST_BINS = 60;

/** The errors of the logs as a table that the page's script can sort, each with its course over time. */
export function loggedErrorsSection({ errors = [] }: Analysis): Markup | null {
  const span = spanOf(errors);
  if (span === null) return null;
  const rest = errors.length - MOST_LISTED;
  return html`<section id="errors" aria-labelledby="errors-title"><h2 id="errors-title">Errors <span class="count">${errors.length}</span></h2>
<p class="quiet">Times in UTC; all courses from ${utcTime(new Date(span.from).toISOString())} to ${utcTime(new Date(span.to).toISOString())}.</p>
<table class="records errors"><thead><tr><th scope="col" data-column="count" aria-sort="descending">Count</th><th scope="col">Code</th><th scope="col">Severity</th><th scope="col" data-column="first">First</th><th scope="col" data-column="last">Last</th><th scope="col">Over time</th></tr></thead>
${errors.slice(0, MOST_LISTED).map((error) => errorRows(error, span))}</table>${rest > 0 ? html`<p class="quiet">${plural(rest, "more entry", "more entries")} in the JSON report.</p>` : null}
</section>
`;
}

function errorRows(error: LoggedError, span: Span): Markup {
  const { count, code, severity, message, statement, firstAt, lastAt } = error;
  const text = html`<code>${truncate(printable(message), 400)}</code>`;
  return html`<tbody><tr class="numbers"><td data-title="Count" data-value="${count}">${formatCount(count)}</td><td data-title="Code">${printable(code ?? "–")}</td><td data-title="Severity">${severity}</td><td data-title="First" data-value="${Date.parse(firstAt)}">${utcTime(firstAt)}</td><td data-title="Last" data-value="${Date.parse(lastAt)}">${utcTime(lastAt)}</td><td data-title="Over time">${course(error, span)}</td></tr>
<tr class="query"><td colspan="6">${statement === null ? text : html`<details><summary>${text}</summary><p class="aside">Met most often by</p>${sqlBlock(statement.query)}</details>`}</td></tr></tbody>
`;
}

function course(error: LoggedError, span: Span): Markup {
  const columns = minuteBins(error, span, MOST_BINS).map(({ from, count }) => ({
    value: count,
    title: `from ${utcTime(new Date(from).toISOString())}: ${formatCount(count)}`,
  }));
  const worst = error.perMinute.reduce((most, minute) => (minute.count > most.count ? minute : most), {
    at: error.firstAt,
    count: 0,
  });
  return columnChart(columns, `at most ${formatCount(worst.count)} in a minute, at ${utcTime(worst.at)}`, "spark");
}
