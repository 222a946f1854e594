import type { Register } from "../register.ts";

export const registerShow: Register = (program, terminal) => {
  program
    .command("show")
    .description("show one finding whole: evidence, plan, what to do")
    .argument("<key>", "key of a finding, or any unique beginning of it")
    .option("--store <file>", "store to read")
    .option("--json", "print it as JSON")
    .option("--config <file>", "configuration file")
    .action(async (key: string, flags: { store?: string; json?: boolean; config?: string }) => {
      const [{ defaultStorePath, showFinding }, { renderFinding }, { loadSettings }, { paletteOf }] = await Promise.all(
        [
          import("../../index.ts"),
          import("../../report/finding.ts"),
          import("../settings.ts"),
          import("../palette.ts"),
        ],
      );
      const { storeFile } = loadSettings(terminal, flags);
      const shown = showFinding(storeFile ?? defaultStorePath(terminal.environment), key);
      if (flags.json === true) {
        await terminal.out(
          `${JSON.stringify({ finding: shown.finding, recommendations: shown.around.recommendations.filter(({ because }) => because.includes(shown.finding.key)), snapshot: shown.snapshot }, null, 2)}\n`,
        );
        return;
      }
      await terminal.out(
        renderFinding(shown.around, shown.finding, { width: terminal.width, color: paletteOf(terminal.color) }),
      );
    });
};
