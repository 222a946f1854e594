import type { Table } from "../model/catalog.ts";
import type { Settings } from "../model/server.ts";
import { settingNumber, settingText } from "./setting-value.ts";

/** When autovacuum takes care of one table: its own storage options first, then the server's, then the built-in values. */
export interface AutovacuumLimits {
  /** False where autovacuum is off for the table or for the server, or where counting is off. */
  readonly isEnabled: boolean;
  /** What switches it off: the table's option or a server parameter; null where it is on. */
  readonly disabledBy: "table" | "server" | null;
  /** Rows changed since the last analyze above which it analyzes. */
  readonly analyzeRows: number;
  /** Dead rows above which it vacuums. */
  readonly vacuumRows: number;
}

/** Limits for a table of `rows` rows. */
export function autovacuumLimits(
  table: Pick<Table, "storageOptions">,
  rows: number,
  settings: Settings | null,
): AutovacuumLimits {
  const options = storageOptions(table.storageOptions);
  const read = (name: string, builtIn: number): number =>
    optionNumber(options, name) ?? settingNumber(settings, name) ?? builtIn;
  const disabledBy = disabler(options, settings);
  const vacuumRows = read("autovacuum_vacuum_threshold", 50) + read("autovacuum_vacuum_scale_factor", 0.2) * rows;
  // PostgreSQL 18 caps the vacuum threshold of large tables; earlier versions have no such parameter.
  const cap = read("autovacuum_vacuum_max_threshold", -1);
  return {
    isEnabled: disabledBy === null,
    disabledBy,
    analyzeRows: read("autovacuum_analyze_threshold", 50) + read("autovacuum_analyze_scale_factor", 0.1) * rows,
    vacuumRows: cap >= 0 ? Math.min(vacuumRows, cap) : vacuumRows,
  };
}

function disabler(options: ReadonlyMap<string, string>, settings: Settings | null): AutovacuumLimits["disabledBy"] {
  if (isOff(options.get("autovacuum_enabled") ?? null)) return "table";
  return isOff(settingText(settings, "autovacuum")) || isOff(settingText(settings, "track_counts")) ? "server" : null;
}

function storageOptions(options: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    options.map((option) => {
      const equals = option.indexOf("=");
      return equals === -1 ? [option, ""] : [option.slice(0, equals), option.slice(equals + 1)];
    }),
  );
}

function optionNumber(options: ReadonlyMap<string, string>, name: string): number | null {
  const text = options.get(name);
  const value = Number(text);
  return text === undefined || text === "" || !Number.isFinite(value) ? null : value;
}

function isOff(value: string | null): boolean {
  return value !== null && ["off", "false", "no", "0"].includes(value.toLowerCase());
}
