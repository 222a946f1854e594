import { truncateLength } from "../../util/text.ts";
import { html, type Markup } from "./markup.ts";

/** Longest SQL text of one block, in characters: a page with megabytes of it would not open. */
const MOST_SQL = 20_000;

/** A block of SQL to read. */
export function sqlBlock(sql: string): Markup {
  return html`<pre class="sql" tabindex="0"><code>${truncateLength(sql, MOST_SQL)}</code></pre>`;
}

/** SQL to run, whole; the page's script adds a copy button. */
export function copyBlock(sql: string): Markup {
  return html`<div class="copy"><pre class="sql action" tabindex="0"><code>${sql}</code></pre></div>`;
}
