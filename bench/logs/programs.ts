import { execFileSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { formatCount } from "../../src/util/units.ts";
import type { Command } from "./measure.ts";
import { POSTGRES_PREFIX } from "./record-postgres.ts";

/** A program that reads a log. */
export interface LogProgram {
  readonly name: string;
  command(log: string, scratch: string): Command;
}

/** What a program wrote to its two outputs. */
export interface Output {
  readonly out: string;
  readonly errors: string;
}

/** One of the programs that dbperf is compared with on a slice. */
export interface RivalProgram extends LogProgram {
  /** Executions that it says it read; null where its output does not say. */
  executions(output: Output): string | null;
}

const MAIN = join(import.meta.dirname, "../../dist/src/cli/main.js");

export const newlineCount: LogProgram = {
  name: "newline count in Node",
  command: (log) => ({ program: process.execPath, args: [join(import.meta.dirname, "count-newlines.mjs"), log] }),
};

/** dbperf as users run it. */
export const dbperf = dbperfWith("dbperf", []);
export const dbperfTwoThreads = dbperfWith("dbperf --threads 2", ["--threads", "2"]);

/** One job, and the prefix given: what it does not recognise it counts as nothing. */
export const pgBadger: RivalProgram = {
  name: "pgBadger",
  command: (log, scratch) => ({
    program: "pgbadger",
    args: ["-j", "1", "-f", "stderr", "-p", POSTGRES_PREFIX, "-o", join(scratch, "pgbadger.html"), log],
  }),
  executions: ({ errors }) => {
    const count = [...errors.matchAll(/queries: (\d+)/g)].at(-1)?.[1];
    return count === undefined ? null : formatCount(Number(count));
  },
};

/** Without asking its maker for a newer version. */
export const ptQueryDigest: RivalProgram = {
  name: "pt-query-digest",
  command: (log) => ({ program: "pt-query-digest", args: ["--no-version-check", log] }),
  executions: ({ out }) => /^# Overall: (\S+) total/m.exec(out)?.[1] ?? null,
};

/** What was measured, in words: `Node 20.1.0, pgBadger version 12.0`. Throws where dbperf is not built. */
export function programVersions(): string {
  if (!existsSync(MAIN)) throw new Error("dbperf is not built: run npm run build.");
  const rivals = ["pgbadger", "pt-query-digest"].map((program) => {
    return execFileSync(program, ["--version"], { encoding: "utf8" }).trim();
  });
  return [`Node ${process.versions.node}`, ...rivals].join(", ");
}

/** When dbperf was built, in milliseconds since 1970: another time after a run means that it measured two builds. */
export function builtAtMs(): number {
  return statSync(MAIN).mtimeMs;
}

function dbperfWith(name: string, flags: readonly string[]): LogProgram {
  return {
    name,
    command: (log) => ({
      program: process.execPath,
      args: [MAIN, "logs", log, "--no-store", "--format", "json", ...flags],
    }),
  };
}
