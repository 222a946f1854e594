import { formatShare } from "../../util/units.ts";
import { html, type Markup } from "./markup.ts";

/** A horizontal bar for a share from 0 to 1. SVG, because the content security policy allows no style attribute. */
export function shareBar(share: number, className = ""): Markup {
  const percent = Math.min(100, Math.max(share > 0 ? 1 : 0, share * 100)).toFixed(1);
  return html`<svg class="bar ${className}" role="img" aria-label="${formatShare(share)}"><rect class="track" width="100%" height="100%" rx="3"/><rect class="fill" width="${percent}%" height="100%" rx="3"/></svg>`;
}
