import { timeWords, windowWords } from "../../src/computed/occurrences.ts";
import {
  type RefusalPattern,
  type RefusedLimit,
  refusalPattern,
  refusedLimits,
} from "../../src/computed/refused-limits.ts";
import { settingNumber } from "../../src/computed/setting-value.ts";
import {
  defineRule,
  type Evidence,
  type FindingDraft,
  type Sessions,
  type Subject,
  type Window,
} from "../../src/rule.ts";
import { formatCount, plural } from "../../src/util/units.ts";
import { recommendationsOf } from "./advice.ts";
import { usageOf } from "./usage.ts";

const MAX_ASKERS = 3;

interface Refused {
  readonly limit: RefusedLimit;
  readonly pattern: RefusalPattern;
  readonly isCritical: boolean;
  /** Null where it is not known. */
  readonly maxConnections: number | null;
}

export default defineRule({
  meta: {
    id: "connection-refused",
    title: "Connections were refused for want of a slot",
    category: "connections",
    severity: "warning",
    scope: "server",
    engines: ["postgres", "mysql", "mariadb"],
    explains: ["connection-saturation"],
  },
  needs: ["log"],
  uses: ["sessions", "settings"],
  thresholds: {
    minCount: { default: 5, unit: "count", description: "A limit that refused fewer connections is not reported." },
    burstSeconds: {
      default: 600,
      unit: "s",
      description:
        "Refusals within this time are a burst; longer ones, or more than three bursts, a standing shortage.",
    },
    criticalCount: { default: 1000, unit: "count", description: "Critical when so many connections were refused." },
    criticalMinutes: {
      default: 10,
      unit: "count",
      description: "Critical when connections were refused in so many minutes.",
    },
  },
  *detect({ artifacts, thresholds }) {
    const { refusals, window } = artifacts.log;
    for (const limit of refusedLimits(refusals)) {
      const { count, perMinute } = limit.seen;
      if (count < thresholds.minCount) continue;
      const refused: Refused = {
        limit,
        pattern: refusalPattern(limit.seen, window, thresholds.burstSeconds),
        isCritical: count >= thresholds.criticalCount || perMinute.length >= thresholds.criticalMinutes,
        maxConnections:
          artifacts.sessions?.capacity.maxConnections ?? settingNumber(artifacts.settings, "max_connections"),
      };
      yield draft(refused, window, artifacts.sessions);
    }
  },
});

function draft(refused: Refused, window: Window, sessions: Sessions | null): FindingDraft {
  const { limit, pattern, isCritical, maxConnections } = refused;
  const usage = sessions === null ? null : usageOf(limit, sessions);
  return {
    subject: subjectOf(limit),
    severity: isCritical ? "critical" : "warning",
    confidence: "measured",
    headline: `${plural(limit.seen.count, "connection was", "connections were")} refused: ${limitWords(limit)}.`,
    message: [
      `${plural(limit.seen.count, "connection was", "connections were")} refused because ${limitWords(limit)}` +
        `${capacityWords(refused)}, ${timeWords(limit.seen)}. ${patternWords(refused, window)}`,
      askerWords(limit),
      usage?.words ?? "",
    ]
      .filter((part) => part !== "")
      .join(" "),
    evidence: evidenceOf(limit, maxConnections),
    savesMsPerHour: null,
    recommendations: recommendationsOf(limit, pattern, usage?.cause ?? null),
    topics: [`connections:${limit.kind}${limit.name === null ? "" : ` ${limit.name}`}`],
  };
}

function subjectOf({ kind, name }: RefusedLimit): Subject {
  switch (kind) {
    case "server":
      return { kind: "server" };
    case "database":
      return name === null ? { kind: "setting", name: "connection limit of a database" } : { kind, database: name };
    case "role":
      return { kind: "setting", name: `connection limit of ${name === null ? "a role" : `role ${name}`}` };
    case "pool":
      return { kind: "setting", name: name === null ? "connection pool" : `connection pool of ${name}` };
  }
}

function limitWords({ kind, name }: RefusedLimit): string {
  switch (kind) {
    case "server":
      return "all connections of the server were taken";
    case "database":
      return `the connection limit of ${name === null ? "the database" : `database ${name}`} was reached`;
    case "role":
      return `the connection limit of ${name === null ? "the role" : `role ${name}`} was reached`;
    case "pool":
      return `the connection pool${name === null ? "" : ` of ${name}`} had none free within its timeout`;
  }
}

function capacityWords({ limit, maxConnections }: Refused): string {
  return limit.kind === "server" && maxConnections !== null
    ? ` (max_connections is ${formatCount(maxConnections)}, some of them reserved)`
    : "";
}

function patternWords({ limit, pattern }: Refused, window: Window): string {
  const minutes = plural(limit.seen.perMinute.length, "minute");
  const within = windowWords(window);
  switch (pattern) {
    case "burst":
      return `They fall into ${minutes}: a burst, as from a release, a restart or a retry storm.`;
    case "standing":
      return `They fall into ${minutes}${within === "" ? "" : ` ${within}`}: a standing shortage.`;
    case "unclear":
      return "The log is too short to tell a burst from a standing shortage.";
  }
}

function askerWords({ askers, seen }: RefusedLimit): string {
  if (askers.length === 0) return "The log does not say who asked.";
  const shown = askers.slice(0, MAX_ASKERS).map(({ name, count }) => `${name} (${formatCount(count)})`);
  const rest = seen.count - askers.slice(0, MAX_ASKERS).reduce((sum, { count }) => sum + count, 0);
  return `Refused: ${[...shown, ...(rest > 0 ? [`others (${formatCount(rest)})`] : [])].join(", ")}.`;
}

function evidenceOf({ seen, askers, kind }: RefusedLimit, maxConnections: number | null): Evidence[] {
  const metric = (name: string, value: number, source: string): Evidence => ({
    kind: "metric",
    name,
    value,
    unit: "count",
    source,
  });
  const log = kind === "pool" ? "log of the application" : "server log";
  const busiest = seen.perMinute.reduce((most, { count }) => Math.max(most, count), 0);
  return [
    metric("refused connections", seen.count, log),
    metric("minutes with refusals", seen.perMinute.length, log),
    metric("refused in the worst minute", busiest, log),
    ...askers.slice(0, MAX_ASKERS).map(({ name, count }) => metric(`refused: ${name}`, count, log)),
    ...(kind === "server" && maxConnections !== null ? [metric("max_connections", maxConnections, "settings")] : []),
  ];
}
