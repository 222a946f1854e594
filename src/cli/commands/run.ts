import type { ProgramRun } from "../../index.ts";
import type { Register } from "../register.ts";
import type { Terminal } from "../terminal.ts";
import { addReportOptions, finishRun, type ReportFlags } from "./report-output.ts";
import { addGateOptions } from "./target-options.ts";

/** Passed on as they come; an interrupt of a terminal reaches the program without us. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;
const FROM_TERMINAL: readonly string[] = ["SIGINT", "SIGQUIT"];

export const registerRun: Register = (program, terminal, done) => {
  const command = program
    .command("run")
    .description("run a Node program and say which of its lines send too many statements: dbperf run -- node app.js")
    .argument("[command...]", "after --: the program and its arguments");
  addGateOptions(addReportOptions(command))
    .option("--config <file>", "configuration file")
    .action(async (words: readonly string[], flags: ReportFlags) => {
      const given: unknown = Reflect.get(program, "rawArgs");
      done(await run(wordsAfterDashes(given, words), flags, terminal));
    });
};

/** What stands behind `--`; without it an option of the program would be read as one of ours. */
function wordsAfterDashes(given: unknown, words: readonly string[]): readonly string[] {
  if (!Array.isArray(given)) return words;
  const dashes = given.indexOf("--");
  return dashes === -1 ? [] : given.slice(dashes + 1).map(String);
}

async function run(words: readonly string[], flags: ReportFlags, terminal: Terminal): Promise<number> {
  const [{ EXIT, runProgram }, { loadSettings }, { dbperfError }] = await Promise.all([
    import("../../index.ts"),
    import("../settings.ts"),
    import("../../errors/index.ts"),
  ]);
  const [program, ...args] = words;
  if (program === undefined) throw dbperfError("run-command-missing", {});
  const settings = loadSettings(terminal, flags);
  const result = await runProgram({
    command: [program, ...args],
    cwd: terminal.cwd,
    environment: terminal.environment.variables,
    onSignals,
    analyze: settings.analyzeOptions,
    // A run of a program is no state of a server: it is kept where a store is named, and only there.
    storeFile: typeof flags.store === "string" ? settings.storeFile : null,
    saveCaptureFile: flags.saveCapture ?? null,
    now: terminal.now,
  });
  sayWhatWasMissed(result, terminal);
  const code =
    result.run === null ? EXIT.done : await finishRun(result.run, flags, settings, reportTerminal(flags, terminal));
  if (result.exitCode !== 0) return result.exitCode;
  // A gate that saw a part only has not been passed.
  return code === EXIT.done && result.problems.length > 0 ? EXIT.partial : code;
}

function onSignals(forward: (signal: NodeJS.Signals) => void): () => void {
  const handlers = SIGNALS.map((signal) => {
    const handler = (): void => {
      if (!(process.stdin.isTTY && FROM_TERMINAL.includes(signal))) forward(signal);
    };
    process.on(signal, handler);
    return { signal, handler };
  });
  return () => {
    for (const { signal, handler } of handlers) process.removeListener(signal, handler);
  };
}

function sayWhatWasMissed({ run, unwatched, problems }: ProgramRun, terminal: Terminal): void {
  for (const problem of problems) terminal.note(`dbperf: the probe turned itself off: ${problem}`);
  for (const driver of unwatched) {
    terminal.note(`dbperf: the program loads ${driver}, which is not watched: its statements are not in this report.`);
  }
  if (run !== null) return;
  terminal.note(
    "dbperf: the program sent no statement through pg, mysql2 or postgres that could be seen: nothing was checked.\n" +
      "Drivers that are bundled into the program's own files, and programs that are not Node, cannot be watched.",
  );
}

/** Standard output is the program's: the report goes there only where a form was asked for. */
function reportTerminal({ format }: ReportFlags, terminal: Terminal): Terminal {
  if (format !== undefined) return terminal;
  const { environment, cwd, width, interactive, now, note, onSignal, exit } = terminal;
  return {
    ...{ environment, cwd, width, interactive, now, note, onSignal, exit },
    get stdin() {
      return terminal.stdin;
    },
    color: terminal.color && interactive,
    out: async (text) => terminal.note(text.trimEnd()),
  };
}
