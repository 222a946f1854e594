import { type AutovacuumLimits, autovacuumLimits } from "../../src/computed/autovacuum.ts";
import { relationKey, relationLabel } from "../../src/computed/relations.ts";
import { sessionActivity, sessionName } from "../../src/computed/session-facts.ts";
import {
  type DatabaseSession,
  defineRule,
  type FindingDraft,
  type Table,
  type TableStatistic,
} from "../../src/rule.ts";
import { formatCount, formatSeconds, formatShare } from "../../src/util/units.ts";

export default defineRule({
  meta: {
    id: "dead-tuples",
    title: "A large part of the table is dead rows",
    category: "maintenance",
    severity: "warning",
    scope: "database",
    engines: ["postgres"],
  },
  needs: ["tables", "tableStatistics"],
  uses: ["settings", "sessions"],
  thresholds: {
    minDeadRows: { default: 10_000, unit: "rows", description: "Tables with fewer dead rows are ignored." },
    minShare: {
      default: 0.2,
      unit: "share",
      description: "Tables whose dead rows are a smaller share of all rows are ignored.",
    },
    minHoldSeconds: {
      default: 300,
      unit: "s",
      description: "The oldest transaction with a snapshot is named from this age on, because it may hold vacuum back.",
    },
  },
  *detect({ artifacts, thresholds }) {
    const tables = new Map(artifacts.tables.map((table) => [relationKey(table), table]));
    const holder = oldestSnapshot(artifacts.sessions?.items ?? [], thresholds.minHoldSeconds);
    for (const statistic of artifacts.tableStatistics) {
      const table = tables.get(relationKey(statistic));
      if (table === undefined || statistic.isBeingVacuumed) continue;
      const { deadRows, liveRows } = statistic;
      if (deadRows < thresholds.minDeadRows || deadRows / (liveRows + deadRows) < thresholds.minShare) continue;
      const autovacuum = autovacuumLimits(table, table.estimatedRows ?? liveRows, artifacts.settings);
      if (deadRows <= autovacuum.vacuumRows) continue;
      yield draft(table, statistic, autovacuum, holder);
    }
  },
});

function draft(
  { schema, name }: Table,
  statistic: TableStatistic,
  autovacuum: AutovacuumLimits,
  holder: DatabaseSession | null,
): FindingDraft {
  const table = { schema, name };
  const { deadRows, liveRows } = statistic;
  const share = formatShare(deadRows / (liveRows + deadRows));
  const held = holder === null ? "" : ` ${holdText(holder)}`;
  return {
    subject: { kind: "table", table },
    confidence: "measured",
    headline: `${share} of the rows in ${relationLabel(table)} are dead.`,
    message:
      `${formatCount(deadRows)} of ${formatCount(liveRows + deadRows)} rows in ${relationLabel(table)} (${share}) are dead: ` +
      `scans read past them and their space is not reused. ${lastVacuum(statistic)}; ${reason(autovacuum)}.${held}`,
    evidence: [
      metric("dead rows", deadRows, "pg_stat_user_tables.n_dead_tup"),
      metric("live rows", liveRows, "pg_stat_user_tables.n_live_tup"),
      metric("autovacuum threshold", autovacuum.vacuumRows, "settings and storage options"),
    ],
    savesMsPerHour: null,
    recommendations: [
      {
        action: { kind: "vacuum-table", table },
        summary: `Vacuum ${relationLabel(table)}${autovacuum.isEnabled ? "" : ", and switch autovacuum on again"}.`,
        verified: "estimate",
        risks: [
          "VACUUM reads the table and its indexes; it blocks neither reads nor writes, and rarely makes the file smaller.",
          ...(holder === null ? [] : [holdText(holder)]),
        ],
      },
    ],
    topics: [`table:${relationKey(table)}`],
  };
}

function oldestSnapshot(sessions: readonly DatabaseSession[], minSeconds: number): DatabaseSession | null {
  const holders = sessions.filter(
    ({ holdsSnapshot, transactionSeconds }) => holdsSnapshot && (transactionSeconds ?? -1) >= minSeconds,
  );
  return holders.toSorted((a, b) => (b.transactionSeconds ?? 0) - (a.transactionSeconds ?? 0))[0] ?? null;
}

function holdText(holder: DatabaseSession): string {
  const age = formatSeconds(holder.transactionSeconds ?? 0);
  const activity = sessionActivity(holder);
  const what = activity === "" ? "" : `, ${activity}`;
  return `The transaction of ${sessionName(holder.pid, holder)} is ${age} old${what}: vacuum keeps rows that it may still see.`;
}

function lastVacuum({ lastVacuumAt, lastAutovacuumAt }: TableStatistic): string {
  if (lastVacuumAt === null && lastAutovacuumAt === null) return "No vacuum since the counters began";
  if (lastVacuumAt !== null && (lastAutovacuumAt === null || lastVacuumAt > lastAutovacuumAt)) {
    return `The last vacuum was at ${lastVacuumAt}, by hand`;
  }
  return `The last vacuum was at ${lastAutovacuumAt}, by autovacuum`;
}

function reason({ disabledBy, vacuumRows }: AutovacuumLimits): string {
  if (disabledBy === "table") return "autovacuum is off for this table";
  if (disabledBy === "server") return "autovacuum is off on this server";
  return `autovacuum begins above ${formatCount(vacuumRows)} dead rows`;
}

function metric(name: string, value: number, source: string) {
  return { kind: "metric", name, value, unit: "rows", source } as const;
}
