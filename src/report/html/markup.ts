import { printableLines } from "../../util/text.ts";

const MARKUP: unique symbol = Symbol("markup");

/** Text that is markup already. Only `html` and `trusted` make it, so data cannot pass for it. */
export interface Markup {
  readonly [MARKUP]: string;
}

type Part = Markup | string | number | null | false | readonly Part[];

/** Markup with every value escaped; null and false print nothing, lists are joined. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return trusted(
    strings.map((text, index) => text + (index < parts.length ? render(parts[index] ?? null) : "")).join(""),
  );
}

/** Marks a text of this program (never data) as markup. */
export function trusted(text: string): Markup {
  return { [MARKUP]: text };
}

export function markupText(markup: Markup): string {
  return markup[MARKUP];
}

function render(part: Part): string {
  if (part === null || part === false) return "";
  if (typeof part === "string") return escapeHtml(part);
  if (typeof part === "number") return String(part);
  return MARKUP in part ? part[MARKUP] : part.map(render).join("");
}

function escapeHtml(text: string): string {
  return printableLines(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
