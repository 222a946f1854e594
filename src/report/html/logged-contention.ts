import type { Analysis } from "../../model/analysis.ts";
import type { Deadlock, DeadlockMember, LoggedLockWait, LoggedStatement } from "../../model/log.ts";
import { printable, truncate } from "../../util/text.ts";
import { plural } from "../../util/units.ts";
import { lockNameWords, loggedWaitWords, memberName, memberWaitWords, waitTimeWords } from "../contention-words.ts";
import { type Holder, holdersOf } from "../lock-chain.ts";
import { utcTime } from "../log-words.ts";
import { html, type Markup } from "./markup.ts";

/** More would make a page that nobody reads; all are in the JSON report. */
const MOST_LISTED = 50;

/** The deadlocks of the logs: who waited for what, who held it, who was rolled back. */
export function deadlocksSection({ deadlocks = [] }: Analysis): Markup | null {
  return section("deadlocks", "Deadlocks", deadlocks, deadlockItem);
}

/** The lock waits of the logs, longest first, with the chain of sessions that held each up. */
export function loggedWaitsSection({ lockWaits = [] }: Analysis): Markup | null {
  return section("logged-waits", "Lock waits in the log", lockWaits, (wait) => waitItem(wait, lockWaits));
}

function section<T>(id: string, title: string, items: readonly T[], item: (of: T) => Markup): Markup | null {
  if (items.length === 0) return null;
  const rest = items.length - MOST_LISTED;
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title} <span class="count">${items.length}</span></h2>
<ol class="occasions">${items.slice(0, MOST_LISTED).map(item)}</ol>${rest > 0 ? html`<p class="quiet">${plural(rest, "more entry", "more entries")} in the JSON report.</p>` : null}</section>
`;
}

function deadlockItem({ at, database, context, members }: Deadlock): Markup {
  const time = at === null ? "Time unknown" : `${utcTime(at)} UTC`;
  const facts = [database, context].filter((part) => part !== null).map(printable);
  return html`<li class="occasion"><h3>${time}</h3>${facts.length === 0 ? null : html`<p class="quiet">${facts.join(" · ")}</p>`}<ul>${members.map((member) => memberItem(member, members))}</ul></li>
`;
}

function memberItem(member: DeadlockMember, members: readonly DeadlockMember[]): Markup {
  const wait = memberWaitWords(member, members);
  const holds = member.holds.map(lockNameWords);
  return html`<li><b>${memberName(member)}</b>${member.isVictim === true ? html` <span class="badge">rolled back</span>` : null} ${wait}${holds.length === 0 ? null : html`<div class="quiet">held ${holds.join(", ")}</div>`}${statementLine("ran", member.statement)}${statementLine("ran before, which probably took the lock", member.earlierStatement)}</li>`;
}

function waitItem(wait: LoggedLockWait, waits: readonly LoggedLockWait[]): Markup {
  const holders = holdersOf(wait, waits);
  const queue =
    wait.queue.length > 1
      ? html`<p class="quiet">In line: ${wait.queue.map((pid) => `pid ${pid}`).join(", ")}</p>`
      : null;
  return html`<li class="occasion"><p><b>${waitTimeWords(wait)}</b> ${loggedWaitWords(wait)}</p>${statementLine("ran", wait.statement)}${holders.length === 0 ? null : html`<ul class="tree">${holders.map((holder) => holderItem(holder, "held by"))}</ul>`}${queue}</li>
`;
}

function holderItem({ pid, lastStatement, heldUpBy }: Holder, label: string): Markup {
  return html`<li>${label} <b>pid ${pid}</b>${statementLine("last statement", lastStatement)}${heldUpBy.length === 0 ? null : html`<ul>${heldUpBy.map((next) => holderItem(next, "which itself waited for"))}</ul>`}</li>`;
}

function statementLine(label: string, statement: LoggedStatement | null): Markup | null {
  if (statement === null) return null;
  return html`<div class="ran"><span class="quiet">${label}:</span> <code>${truncate(printable(statement.query.slice(0, 4000)), 400)}</code></div>`;
}
