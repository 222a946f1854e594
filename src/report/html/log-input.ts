import type { Analysis } from "../../model/analysis.ts";
import { plural } from "../../util/units.ts";
import { logFileWords, logInput, logInputParts, unparsedNote } from "../log-words.ts";
import { html, type Markup } from "./markup.ts";

const MOST_FILES = 200;

/** What was read of logs, the files by name where there are several; null without logs. */
export function logInputBlock(analysis: Analysis): Markup | null {
  const input = logInput(analysis);
  if (input === null) return null;
  const words = logInputParts(analysis).join(" · ");
  const note = unparsedNote(analysis);
  const missed = note === null ? null : html`<p class="read missed"><a href="#not-checked">${note}</a></p>`;
  if (input.files.length < 2) return html`<p class="read">${words}</p>${missed}`;
  const files = input.files.slice(0, MOST_FILES).map((file) => html`<li>${logFileWords(file)}</li>`);
  const rest = input.files.length - files.length;
  const more = rest > 0 ? html`<li>${plural(rest, "more file")}</li>` : null;
  return html`<details class="read"><summary>${words}</summary><ul>${files}${more}</ul></details>${missed}`;
}
