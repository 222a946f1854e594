import type { DatabaseShare } from "../../../model/statement.ts";
import type { StatementEntry } from "./statement-counters.ts";

/** Entries of databases that were dropped since keep their time under this name. */
const DROPPED = "(dropped database)";

/** Time of each database without the entries `own`; largest first. */
export function databaseShares(entries: readonly StatementEntry[], own: readonly StatementEntry[]): DatabaseShare[] {
  const left = new Set(own);
  const shares = new Map<string, StatementEntry[]>();
  for (const entry of entries) {
    if (left.has(entry)) continue;
    const name = entry.database ?? DROPPED;
    const list = shares.get(name);
    if (list === undefined) shares.set(name, [entry]);
    else list.push(entry);
  }
  return [...shares]
    .map(([database, list]) => ({ database, ...totalOf(list) }))
    .sort((a, b) => b.totalMs - a.totalMs || (a.database < b.database ? -1 : 1));
}

export function totalOf(entries: readonly StatementEntry[]): { readonly calls: number; readonly totalMs: number } {
  return {
    calls: entries.reduce((total, { counters }) => total + counters.calls, 0),
    totalMs: entries.reduce((total, { counters }) => total + counters.totalMs, 0),
  };
}
