import type { Evidence } from "../../model/finding.ts";
import type { Severity } from "../../model/primitives.ts";
import type { Recommendation } from "../../model/recommendation.ts";
import { printable, truncate } from "../../util/text.ts";
import { plural } from "../../util/units.ts";
import type { Arrangement, Entry } from "../arrange.ts";
import {
  confidenceWords,
  evidenceSql,
  evidenceWords,
  savingWords,
  subjectQueries,
  subjectWords,
  verificationWords,
} from "../words.ts";
import { html, type Markup, trusted } from "./markup.ts";
import { copyBlock, sqlBlock } from "./sql.ts";

const ICONS: Readonly<Record<Severity, Markup>> = {
  critical: trusted(
    '<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="7"/><path d="M8 4v5M8 11.2v.8"/></svg>',
  ),
  warning: trusted(
    '<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path class="shape" d="M8 1.5 15 14H1z"/><path d="M8 6v4M8 11.7v.6"/></svg>',
  ),
  info: trusted(
    '<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="7"/><path d="M8 7.2V12M8 4v.8"/></svg>',
  ),
};

/** Findings as cards, worst first, then the notes and what was found healthy. */
export function findingsSection({ problems, notes, suppressed, healthy }: Arrangement, timeBase: string): Markup {
  return html`<section id="findings" aria-labelledby="findings-title">
<h2 id="findings-title">Findings${problems.length === 0 ? null : html` <span class="count">${problems.length}</span>`}</h2>
${problems.length === 0 ? html`<p class="good">Nothing that needs action.</p>` : problems.map((entry) => card(entry, timeBase))}
${notes.length === 0 ? null : html`<div class="notes"><h3>For information</h3><ul>${notes.map(note)}</ul></div>`}
${healthy.length === 0 ? null : html`<details class="healthy"><summary>Healthy: ${plural(healthy.length, "rule")} found nothing</summary><p>${healthy.join(", ")}</p></details>`}
${suppressed.length === 0 ? null : html`<p class="quiet">Suppressed: ${plural(suppressed.length, "finding")} (dbperf.suppressions.yaml).</p>`}
</section>
`;
}

function card({ finding, alsoExplains, recommendations, shortKey }: Entry, timeBase: string): Markup {
  const saving = savingWords(finding);
  const confidence = confidenceWords(finding.confidence);
  return html`<article class="card ${finding.severity}" id="${finding.key}">
<header><p class="kicker"><span class="severity">${ICONS[finding.severity]}${finding.severity}</span> <span class="rule">${finding.ruleId}</span>${confidence === null ? null : html` <span class="badge">${confidence}</span>`}</p>
${saving === null ? null : html`<p class="saving">saves ${saving}</p>`}
<h3>${truncate(subjectWords(finding.subject), 160)}</h3></header>
<p class="message">${printable(finding.message)}</p>${subjectQueries(finding.subject).map(sqlBlock)}
${recommendations.map(action)}
${finding.evidence.length === 0 ? null : html`<details class="evidence" open><summary>Evidence</summary><ul>${finding.evidence.map((part) => evidenceItem(part, timeBase))}</ul></details>`}
<footer>${alsoExplains.length === 0 ? null : html`<span>Also explains: ${alsoExplains.join(", ")}</span>`}<span>More: <code>dbperf show ${shortKey}</code></span></footer>
</article>
`;
}

function action(recommendation: Recommendation): Markup {
  const parts = [verificationWords(recommendation), ...recommendation.risks.map(printable)].filter(
    (part) => part !== null,
  );
  return html`<div class="todo"><p class="summary">${printable(recommendation.summary)}</p>${recommendation.ddl === null ? null : copyBlock(recommendation.ddl)}${parts.length === 0 ? null : html`<p class="aside">${parts.join(" · ")}</p>`}</div>`;
}

function evidenceItem(evidence: Evidence, timeBase: string): Markup {
  const sql = evidenceSql(evidence);
  return html`<li>${evidenceWords(evidence, timeBase)}${sql === null ? null : sqlBlock(sql)}</li>`;
}

function note({ finding, shortKey }: Entry): Markup {
  return html`<li class="info"><span class="severity">${ICONS.info}</span><span><b>${finding.ruleId}</b> ${printable(finding.headline)} <code>dbperf show ${shortKey}</code></span></li>`;
}
