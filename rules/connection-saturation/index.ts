import { isIdleInTransaction } from "../../src/computed/session-facts.ts";
import { type DatabaseSession, defineRule, type FindingDraft, type Sessions, type Subject } from "../../src/rule.ts";
import { formatCount, formatShare, plural } from "../../src/util/units.ts";

/** One limit on connections and how much of it is taken. */
interface Limit {
  readonly subject: Subject;
  /** `of the server`, `of database shop`. */
  readonly owner: string;
  readonly topic: string;
  readonly used: number;
  readonly capacity: number;
  readonly sessions: readonly DatabaseSession[];
  readonly source: string;
}

export default defineRule({
  meta: {
    id: "connection-saturation",
    title: "Nearly all connections are taken",
    category: "connections",
    severity: "warning",
    scope: "server",
    engines: ["postgres"],
  },
  needs: ["sessions"],
  thresholds: {
    minShare: { default: 0.8, unit: "share", description: "A limit that is used less is not reported." },
    criticalShare: { default: 0.95, unit: "share", description: "Critical from this share of the limit on." },
  },
  *detect({ artifacts, thresholds }) {
    for (const limit of limitsOf(artifacts.sessions)) {
      if (limit.capacity <= 0 || limit.used / limit.capacity < thresholds.minShare) continue;
      yield draft(limit, limit.used / limit.capacity >= thresholds.criticalShare);
    }
  },
});

function limitsOf({ items, capacity }: Sessions): Limit[] {
  const server: Limit = {
    subject: { kind: "server" },
    owner: "of the server",
    topic: "connections:server",
    used: capacity.clientConnections,
    capacity: capacity.maxConnections - capacity.reserved,
    sessions: items,
    source: "max_connections less reserved slots",
  };
  const own = capacity.limits.map(
    ({ kind, name, limit, used }): Limit => ({
      subject:
        kind === "database" ? { kind, database: name } : { kind: "setting", name: `connection limit of role ${name}` },
      owner: `of ${kind} ${name}`,
      topic: `connections:${kind} ${name}`,
      used,
      capacity: limit,
      sessions: items.filter(({ database, user }) => (kind === "database" ? database : user) === name),
      source: `CONNECTION LIMIT of ${kind} ${name}`,
    }),
  );
  return [server, ...own];
}

function draft(limit: Limit, isCritical: boolean): FindingDraft {
  const { used, capacity, owner, sessions } = limit;
  const taken = `${formatCount(used)} of ${formatCount(capacity)} connections ${owner} are taken`;
  return {
    subject: limit.subject,
    severity: isCritical ? "critical" : "warning",
    confidence: "measured",
    headline: `${taken} (${formatShare(used / capacity)}).`,
    message:
      `${taken} (${formatShare(used / capacity)})${statesText(sessions)}; ` +
      `when all are taken, new connections are refused.${topText(sessions)}`,
    evidence: [
      { kind: "metric", name: "client connections", value: used, unit: "count", source: "pg_stat_activity" },
      { kind: "metric", name: "connections that fit", value: capacity, unit: "count", source: limit.source },
    ],
    savesMsPerHour: null,
    recommendations: [
      {
        action: { kind: "advice" },
        summary: adviceText(sessions, used),
        verified: "estimate",
        risks: ["A higher limit costs memory for each connection and needs a restart where it is max_connections."],
      },
    ],
    topics: [limit.topic],
  };
}

function adviceText(sessions: readonly DatabaseSession[], used: number): string {
  if (sessions.length * 2 < used) {
    return "Look at pg_stat_activity with a member of pg_monitor to see who holds the connections and what they do.";
  }
  const idle = sessions.filter(({ state }) => state === "idle").length;
  if (idle * 2 < sessions.length) {
    return "End what holds the busy connections (lock waits, open transactions, slow statements) before raising the limit.";
  }
  const what = plural(idle, "connection is", "connections are");
  return `Make the application pools smaller or put a pooler before the server: ${what} idle.`;
}

/** `: 60 idle, 20 active, 5 idle in transaction`, over the sessions whose state may be seen. */
function statesText(sessions: readonly DatabaseSession[]): string {
  const active = sessions.filter(({ state }) => state === "active").length;
  const idle = sessions.filter(({ state }) => state === "idle").length;
  const open = sessions.filter(isIdleInTransaction).length;
  const parts = [`${idle} idle`, `${active} active`, `${open} idle in transaction`].filter(
    (part) => !part.startsWith("0 "),
  );
  return parts.length === 0 ? "" : `: ${parts.join(", ")}`;
}

function topText(sessions: readonly DatabaseSession[]): string {
  const counts = new Map<string, number>();
  for (const { application, user } of sessions) {
    const name = application || user;
    if (name) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const [top] = [...counts].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return top === undefined ? "" : ` ${top[0]} has the most: ${formatCount(top[1])}.`;
}
