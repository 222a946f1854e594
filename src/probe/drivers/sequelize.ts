import type { Guard } from "../guard.ts";
import type { Recorder } from "../recorder.ts";
import { property } from "../untyped.ts";
import { watchEntry } from "../watch-entry.ts";

/** Sequelize retries through promises of its own, in which the stack ends: its caller is noted where SQL is handed over. */
export function watchSequelize(Sequelize: unknown, recorder: Recorder, guard: Guard): void {
  watchEntry(Sequelize, "query", { recorder, guard, textOf, isFinal: false });
}

function textOf(sql: unknown): string | null {
  const text = typeof sql === "string" ? sql : property(sql, "query");
  return typeof text === "string" ? text : null;
}
