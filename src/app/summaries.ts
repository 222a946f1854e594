import type { AnalyzedServer, ConnectionSummary, StatementItem, StatementSummary } from "../model/analysis.ts";
import type { DatabaseSession, SessionState, Sessions } from "../model/contention.ts";
import type { StatementPlans } from "../model/plan.ts";
import type { Window } from "../model/primitives.ts";
import type { ServerInfo } from "../model/server.ts";
import type { StatementStatistic, StatementStatistics } from "../model/statement.ts";

/** The analyzed database's statements in all (null: of every database), and the top ones with share, rate and plan. */
export function summarizeStatements(
  statements: StatementStatistics,
  plans: StatementPlans | null,
  database: string | null,
  top: number,
): StatementSummary {
  const own = statements.items.filter((item) => database === null || item.database === database);
  const totalMs = sum(own, (item) => item.totalMs);
  const planOf = new Map((plans?.items ?? []).map((plan) => [plan.fingerprint, plan]));
  const hours = windowHours(statements.window);
  const items = statements.items
    .toSorted((a, b) => b.totalMs - a.totalMs || (a.fingerprint < b.fingerprint ? -1 : 1))
    .slice(0, top)
    .map((item): StatementItem => {
      const plan = database === null || item.database === database ? planOf.get(item.fingerprint) : undefined;
      return {
        ...item,
        share: totalMs === 0 ? 0 : item.totalMs / totalMs,
        callsPerHour: hours === null ? null : item.calls / hours,
        plan: plan === undefined ? null : { root: plan.root, source: plan.source, repairs: plan.repairs },
      };
    });
  return {
    calls: sum(own, (item) => item.calls),
    totalMs,
    classes: own.length,
    items,
    databases: statements.databases,
    own: statements.own,
    hidden: statements.hidden,
    evictions: statements.evictions,
  };
}

export function summarizeServer(server: ServerInfo): AnalyzedServer {
  const { version, majorVersion, startedAt, isStandby, standbyCount, role, pooler } = server;
  return { version, majorVersion, startedAt, isStandby, standbyCount, role: role.name, pooler };
}

export function summarizeConnections({ capacity, items }: Sessions): ConnectionSummary {
  const counts = new Map<SessionState, number>();
  for (const { state } of items) counts.set(state, (counts.get(state) ?? 0) + 1);
  const byState = [...counts]
    .map(([state, count]) => ({ state, count }))
    .toSorted((a, b) => b.count - a.count || (a.state < b.state ? -1 : 1));
  return { capacity, byState };
}

/** Length of a window in hours; null where its start is unknown or it has no length. */
function windowHours({ from, to }: Window): number | null {
  if (from === null) return null;
  const hours = (Date.parse(to) - Date.parse(from)) / 3_600_000;
  return hours > 0 ? hours : null;
}

function sum<T extends StatementStatistic | DatabaseSession>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
