import { join } from "node:path";
import type { Register } from "../register.ts";

const PHASES = {
  install: "PostgreSQL",
  start: "Server",
  load: "Shop schema",
  workload: "Workload",
  analyze: "dbperf analyze",
} as const;

export const registerDemo: Register = (program, terminal, done) => {
  program
    .command("demo")
    .description("start an embedded PostgreSQL with a faulty shop, and analyze it")
    .action(async () => {
      const [{ EXIT, runDemo, writePrivateFile }, { loadReporter }, { paletteOf }] = await Promise.all([
        import("../../index.ts"),
        import("../../report/index.ts"),
        import("../palette.ts"),
      ]);
      let last = "";
      let release = (): void => undefined;
      const run = await runDemo({
        environment: terminal.environment,
        nodePath: process.execPath,
        now: terminal.now,
        workloadMs: null,
        onStarted: (stop) => {
          release = terminal.onSignal(stop);
        },
        onProgress: ({ phase, detail, fraction }) => {
          const percent = fraction === null ? "" : ` ${Math.floor(fraction * 10) * 10} %`;
          const line = `${PHASES[phase]}: ${detail}${percent}`;
          if (line !== last) terminal.note(line);
          last = line;
        },
      }).finally(() => release());
      const render = async (format: "text" | "html"): Promise<string> =>
        (await loadReporter(format)).render(run.analysis, {
          width: terminal.width,
          color: paletteOf(terminal.color && format === "text"),
        });
      const page = join(run.folder, "report.html");
      await writePrivateFile(page, await render("html"));
      const first = run.analysis.findings.find(({ partOf }) => partOf === null);
      const next = [
        "The server is stopped and its data are gone. What is left, and what to try next:",
        `  HTML report      ${page}`,
        `  replay           dbperf analyze ${run.captureFile} --no-store`,
        ...(first === undefined ? [] : [`  a finding whole  dbperf show ${first.key} --store ${run.storeFile}`]),
        "  your database    dbperf setup > role.sql, then: dbperf analyze postgres://dbperf@host/database",
        "",
        "From a clone, write node dist/src/cli/main.js instead of dbperf.",
      ];
      await terminal.out(`\n${await render("text")}\n${next.join("\n")}\n`);
      done(run.storeError === null ? EXIT.done : EXIT.storeFailed);
    });
};
