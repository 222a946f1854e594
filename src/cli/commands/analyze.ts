import { collect } from "../options.ts";
import type { Register } from "../register.ts";
import type { Terminal } from "../terminal.ts";
import { addLogOptions, type LogFlags, logInputs } from "./log-options.ts";
import { addReportOptions, finishRun, type ReportFlags } from "./report-output.ts";
import { addCaptureOptions, addGateOptions, addTargetOptions } from "./target-options.ts";

interface AnalyzeFlags extends ReportFlags, LogFlags {
  readonly log?: readonly string[];
}

export const registerAnalyze: Register = (program, terminal, done) => {
  const command = program
    .command("analyze")
    .description("say what is slow, why, and what to do; TARGET may be a saved capture");
  addLogOptions(
    addReportOptions(addGateOptions(addCaptureOptions(addTargetOptions(command)))).option(
      "--log <file>",
      "read this log of the server as well (repeatable); - is standard input",
      collect,
    ),
  ).action(async (target: string | undefined, flags: AnalyzeFlags) => {
    done(await analyze(target, flags, terminal));
  });
};

async function analyze(target: string | undefined, flags: AnalyzeFlags, terminal: Terminal): Promise<number> {
  const [{ resolveInput, runAnalyze }, { loadSettings }, { startProgress }] = await Promise.all([
    import("../../index.ts"),
    import("../settings.ts"),
    import("../progress.ts"),
  ]);
  const settings = loadSettings(terminal, flags);
  const input = resolveInput(target, settings.inputOptions);
  const progress = await startProgress(terminal, input.kind === "capture" ? "reading the capture" : "connecting");
  const { log = [], appLog = [] } = flags;
  const logs = log.length + appLog.length === 0 ? undefined : await logInputs(log, flags, terminal, progress);
  const run = await runAnalyze({
    input,
    ...(logs === undefined ? {} : { logs }),
    capture: { ...settings.captureOptions, onProgress: (artifact) => progress.update(`reading ${artifact}`) },
    analyze: settings.analyzeOptions,
    storeFile: flags.store === false ? null : settings.storeFile,
    saveCaptureFile: flags.saveCapture ?? null,
  }).finally(() => progress.stop());
  return finishRun(run, flags, settings, terminal);
}
