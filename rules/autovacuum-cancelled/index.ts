import { type LoggedTable, loggedTable } from "../../src/computed/logged-table.ts";
import { timeWords, windowWords } from "../../src/computed/occurrences.ts";
import { relationKey, relationLabel, sameRelation } from "../../src/computed/relations.ts";
import {
  defineRule,
  type Evidence,
  type FindingDraft,
  type LoggedAutovacuum,
  type RecommendationDraft,
  type TableStatistic,
  type Window,
} from "../../src/rule.ts";
import { formatCount, plural } from "../../src/util/units.ts";

/** Autovacuum of one table, with what the server's counters add. */
interface Cancelled {
  readonly logged: LoggedAutovacuum;
  readonly name: LoggedTable;
  /** Of the analyzed database alone; null elsewhere. */
  readonly statistic: TableStatistic | null;
  readonly outcome: Outcome;
}

/** `completed`: the log or the counters have one; `none`: the counters have none in the log's time; else nobody says. */
type Outcome = "completed" | "none" | "unknown";

export default defineRule({
  meta: {
    id: "autovacuum-cancelled",
    title: "Autovacuum of a table is cancelled again and again",
    category: "maintenance",
    severity: "warning",
    scope: "server",
    engines: ["postgres"],
    explains: ["dead-tuples"],
  },
  needs: ["log"],
  uses: ["tableStatistics", "databaseCounters"],
  thresholds: {
    minCancelled: {
      default: 3,
      unit: "count",
      description: "Tables whose autovacuum was cancelled less often are ignored.",
    },
    minShare: {
      default: 0.5,
      unit: "share",
      description: "A smaller share of cancelled ones among the table's autovacuums is ignored.",
    },
  },
  *detect({ artifacts, thresholds }) {
    const { autovacuums, window } = artifacts.log;
    const statistics = artifacts.tableStatistics ?? [];
    const analyzed = artifacts.databaseCounters?.database ?? null;
    for (const logged of autovacuums) {
      const { cancelled, completed } = logged;
      if (cancelled === 0 || cancelled < thresholds.minCancelled) continue;
      if (cancelled / (cancelled + completed) < thresholds.minShare) continue;
      const name = loggedTable(logged.table, statistics);
      // A table of the same name in another database has other counters.
      const isAnalyzed = name.database !== null && name.database === analyzed;
      const own = isAnalyzed ? statistics.find((known) => sameRelation(known, name.table)) : undefined;
      const statistic = own ?? null;
      yield draft({ logged, name, statistic, outcome: outcomeOf(logged, statistic, window) }, window);
    }
  },
});

function outcomeOf({ completed }: LoggedAutovacuum, statistic: TableStatistic | null, { from }: Window): Outcome {
  if (completed > 0) return "completed";
  if (statistic === null || from === null) return "unknown";
  return statistic.lastAutovacuumAt !== null && statistic.lastAutovacuumAt >= from ? "completed" : "none";
}

function draft(cancelled: Cancelled, window: Window): FindingDraft {
  const { logged, name, statistic, outcome } = cancelled;
  const table = relationLabel(name.table);
  const times = plural(logged.cancelled, "time");
  const within = windowWords(window);
  return {
    subject: { kind: "table", table: name.table },
    severity: outcome === "completed" ? "info" : "warning",
    confidence: "measured",
    headline: `Autovacuum of ${table} was cancelled ${times}${within === "" ? "" : ` ${within}`}.`,
    message:
      `Autovacuum of ${table}${name.database === null ? "" : ` in database ${name.database}`} was cancelled ${times}, ` +
      `${timeWords(logged)}, each time because a session asked for a lock that it was in the way of; ` +
      `${outcomeWords(cancelled)}. Meanwhile dead rows stay, and statistics grow old.${deadWords(statistic)}`,
    evidence: evidenceOf(cancelled),
    savesMsPerHour: null,
    recommendations: recommendationsOf(name),
    topics: statistic === null ? [] : [`table:${relationKey(name.table)}`],
  };
}

function outcomeWords({ logged, statistic, outcome }: Cancelled): string {
  if (logged.completed > 0) return `${formatCount(logged.completed)} came to an end in the same time`;
  if (outcome === "completed") return `the last one came to an end at ${statistic?.lastAutovacuumAt}`;
  if (outcome === "unknown") {
    return "the log has none that came to an end (it names only those longer than log_autovacuum_min_duration)";
  }
  const last = statistic?.lastAutovacuumAt ?? null;
  return last === null ? "none has ever come to an end" : `none has come to an end since ${last}`;
}

function deadWords(statistic: TableStatistic | null): string {
  if (statistic === null || statistic.deadRows === 0) return "";
  return ` The table has ${plural(statistic.deadRows, "dead row")} beside ${formatCount(statistic.liveRows)} live ones.`;
}

function evidenceOf({ logged, statistic }: Cancelled): Evidence[] {
  const metric = (name: string, value: number, source: string): Evidence => ({
    kind: "metric",
    name,
    value,
    unit: "count",
    source,
  });
  return [
    metric("cancelled", logged.cancelled, "server log"),
    metric("completed", logged.completed, "server log"),
    ...(statistic === null ? [] : [metric("dead rows", statistic.deadRows, "pg_stat_user_tables.n_dead_tup")]),
  ];
}

function recommendationsOf({ database, table }: LoggedTable): RecommendationDraft[] {
  const label = relationLabel(table);
  const advice: RecommendationDraft = {
    action: { kind: "advice" },
    summary: `Find what asks for such locks on ${label} at those times (ALTER TABLE, CREATE INDEX without CONCURRENTLY, TRUNCATE, LOCK TABLE, CREATE TRIGGER, ANALYZE or VACUUM from a job), and let it run seldom or at a fixed hour.`,
    verified: "estimate",
    risks: [],
  };
  if (database === null) return [advice];
  return [
    advice,
    {
      action: { kind: "vacuum-table", table },
      summary: `Vacuum ${label} by hand in a quiet hour: a vacuum by hand does not give way to others.`,
      verified: "estimate",
      risks: [
        "Whoever asks for a conflicting lock waits until it ends, and others queue behind; it blocks neither reads nor writes.",
        `It has to run in database ${database}.`,
      ],
    },
  ];
}
