import type { Flags } from "../flags.ts";
import type { Register } from "../register.ts";
import { addCaptureOptions, addTargetOptions } from "./target-options.ts";

export const registerCapture: Register = (program, terminal) => {
  const command = program.command("capture").description("read a database into a file, to be analyzed anywhere");
  addCaptureOptions(addTargetOptions(command))
    .requiredOption("-o, --output <file>", "file to write; readable by you alone")
    .action(async (target: string | undefined, flags: Flags & { output: string }) => {
      const [{ capture, resolveInput, writeCapture }, { loadSettings }, { startProgress }, { dbperfError }] =
        await Promise.all([
          import("../../index.ts"),
          import("../settings.ts"),
          import("../progress.ts"),
          import("../../errors/index.ts"),
        ]);
      const settings = loadSettings(terminal, flags);
      const input = resolveInput(target, settings.inputOptions);
      if (input.kind === "capture")
        throw dbperfError("usage", {
          problem: `${input.file} is a file; capture reads a database.`,
          command: "capture",
        });
      const progress = await startProgress(terminal, "connecting");
      try {
        const result = await capture(input.spec, {
          ...settings.captureOptions,
          knownQueries: () => new Map(),
          onProgress: (artifact) => progress.update(`reading ${artifact}`),
        });
        await writeCapture(flags.output, result);
      } finally {
        progress.stop();
      }
      terminal.note(`Saved ${flags.output}. Analyze it anywhere: dbperf analyze ${flags.output}`);
    });
};
