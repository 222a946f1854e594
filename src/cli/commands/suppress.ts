import { join } from "node:path";
import type { Register } from "../register.ts";

export const registerSuppress: Register = (program, terminal) => {
  program
    .command("suppress")
    .description("silence a finding, for everyone, in dbperf.suppressions.yaml")
    .argument("<key>", "key of the finding, at least rule id and four digits")
    .requiredOption("--reason <text>", "why it is accepted")
    .option("--until <date>", "YYYY-MM-DD; from then on it is reported again")
    .option("--config <file>", "configuration file")
    .action(async (key: string, flags: { reason: string; until?: string; config?: string }) => {
      const [{ loadSettings }, { addSuppression, SUPPRESSIONS_FILE }] = await Promise.all([
        import("../settings.ts"),
        import("../../config/index.ts"),
      ]);
      const { requireRule } = await import("../../index.ts");
      requireRule(key.split(":")[0] ?? "");
      const file = join(loadSettings(terminal, flags).directory, SUPPRESSIONS_FILE);
      const { reason, until } = flags;
      addSuppression(file, { key, reason, until: until ?? null, by: null }, terminal.now());
      await terminal.out(`Suppressed ${key} in ${file}. Commit that file so that it holds for everyone.\n`);
    });
};
