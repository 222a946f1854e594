import type { Analysis, ConnectionSummary } from "../../model/analysis.ts";
import type { LockWait } from "../../model/contention.ts";
import type { Evidence } from "../../model/finding.ts";
import { printable } from "../../util/text.ts";
import { formatCount, formatShare, formatSpan } from "../../util/units.ts";
import { lockWords } from "../words.ts";
import { shareBar } from "./bar.ts";
import { html, type Markup } from "./markup.ts";

type SessionEvidence = Extract<Evidence, { kind: "session" }>;

/** Who waits for whom, as a forest from the sessions that block and do not wait themselves. */
export function locksSection({ locks, findings }: Analysis): Markup | null {
  if (locks === undefined || locks.length === 0) return null;
  const sessions = new Map(
    findings.flatMap((finding) =>
      finding.evidence.flatMap((part) => (part.kind === "session" ? [[part.pid, part] as const] : [])),
    ),
  );
  const waiters = new Set(locks.map((wait) => wait.waiterPid));
  const blockers = new Set(locks.map((wait) => wait.blockerPid));
  const roots = [...blockers].filter((pid) => !waiters.has(pid));
  // In a circle of waits nobody is free: then each of them is shown as a root.
  const starts = roots.length > 0 ? roots : [...blockers];
  return html`<section id="locks" aria-labelledby="locks-title"><h2 id="locks-title">Lock waits</h2><ul class="tree locks">${starts.map((pid) => blockerNode(pid, null, { locks, sessions }, []))}</ul></section>
`;
}

/** Client sessions by state, against what the server takes. */
export function connectionsSection(connections: ConnectionSummary | undefined): Markup | null {
  if (connections === undefined) return null;
  const { maxConnections, reserved, clientConnections, limits } = connections.capacity;
  const free = Math.max(1, maxConnections - reserved);
  const states = [...connections.byState].sort((a, b) => b.count - a.count);
  return html`<section id="connections" aria-labelledby="connections-title"><h2 id="connections-title">Connections</h2>
<p>${formatCount(clientConnections)} of ${formatCount(free)} client connections in use (${formatShare(clientConnections / free)}); ${formatCount(reserved)} more are reserved.</p>
<dl class="states">${states.map(({ state, count }) => html`<div><dt>${state.replaceAll("-", " ")}</dt><dd>${shareBar(count / Math.max(1, clientConnections))}<span class="number">${formatCount(count)}</span></dd></div>`)}</dl>
${limits.length === 0 ? null : html`<ul class="quiet">${limits.map((limit) => html`<li>${limit.kind} ${printable(limit.name)}: ${formatCount(limit.used)} of ${formatCount(limit.limit)} (its own limit)</li>`)}</ul>`}
</section>
`;
}

interface Forest {
  readonly locks: readonly LockWait[];
  readonly sessions: ReadonlyMap<number, SessionEvidence>;
}

function blockerNode(pid: number, wait: LockWait | null, forest: Forest, above: readonly number[]): Markup {
  const inCircle = above.includes(pid);
  const children = inCircle ? [] : forest.locks.filter((lock) => lock.blockerPid === pid);
  return html`<li><b>${pid === 0 ? "a prepared transaction" : `pid ${pid}`}</b>${sessionWords(forest.sessions.get(pid))} ${wait === null ? "blocks" : lockWords(wait)}${inCircle ? " (a circle of waits)" : null}${children.length === 0 ? null : html`<ul>${children.map((lock) => blockerNode(lock.waiterPid, lock, forest, [...above, pid]))}</ul>`}</li>`;
}

function sessionWords(session: SessionEvidence | undefined): Markup | null {
  if (session === undefined) return null;
  const age = session.seconds === null ? "" : ` for ${formatSpan(session.seconds)}`;
  const who = session.application ?? session.user;
  return html` <span class="quiet">(${who === null ? "" : `${printable(who)}, `}${printable(session.state)}${age})</span>`;
}
