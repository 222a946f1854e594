import type { Command } from "commander";
import type { LogInputs } from "../../index.ts";
import { collect, positiveInteger } from "../options.ts";
import type { Progress } from "../progress.ts";
import type { Terminal } from "../terminal.ts";

/** Flags of every command that reads logs. */
export interface LogFlags {
  readonly prefix?: string;
  readonly since?: string;
  readonly until?: string;
  readonly threads?: number;
  readonly appLog?: readonly string[];
}

/** One thread takes the least of the machine; each more holds counts of its own, and shortens the wait. */
const DEFAULT_THREADS = 1;

/** Options of every command that reads logs. */
export function addLogOptions(command: Command): Command {
  return command
    .option("--prefix <text>", "log_line_prefix of PostgreSQL's log; else the server says it, or it is detected")
    .option("--since <time>", "leave earlier events out: 2026-11-24T13:00Z, or 2h before now")
    .option("--until <time>", "leave events from this time on out")
    .option(
      "--threads <n>",
      `threads that read a large file at the same time (default: ${DEFAULT_THREADS})`,
      positiveInteger,
    )
    .option(
      "--app-log <file>",
      "read this log of an application for exhausted pools and refused connections (repeatable)",
      collect,
    );
}

/** What a command reads of its logs. Throws usage for a time that is none, and for standard input named twice. */
export async function logInputs(
  files: readonly string[],
  flags: LogFlags,
  terminal: Terminal,
  progress: Progress,
): Promise<LogInputs> {
  const [{ logProgress, parseTime }, { dbperfError }] = await Promise.all([
    import("../../index.ts"),
    import("../../errors/index.ts"),
  ]);
  const startedAtMs = Date.parse(terminal.now());
  const applicationFiles = flags.appLog ?? [];
  if (files.includes("-") && applicationFiles.includes("-")) {
    throw dbperfError("usage", {
      problem: "Standard input can be read once: as a log or as --app-log.",
      command: "logs",
    });
  }
  return {
    files,
    applicationFiles,
    stdin: terminal.stdin,
    prefix: flags.prefix ?? null,
    sinceMs: flags.since === undefined ? null : parseTime(flags.since, terminal.now()),
    untilMs: flags.until === undefined ? null : parseTime(flags.until, terminal.now()),
    threads: flags.threads ?? DEFAULT_THREADS,
    areDigests: false,
    saveDigestFile: null,
    follow: null,
    onProgress: (bytesDone, bytesTotal) => {
      const { line } = logProgress({ bytesDone, bytesTotal, startedAtMs, nowMs: Date.parse(terminal.now()) });
      progress.update(line);
    },
  };
}
