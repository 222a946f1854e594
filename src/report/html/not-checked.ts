import type { Analysis } from "../../model/analysis.ts";
import { printable } from "../../util/text.ts";
import type { Arrangement } from "../arrange.ts";
import { notCheckedLines, remarks } from "../remarks.ts";
import { html, type Markup } from "./markup.ts";
import { copyBlock } from "./sql.ts";

/** What this run did not look at and what makes it visible, then remarks about the numbers. */
export function notCheckedSection(analysis: Analysis, arrangement: Arrangement): Markup {
  const lines = notCheckedLines(analysis, arrangement);
  const notes = remarks(analysis);
  return html`${
    lines.length === 0
      ? null
      : html`<section id="not-checked" aria-labelledby="not-checked-title"><h2 id="not-checked-title">Not checked</h2><ul class="gaps">${lines.map(({ what, details, hint, isCommand }) => html`<li>${what}${details.length === 0 ? null : html`<ul class="aside">${details.map((line) => html`<li>${line}</li>`)}</ul>`}${hint === null ? null : isCommand ? copyBlock(hint) : html`<p class="aside">${printable(hint)}</p>`}</li>`)}</ul></section>
`
  }${
    notes.length === 0
      ? null
      : html`<section id="remarks" aria-labelledby="remarks-title"><h2 id="remarks-title">About these numbers</h2><ul class="quiet">${notes.map((line) => html`<li>${line}</li>`)}</ul></section>
`
  }`;
}
