import { Option } from "commander";
import type { AnalyzeRun } from "../../index.ts";
import type { Flags } from "../flags.ts";
import type { Register } from "../register.ts";
import type { Terminal } from "../terminal.ts";
import { addCaptureOptions, addGateOptions, addTargetOptions } from "./target-options.ts";

interface AnalyzeFlags extends Flags {
  readonly output?: string;
  readonly saveCapture?: string;
}

export const registerAnalyze: Register = (program, terminal, done) => {
  const command = program
    .command("analyze")
    .description("say what is slow, why, and what to do; TARGET may be a saved capture");
  addGateOptions(addCaptureOptions(addTargetOptions(command)))
    .addOption(new Option("--format <format>", "form of the report").choices(["text", "json", "markdown", "html"]))
    .option("-o, --output <file>", "write the report to a file")
    .option("--store <file>", "store that keeps the snapshot")
    .option("--no-store", "keep nothing")
    .option("--save-capture <file>", "save what was read, to be analyzed again")
    .action(async (target: string | undefined, flags: AnalyzeFlags) => {
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
  const progress = startProgress(terminal, input.kind === "capture" ? "reading the capture" : "connecting");
  const run = await runAnalyze({
    input,
    capture: { ...settings.captureOptions, onProgress: (artifact) => progress.update(`reading ${artifact}`) },
    analyze: settings.analyzeOptions,
    storeFile: flags.store === false ? null : settings.storeFile,
    saveCaptureFile: flags.saveCapture ?? null,
  }).finally(() => progress.stop());
  await print(run, flags, settings.format, terminal);
  return exitCode(run, settings.gate, terminal);
}

async function print(run: AnalyzeRun, flags: AnalyzeFlags, format: string, terminal: Terminal): Promise<void> {
  const [{ writePrivateFile }, { reporters }, { paletteOf }] = await Promise.all([
    import("../../index.ts"),
    import("../../report/index.ts"),
    import("../palette.ts"),
  ]);
  const color = paletteOf(terminal.color && format === "text" && flags.output === undefined);
  const report =
    reporters.find((reporter) => reporter.format === format)?.render(run.analysis, { width: terminal.width, color }) ??
    "";
  if (flags.output === undefined) await terminal.out(report);
  else {
    await writePrivateFile(flags.output, report);
    terminal.note(`Wrote ${flags.output}`);
  }
  if (run.snapshot?.isNew === true && format === "text") terminal.note(`Saved as snapshot ${run.snapshot.id}.`);
  if (flags.saveCapture !== undefined) terminal.note(`Saved the capture: dbperf analyze ${flags.saveCapture}`);
}

async function exitCode(
  run: AnalyzeRun,
  gate: Parameters<typeof import("../../index.ts").gateFailures>[1],
  terminal: Terminal,
): Promise<number> {
  const { EXIT, coreArtifactsOf, gateFailures, isPartial } = await import("../../index.ts");
  if (run.storeError !== null) {
    terminal.note(`dbperf: ${run.storeError.message}\n${run.storeError.help}`);
    return EXIT.storeFailed;
  }
  const failures = gateFailures(run.analysis.findings, gate);
  if (failures.length > 0) {
    terminal.note(`Failed by --fail-on: ${failures.map(({ key }) => key).join(", ")}.`);
    return EXIT.gateFailed;
  }
  return isPartial(run.analysis, run.capture.artifacts, coreArtifactsOf(run.capture)) ? EXIT.partial : EXIT.done;
}
