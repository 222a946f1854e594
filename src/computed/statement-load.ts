import type { Evidence } from "../model/finding.ts";
import type { Window } from "../model/primitives.ts";
import type { StatementStatistic, StatementStatistics } from "../model/statement.ts";

const HOUR_MS = 3_600_000;

/** One statement with its weight in the database. */
export interface StatementLoad {
  readonly item: StatementStatistic;
  /** Share of the statement time of the statement's own database, 0 to 1. */
  readonly share: number;
  readonly callsPerHour: number | null;
  /** Database time per hour of the window, in milliseconds; null where the window's start is unknown. */
  readonly msPerHour: number | null;
}

const memo = new WeakMap<StatementStatistics, ReadonlyMap<string, StatementLoad>>();

/** The load of every statement, heaviest first. */
export function statementLoads(statements: StatementStatistics): readonly StatementLoad[] {
  return [...loadsByKey(statements).values()];
}

/** The load of the statement with this fingerprint: the heaviest one where several databases have it; null without one. */
export function statementLoad(statements: StatementStatistics, fingerprint: string): StatementLoad | null {
  return statementLoads(statements).find(({ item }) => item.fingerprint === fingerprint) ?? null;
}

/** Length of a window in hours; null where its start is unknown or it has no length. */
function windowHours({ from, to }: Window): number | null {
  if (from === null) return null;
  const hours = (Date.parse(to) - Date.parse(from)) / HOUR_MS;
  return hours > 0 ? hours : null;
}

/** A statement as evidence of a finding. */
export function statementEvidence({ item, share, callsPerHour }: StatementLoad): Evidence {
  const { fingerprint, query, calls, totalMs, meanMs } = item;
  return { kind: "statement", fingerprint, query, calls, totalMs, meanMs, share, callsPerHour };
}

function loadsByKey(statements: StatementStatistics): ReadonlyMap<string, StatementLoad> {
  const known = memo.get(statements);
  if (known !== undefined) return known;
  const hours = windowHours(statements.window);
  const totals = databaseTotals(statements);
  const loads = new Map<string, StatementLoad>();
  for (const item of statements.items.toSorted((a, b) => b.totalMs - a.totalMs)) {
    const total = totals.get(item.database) ?? 0;
    loads.set(`${item.database}\0${item.fingerprint}`, {
      item,
      share: total > 0 ? Math.min(1, item.totalMs / total) : 0,
      callsPerHour: hours === null ? null : item.calls / hours,
      msPerHour: hours === null ? null : item.totalMs / hours,
    });
  }
  memo.set(statements, loads);
  return loads;
}

/** The server's own total of a database counts hidden statements as well, so it is preferred where it is larger. */
function databaseTotals(statements: StatementStatistics): ReadonlyMap<string, number> {
  const totals = new Map<string, number>();
  for (const { database, totalMs } of statements.items) totals.set(database, (totals.get(database) ?? 0) + totalMs);
  for (const { database, totalMs } of statements.databases) {
    totals.set(database, Math.max(totalMs, totals.get(database) ?? 0));
  }
  return totals;
}
