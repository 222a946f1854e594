import { type Command, Option } from "commander";
import type { AnalyzeRun } from "../../index.ts";
import { loadReporter, REPORT_FORMATS } from "../../report/index.ts";
import type { Flags } from "../flags.ts";
import type { Settings } from "../settings.ts";
import type { Terminal } from "../terminal.ts";

/** Flags of every command that prints the report. */
export interface ReportFlags extends Flags {
  readonly output?: string;
  readonly saveCapture?: string;
}

/** Options of every command that prints the report. */
export function addReportOptions(command: Command): Command {
  return command
    .addOption(new Option("--format <format>", "form of the report").choices(REPORT_FORMATS))
    .option("-o, --output <file>", "write the report to a file")
    .option("--store <file>", "store that keeps the snapshot")
    .option("--no-store", "keep nothing")
    .option("--save-capture <file>", "save what was read, to be analyzed again");
}

/** Prints the report of a run where its flags say, and resolves to the exit code. */
export async function finishRun(
  run: AnalyzeRun,
  flags: ReportFlags,
  { format, gate }: Pick<Settings, "format" | "gate">,
  terminal: Terminal,
): Promise<number> {
  await print(run, flags, format, terminal);
  return exitCode(run, gate, terminal);
}

async function print(
  run: AnalyzeRun,
  flags: ReportFlags,
  format: Settings["format"],
  terminal: Terminal,
): Promise<void> {
  const [{ listRules, writePrivateFile }, { render }, { paletteOf }] = await Promise.all([
    import("../../index.ts"),
    loadReporter(format),
    import("../palette.ts"),
  ]);
  const color = paletteOf(terminal.color && format === "text" && flags.output === undefined);
  const rules = listRules().map(({ meta }) => meta);
  const report = render(run.analysis, { width: terminal.width, color, rules });
  if (flags.output === undefined) await terminal.out(report);
  else {
    await writePrivateFile(flags.output, report);
    terminal.note(`Wrote ${flags.output}`);
  }
  if (run.snapshot?.isNew === true && format === "text") terminal.note(`Saved as snapshot ${run.snapshot.id}.`);
  if (flags.saveCapture !== undefined) terminal.note(`Saved the capture: dbperf analyze ${flags.saveCapture}`);
}

async function exitCode(run: AnalyzeRun, gate: Settings["gate"], terminal: Terminal): Promise<number> {
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
