import type { CaptureNotice } from "../model/server.ts";
import { formatCount, plural } from "../util/units.ts";
import type { TraceTally } from "./trace-tally.ts";

/** What a reader has to know of traces that were not whole, or show less than they could. */
export function traceNotices(tally: TraceTally): readonly CaptureNotice[] {
  return [...damage(tally), ...notLookedAt(tally)];
}

function damage({ damagedRecords, firstDamage, damagedSpans, untimed, lateSpans }: TraceTally): CaptureNotice[] {
  const messages: string[] = [];
  if (damagedRecords > 0) {
    const first = firstDamage === null ? "" : ` The first: ${firstDamage}.`;
    messages.push(`${plural(damagedRecords, "damaged record")} of traces could not be read.${first}`);
  }
  if (damagedSpans > 0)
    messages.push(`${plural(damagedSpans, "span")} without a valid trace and span id were left out.`);
  if (untimed > 0) messages.push(`${plural(untimed, "statement")} without a valid start and end were left out.`);
  if (lateSpans > 0) {
    messages.push(
      `${plural(lateSpans, "span")} came after the rest of their trace had been looked at: their requests are seen in parts.`,
    );
  }
  return messages.map((message) => ({ code: "traces-damaged", message }));
}

function notLookedAt({ spans, statements, otherSystems, hiddenTexts, aloneStatements }: TraceTally): CaptureNotice[] {
  const messages: string[] = [];
  const others = [...otherSystems].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  if (others.length > 0) {
    const list = others.map(([system, count]) => `${system} (${formatCount(count)})`).join(", ");
    messages.push(`Spans of other database systems were not looked at: ${list}.`);
  }
  if (hiddenTexts > 0) {
    messages.push(
      `${plural(hiddenTexts, "database span")} without the text of the statement (db.query.text or db.statement) were not looked at.`,
    );
  }
  if (statements === 0 && spans > 0 && others.length === 0 && hiddenTexts === 0) {
    messages.push(
      `None of the ${plural(spans, "span")} is a statement of PostgreSQL, MySQL or MariaDB: instrument the driver, such as with @opentelemetry/instrumentation-pg.`,
    );
  }
  if (aloneStatements > 0) {
    messages.push(
      `${formatCount(aloneStatements)} of ${plural(statements, "statement")} have no parent span, so that nothing says to which request they belong: instrument what calls them, such as the HTTP server.`,
    );
  }
  return messages.map((message) => ({ code: "traces-incomplete", message }));
}
