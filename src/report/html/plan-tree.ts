import type { StatementItem } from "../../model/analysis.ts";
import { printable } from "../../util/text.ts";
import { formatCount, formatShare } from "../../util/units.ts";
import { type CostedNode, costPlan } from "../plan-shares.ts";
import { planConditions, planNodeTitle, rowWords } from "../words.ts";
import { shareBar } from "./bar.ts";
import { html, type Markup } from "./markup.ts";

/** A plan as nested lists; bars are each node's own share, the way to the costliest node is marked. */
export function planTree(plan: NonNullable<StatementItem["plan"]>): Markup {
  const { root, basis } = costPlan(plan.root);
  const base =
    basis === "time"
      ? "each node's own share of the measured time"
      : "each node's own share of the planner's cost, which is no time";
  const repairs = plan.repairs.map(
    ({ from, to }) =>
      html`<li>explained with <code>${printable(to)}</code> in place of <code>${printable(from)}</code></li>`,
  );
  return html`<div class="plan"><p class="aside">Plan (${plan.source}); bars: ${base}.</p><ul class="tree">${treeNode(root)}</ul>${repairs.length === 0 ? null : html`<ul class="repairs">${repairs}</ul>`}</div>`;
}

function treeNode(plan: CostedNode): Markup {
  const { node, share, children } = plan;
  const rows = rowWords(node);
  const className = plan.isCostliest ? "costliest" : plan.onCostlyPath ? "costly" : "";
  const facts = [rows, node.totalCost === null ? null : `cost ${formatCount(node.totalCost)}`].filter(
    (part) => part !== null,
  );
  return html`<li class="${className}"><div class="node">${share === null ? null : html`<span class="share">${shareBar(share)}<span class="number">${formatShare(share)}</span></span>`}<span class="what"><b>${planNodeTitle(node)}</b>${plan.isCostliest ? html` <span class="badge">costliest</span>` : null}<span class="facts">${facts.join(" · ")}</span>${planConditions(node).map(({ label, text }) => html`<span class="condition">${label} <code>${text}</code></span>`)}</span></div>${children.length === 0 ? null : html`<ul>${children.map(treeNode)}</ul>`}</li>`;
}
