import type { Register } from "../register.ts";

export const registerConfig: Register = (program, terminal) => {
  const config = program.command("config").description("show the configuration in force");
  config
    .command("show")
    .description("print every setting")
    .option("--origin", "say where each one comes from")
    .option("--config <file>", "configuration file")
    .action(async (flags: { origin?: boolean; config?: string }) => {
      const { loadSettings } = await import("../settings.ts");
      const { lines } = loadSettings(terminal, flags);
      const width = Math.max(...lines.map(({ path }) => path.length));
      const text = lines.map(({ path, value, origin }) => {
        const setting = `${path.padEnd(width)}  ${value}`;
        return flags.origin === true ? `${setting}    # ${origin}` : setting;
      });
      await terminal.out(`${text.join("\n")}\n`);
    });
};
