import { keepHeapLean } from "../lean-heap.ts";
import { positiveInteger } from "../options.ts";
import type { Register } from "../register.ts";
import type { Terminal } from "../terminal.ts";
import { withResolvers } from "../with-resolvers.ts";
import { addLogOptions, type LogFlags, logInputs } from "./log-options.ts";
import { addReportOptions, finishRun, type ReportFlags } from "./report-output.ts";
import { addGateOptions } from "./target-options.ts";

interface LogsFlags extends ReportFlags, LogFlags {
  readonly merge?: boolean;
  readonly saveDigest?: string;
  readonly follow?: boolean;
  readonly for?: string;
  readonly positions?: string;
}

/** How often a followed log is looked at. */
const POLL_MS = 250;

export const registerLogs: Register = (program, terminal, done) => {
  const command = program
    .command("logs")
    .description("say what is slow, and why, from the logs of PostgreSQL, MySQL or MariaDB")
    .argument("[files...]", "logs of one server, plain, gz, zst or xz; - is standard input");
  addGateOptions(addReportOptions(addLogOptions(command)))
    .option("--merge", "the files are saved digests: put them together")
    .option("--save-digest <file>", "save what was counted, to be merged with others")
    .option("--follow", "go on reading as the server writes, until Ctrl-C; what was read once is not read again")
    .option("--for <time>", "with --follow: end after this time, such as 10m")
    .option("--positions <file>", "with --follow: file that remembers how far each log was read")
    .option("--top <n>", "statements to list", positiveInteger)
    .option("--keep-literals", "keep the literals of statements (they are data: think first)")
    .option("--config <file>", "configuration file")
    .action(async (files: readonly string[], flags: LogsFlags) => {
      done(await logs(files, flags, terminal));
    });
};

async function logs(files: readonly string[], flags: LogsFlags, terminal: Terminal): Promise<number> {
  const [{ runAnalyze }, { loadSettings }, { startProgress }, { dbperfError }] = await Promise.all([
    import("../../index.ts"),
    import("../settings.ts"),
    import("../progress.ts"),
    import("../../errors/index.ts"),
  ]);
  keepHeapLean();
  const clash = clashOf(files, flags);
  if (clash !== null) throw dbperfError("usage", { problem: clash, command: "logs" });
  const settings = loadSettings(terminal, flags);
  const progress = await startProgress(terminal, "reading");
  const stop = stopOnSignal(flags, terminal);
  try {
    const inputs = await logInputs(files, flags, terminal, progress);
    const run = await runAnalyze({
      input: null,
      logs: {
        ...inputs,
        areDigests: flags.merge === true,
        saveDigestFile: flags.saveDigest ?? null,
        follow: await followOptions(flags, terminal, stop.signal),
      },
      capture: { ...settings.captureOptions, onProgress: () => undefined },
      analyze: settings.analyzeOptions,
      storeFile: flags.store === false ? null : settings.storeFile,
      saveCaptureFile: flags.saveCapture ?? null,
    });
    progress.stop();
    if (flags.saveDigest !== undefined) terminal.note(`Saved the digest: dbperf logs --merge ${flags.saveDigest}`);
    return await finishRun(run, flags, settings, terminal);
  } finally {
    progress.stop();
    stop.finished();
    stop.release();
  }
}

/** Flags that say two different things. */
function clashOf(files: readonly string[], { merge, saveDigest, follow, ...flags }: LogsFlags): string | null {
  if (files.length === 0 && (flags.appLog === undefined || merge === true || follow === true))
    return "No log was named.";
  if (follow === true && flags.appLog !== undefined)
    return "--follow reads the one log that it is given: --app-log needs a run of its own.";
  if (merge === true && saveDigest !== undefined) return "--merge reads digests and --save-digest writes one.";
  if (merge === true && follow === true) return "--merge reads saved digests, which nobody writes on.";
  if (follow !== true && flags.for !== undefined) return "--for says how long to follow: it needs --follow.";
  if (follow !== true && flags.positions !== undefined)
    return "--positions says where --follow remembers how far it read.";
  return follow === true && saveDigest !== undefined ? "--follow reports at its end and saves no digest." : null;
}

/** A followed log ends with a signal: the report is printed first. */
function stopOnSignal({ follow }: LogsFlags, terminal: Terminal) {
  const controller = new AbortController();
  const { promise, resolve } = withResolvers();
  const stop = (): Promise<void> => {
    controller.abort();
    return promise;
  };
  return {
    signal: controller.signal,
    finished: resolve,
    release: follow === true ? terminal.onSignal(stop) : (): void => undefined,
  };
}

async function followOptions(flags: LogsFlags, terminal: Terminal, signal: AbortSignal) {
  const [{ defaultPositionsPath }, { parseDuration }, { dbperfError }] = await Promise.all([
    import("../../index.ts"),
    import("../../config/index.ts"),
    import("../../errors/index.ts"),
  ]);
  const forMs = flags.for === undefined ? null : parseDuration(flags.for);
  if (flags.for !== undefined && forMs === null) {
    throw dbperfError("usage", { problem: `“${flags.for}” is no duration such as 30s or 10m.`, command: "logs" });
  }
  if (flags.follow !== true) return null;
  return {
    positionsFile: flags.positions ?? defaultPositionsPath(terminal.environment),
    forMs,
    pollMs: POLL_MS,
    signal,
  };
}
