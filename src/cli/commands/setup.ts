import { Option } from "commander";
import type { Register } from "../register.ts";

const HOSTS = ["self", "rds", "aurora", "cloudsql", "azure", "supabase", "neon"];

export const registerSetup: Register = (program, terminal) => {
  program
    .command("setup")
    .description("print the script that makes a least-privilege role for dbperf")
    .addOption(new Option("--host <host>", "where the server runs").choices(HOSTS).default("self"))
    .option("--role <name>", "name of the role", "dbperf")
    .option("--database <name>", "database that it may connect to", "postgres")
    .action(async (options: { host: string; role: string; database: string }) => {
      const { setupScript } = await import("../../index.ts");
      const { dbperfError } = await import("../../errors/index.ts");
      const script = setupScript(options);
      if (script === null) throw dbperfError("usage", { problem: `unknown host ${options.host}`, command: "setup" });
      await terminal.out(script.endsWith("\n") ? script : `${script}\n`);
    });
};
