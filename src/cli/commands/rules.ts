import type { Register } from "../register.ts";

export const registerRules: Register = (program, terminal) => {
  program
    .command("rules")
    .description("list the rules, or explain one")
    .argument("[id]", "rule to explain")
    .option("--json", "print the list as JSON")
    .action(async (id: string | undefined, { json }: { json?: boolean }) => {
      const { explainRule, listRules } = await import("../../index.ts");
      if (id !== undefined) {
        await terminal.out(await explainRule(id));
        return;
      }
      if (json === true) {
        const list = listRules().map(({ meta, needs, uses, thresholds }) => ({ ...meta, needs, uses, thresholds }));
        await terminal.out(`${JSON.stringify(list, null, 2)}\n`);
        return;
      }
      const width = Math.max(...listRules().map(({ meta }) => meta.id.length));
      const lines = listRules().map(
        ({ meta }) => `${meta.id.padEnd(width)}  ${meta.severity.padEnd(8)}  ${meta.title}`,
      );
      await terminal.out(`${lines.join("\n")}\n\nExplain one: dbperf rules <id>\n`);
    });
};
