import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { IsoTime } from "../model/primitives.ts";
import { RUN_DIRECTORY_VARIABLE, RUN_SALT_VARIABLE } from "../probe/run-lines.ts";
import { loadSqlParser } from "../sql/parser.ts";
import { analyzeScopes, type KeepOptions } from "./analyze-scopes.ts";
import { packageRoot } from "./package-root.ts";
import type { AnalyzeRun } from "./run-analyze.ts";
import { type ChildOptions, runChild } from "./run-child.ts";
import { readRunEvents } from "./run-events.ts";

export interface RunProgramOptions extends ChildOptions, KeepOptions {
  readonly now: () => IsoTime;
}

export interface ProgramRun {
  /** Exit code of the program, 128 + n where a signal ended it. */
  readonly exitCode: number;
  /** Null where the program sent no statement that was seen. */
  readonly run: AnalyzeRun | null;
  /** Drivers that were loaded and are not watched. */
  readonly unwatched: readonly string[];
  /** Why the probe turned itself off, where it did. */
  readonly problems: readonly string[];
}

/** CommonJS, since Node loads that before any program, whatever its module system, and in each of its threads. */
const PRELOAD = join(packageRoot, "dist/src/probe/preload.cjs");

/** Runs a Node program and analyzes what it sent to its databases. Throws run-not-started. */
export async function runProgram(options: RunProgramOptions): Promise<ProgramRun> {
  const directory = mkdtempSync(join(tmpdir(), "dbperf-run-"));
  try {
    const exitCode = await runChild({ ...options, environment: environmentOf(options.environment, directory) });
    await loadSqlParser();
    const events = readRunEvents(directory, options.cwd);
    const { result, executions, engine, unwatched, problems } = events;
    const scopes = { source: "run", engine, notices: [], now: options.now() } as const;
    const run = executions === 0 ? null : await analyzeScopes(result, scopes, options);
    return { exitCode, run, unwatched, problems };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The program's environment with the probe in front of every Node process that inherits it. */
function environmentOf(
  environment: ChildOptions["environment"],
  directory: string,
): Readonly<Record<string, string | undefined>> {
  const preload = `--require "${PRELOAD.replace(/["\\]/g, "\\$&")}"`;
  const own = environment["NODE_OPTIONS"] ?? "";
  return {
    ...environment,
    NODE_OPTIONS: own === "" ? preload : `${own} ${preload}`,
    [RUN_DIRECTORY_VARIABLE]: directory,
    [RUN_SALT_VARIABLE]: randomBytes(16).toString("hex"),
  };
}
