import {
  type RefusalPattern,
  type RefusedLimit,
  refusalPattern,
  refusalWindow,
  refusedLimits,
} from "../../src/computed/refused-limits.ts";
import { settingNumber } from "../../src/computed/setting-value.ts";
import {
  defineRule,
  type Evidence,
  type FindingDraft,
  type LogInput,
  type Subject,
  type Window,
} from "../../src/rule.ts";
import { formatCount } from "../../src/util/units.ts";
import { recommendationsOf } from "./advice.ts";
import { poolUsage } from "./pool-usage.ts";
import { type Usage, usageOf } from "./usage.ts";
import { detailWords, eventWords, limitWords, MAX_ASKERS } from "./words.ts";

interface Refused {
  readonly limit: RefusedLimit;
  /** The logs that tell of it. */
  readonly source: string;
  readonly pattern: RefusalPattern;
  readonly isCritical: boolean;
  /** What the log covers that tells of it. */
  readonly window: Window;
  /** Null where it is not known. */
  readonly maxConnections: number | null;
  /** Null where nothing shows what held the connections. */
  readonly usage: Usage | null;
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
    readsApplicationLogs: true,
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
  *detect({ artifacts, thresholds, capturedAt }) {
    const { log, sessions } = artifacts;
    const { minCount, burstSeconds, criticalCount, criticalMinutes } = thresholds;
    for (const limit of refusedLimits(log.refusals)) {
      const { count, perMinute } = limit.seen;
      if (count < minCount) continue;
      const window = refusalWindow(limit, log);
      yield draft({
        limit,
        source: sourceOf(limit, log.input),
        window,
        pattern: refusalPattern(limit.seen, window, burstSeconds),
        isCritical: count >= criticalCount || perMinute.length >= criticalMinutes,
        maxConnections: sessions?.capacity.maxConnections ?? settingNumber(artifacts.settings, "max_connections"),
        usage:
          limit.kind === "pool"
            ? poolUsage(limit, { log, sessions, capturedAt, nearSeconds: burstSeconds })
            : sessions === null
              ? null
              : usageOf(limit, sessions),
      });
    }
  },
});

function draft({ limit, source, window, pattern, isCritical, maxConnections, usage }: Refused): FindingDraft {
  const details = detailWords(limit, pattern, window, capacityWords(limit, maxConnections));
  return {
    subject: subjectOf(limit),
    severity: isCritical ? "critical" : "warning",
    confidence: "measured",
    headline: `${eventWords(limit)}: ${limitWords(limit)}.`,
    message: usage === null ? details : `${details} ${usage.words}`,
    evidence: evidenceOf(limit, source, maxConnections),
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
      return { kind: "setting", name: name === null ? "connection pool" : `connection pool ${name}` };
    case "pooler":
      return { kind: "setting", name: `max_client_conn of ${name ?? "the pooler"}` };
  }
}

/** Clients tell of the server's refusals as well, where its own log has none. */
function sourceOf({ kind }: RefusedLimit, { format, applicationLogs = [] }: LogInput): string {
  if (kind === "pool" || kind === "pooler" || format === "application") return "log of the application";
  return applicationLogs.length === 0 ? "server log" : "logs of the server and of applications";
}

function capacityWords({ kind }: RefusedLimit, maxConnections: number | null): string {
  return kind === "server" && maxConnections !== null
    ? ` (max_connections is ${formatCount(maxConnections)}, some of them reserved)`
    : "";
}

function evidenceOf({ seen, askers, kind }: RefusedLimit, log: string, maxConnections: number | null): Evidence[] {
  const metric = (name: string, value: number, source: string): Evidence => ({
    kind: "metric",
    name,
    value,
    unit: "count",
    source,
  });
  const what = kind === "pool" ? "requests without a connection" : "refused connections";
  const busiest = seen.perMinute.reduce((most, { count }) => Math.max(most, count), 0);
  const times =
    seen.perMinute.length === 0
      ? []
      : [
          metric(`minutes with ${what}`, seen.perMinute.length, log),
          metric(`${what} in the worst minute`, busiest, log),
        ];
  return [
    metric(what, seen.count, log),
    ...times,
    ...askers.slice(0, MAX_ASKERS).map(({ name, count }) => metric(`refused: ${name}`, count, log)),
    ...(kind === "server" && maxConnections !== null ? [metric("max_connections", maxConnections, "settings")] : []),
  ];
}
