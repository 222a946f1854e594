import type { Diagnosis } from "../../index.ts";
import type { Flags } from "../flags.ts";
import type { Register } from "../register.ts";
import { addTargetOptions } from "./target-options.ts";

const MARKS = { ok: "✓", partly: "◐", missing: "✗" } as const;
const EXPLAIN_PROBE = 5;

export const registerDoctor: Register = (program, terminal, done) => {
  addTargetOptions(
    program.command("doctor").description("say what this role can see, and the exact line that mends each gap"),
  )
    .option("--json", "print it as JSON")
    .action(async (target: string | undefined, flags: Flags & { json?: boolean }) => {
      const [{ capture, diagnose, EXIT, readCapture, resolveInput }, { loadSettings }, { startProgress }] =
        await Promise.all([import("../../index.ts"), import("../settings.ts"), import("../progress.ts")]);
      const settings = loadSettings(terminal, flags);
      const input = resolveInput(target, settings.inputOptions);
      const progress = await startProgress(terminal, "connecting");
      const result = await (input.kind === "capture"
        ? readCapture(input.file)
        : capture(input.spec, {
            ...settings.captureOptions,
            explainTop: EXPLAIN_PROBE,
            knownQueries: () => new Map(),
            onProgress: (artifact) => progress.update(`looking at ${artifact}`),
          })
      ).finally(() => progress.stop());
      const diagnosis = diagnose(result);
      await terminal.out(flags.json === true ? `${JSON.stringify(diagnosis, null, 2)}\n` : render(diagnosis));
      done(diagnosis.isPartial ? EXIT.partial : EXIT.done);
    });
};

/** What failed for another reason than rights or settings has the server's words for a hint, and no remedy. */
function hintLines(reason: string, hint: string): string[] {
  const mark = reason === "failed" || reason === "timed-out" ? "the server says:" : "→";
  return hint.split("\n").map((line) => `     ${mark} ${line}`);
}

function render({ target, serverVersion, role, checks, notices }: Diagnosis): string {
  const lines = [
    `${role ?? target.user} on ${target.database} at ${target.host}:${target.port} · server ${serverVersion ?? "version unknown"}`,
    "",
  ];
  for (const { title, status, problems, lostRules, weakerRules } of checks) {
    lines.push(` ${MARKS[status]} ${title}`);
    for (const { what, reason, hint } of problems)
      lines.push(`     ${what === title ? reason : `${what}: ${reason}`}`, ...hintLines(reason, hint));
    if (lostRules.length > 0) lines.push(`     lost: ${lostRules.join(", ")}`);
    if (weakerRules.length > 0) lines.push(`     know less: ${weakerRules.join(", ")}`);
  }
  if (notices.length > 0) lines.push("", ...notices.map(({ message }) => ` ! ${message}`));
  const gaps = checks.filter(({ status }) => status !== "ok").length;
  lines.push(
    "",
    gaps === 0
      ? "This role sees everything that dbperf asks for."
      : "A role for dbperf with the least rights: dbperf setup",
  );
  return `${lines.join("\n")}\n`;
}
