import { Command, CommanderError } from "commander";
import { DbperfError } from "../errors/index.ts";
import { registerAnalyze } from "./commands/analyze.ts";
import { registerCapture } from "./commands/capture.ts";
import { registerConfig } from "./commands/config.ts";
import { registerDemo } from "./commands/demo.ts";
import { registerDoctor } from "./commands/doctor.ts";
import { registerLogs } from "./commands/logs.ts";
import { registerRules } from "./commands/rules.ts";
import { registerRun } from "./commands/run.ts";
import { registerSetup } from "./commands/setup.ts";
import { registerShow } from "./commands/show.ts";
import { registerSuppress } from "./commands/suppress.ts";
import { registerTraces } from "./commands/traces.ts";
import type { Register } from "./register.ts";
import type { Terminal } from "./terminal.ts";

const COMMANDS: readonly Register[] = [
  registerAnalyze,
  registerLogs,
  registerRun,
  registerTraces,
  registerCapture,
  registerShow,
  registerDoctor,
  registerSetup,
  registerSuppress,
  registerRules,
  registerConfig,
  registerDemo,
];

const USAGE = 2;
const BUG = 70;

/** Runs one command line and resolves to its exit code. Never throws. */
export async function main(argv: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode = 0;
  const program = buildProgram(terminal, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...argv], { from: "user" });
    return exitCode;
  } catch (error) {
    return report(error, terminal);
  }
}

function buildProgram(terminal: Terminal, done: (exitCode: number) => void): Command {
  const program = new Command("dbperf")
    .description("Says what is slow in a database, why, and what to do about it. Read-only.")
    .helpCommand(false)
    .showHelpAfterError("Run dbperf --help for the commands.")
    .exitOverride()
    .configureOutput({ writeOut: (text) => void terminal.out(text), writeErr: (text) => terminal.note(text.trimEnd()) })
    .allowExcessArguments()
    .option("-V, --version", "print the version")
    .on("option:version", () => undefined);
  program.action(async () => {
    if (program.opts<{ version?: boolean }>().version === true) {
      const { toolInfo } = await import("../index.ts");
      await terminal.out(`${toolInfo.version}\n`);
      return;
    }
    if (program.args.length > 0) program.error(`error: unknown command '${program.args[0]}'`, { exitCode: USAGE });
    await terminal.out(program.helpInformation());
    done(USAGE);
  });
  for (const register of COMMANDS) register(program, terminal, done);
  for (const command of program.commands) command.exitOverride().copyInheritedSettings(program);
  return program;
}

function report(error: unknown, terminal: Terminal): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
  if (error instanceof DbperfError) {
    terminal.note(`dbperf: ${error.message}\n${error.help}`);
    return error.exitCode;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  terminal.note(`dbperf: this is a bug in dbperf. Please report it with these lines:\n${stack}`);
  return BUG;
}
