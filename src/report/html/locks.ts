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
  const forest = { ...plantForest(locks), sessions };
  return html`<section id="locks" aria-labelledby="locks-title"><h2 id="locks-title">Lock waits</h2><ul class="tree locks">${forest.roots.map((pid) => blockerNode(pid, null, forest))}</ul></section>
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

interface Trees {
  readonly roots: readonly number[];
  /** By blocker, the waits that are shown under it. */
  readonly shown: ReadonlyMap<number, readonly LockWait[]>;
  /** Roots that wait themselves. */
  readonly circles: ReadonlySet<number>;
}

interface Forest extends Trees {
  readonly sessions: ReadonlyMap<number, SessionEvidence>;
}

/**
 * Shows each waiter once, as near to a root as it can be: in a queue for one row everyone waits for everyone ahead, and
 * all ways through such a queue double with each session.
 */
function plantForest(locks: readonly LockWait[]): Trees {
  const waiters = new Set(locks.map((wait) => wait.waiterPid));
  const blockers = [...new Set(locks.map((wait) => wait.blockerPid))];
  const shown = new Map<number, readonly LockWait[]>();
  const placed = new Set<number>();
  const grow = (level: readonly number[]): void => {
    for (const pid of level) placed.add(pid);
    const next = level.flatMap((pid) => {
      const own = locks.filter((wait) => wait.blockerPid === pid && !placed.has(wait.waiterPid));
      for (const wait of own) placed.add(wait.waiterPid);
      shown.set(pid, own);
      return own.map((wait) => wait.waiterPid);
    });
    if (next.length > 0) grow(next);
  };
  const free = blockers.filter((pid) => !waiters.has(pid));
  grow(free);
  // In a circle of waits nobody is free: one of each circle stands for a root.
  const circles = blockers.filter((pid) => {
    if (placed.has(pid)) return false;
    grow([pid]);
    return true;
  });
  return { roots: [...free, ...circles], shown, circles: new Set(circles) };
}

function blockerNode(pid: number, wait: LockWait | null, forest: Forest): Markup {
  const children = forest.shown.get(pid) ?? [];
  const circle = wait === null && forest.circles.has(pid) ? " (a circle of waits)" : null;
  return html`<li><b>${pid === 0 ? "a prepared transaction" : `pid ${pid}`}</b>${sessionWords(forest.sessions.get(pid))} ${wait === null ? "blocks" : lockWords(wait)}${circle}${children.length === 0 ? null : html`<ul>${children.map((lock) => blockerNode(lock.waiterPid, lock, forest))}</ul>`}</li>`;
}

function sessionWords(session: SessionEvidence | undefined): Markup | null {
  if (session === undefined) return null;
  const age = session.seconds === null ? "" : ` for ${formatSpan(session.seconds)}`;
  const who = session.application ?? session.user;
  return html` <span class="quiet">(${who === null ? "" : `${printable(who)}, `}${printable(session.state)}${age})</span>`;
}
