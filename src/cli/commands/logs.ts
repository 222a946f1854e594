import { positiveInteger } from "../options.ts";
import type { Register } from "../register.ts";
import type { Terminal } from "../terminal.ts";
import { addLogOptions, type LogFlags, logInputs } from "./log-options.ts";
import { addReportOptions, finishRun, type ReportFlags } from "./report-output.ts";
import { addGateOptions } from "./target-options.ts";

interface LogsFlags extends ReportFlags, LogFlags {
  readonly merge?: boolean;
  readonly saveDigest?: string;
}

export const registerLogs: Register = (program, terminal, done) => {
  const command = program
    .command("logs")
    .description("say what is slow, and why, from the logs of PostgreSQL, MySQL or MariaDB")
    .argument("<files...>", "logs of one server, plain, gz, zst or xz; - is standard input");
  addGateOptions(addReportOptions(addLogOptions(command)))
    .option("--merge", "the files are saved digests: put them together")
    .option("--save-digest <file>", "save what was counted, to be merged with others")
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
  if (flags.merge === true && flags.saveDigest !== undefined) {
    throw dbperfError("usage", {
      problem: "--merge reads digests and --save-digest writes one: use one of them.",
      command: "logs",
    });
  }
  const settings = loadSettings(terminal, flags);
  const progress = startProgress(terminal, "reading");
  const run = await logInputs(files, flags, terminal, progress)
    .then((inputs) =>
      runAnalyze({
        input: null,
        logs: { ...inputs, areDigests: flags.merge === true, saveDigestFile: flags.saveDigest ?? null },
        capture: { ...settings.captureOptions, onProgress: () => undefined },
        analyze: settings.analyzeOptions,
        storeFile: flags.store === false ? null : settings.storeFile,
        saveCaptureFile: flags.saveCapture ?? null,
      }),
    )
    .finally(() => progress.stop());
  if (flags.saveDigest !== undefined) terminal.note(`Saved the digest: dbperf logs --merge ${flags.saveDigest}`);
  return finishRun(run, flags, settings, terminal);
}
