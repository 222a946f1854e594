import { type Command, Option } from "commander";
import { collect, positiveInteger } from "../options.ts";

/** Options of every command that connects. */
export function addTargetOptions(command: Command): Command {
  return command
    .argument("[target]", "postgres://… URL, a target of the configuration, or nothing: DATABASE_URL, PG*")
    .option("--timeout <time>", "limit of one statement on the server: 5s, 500ms")
    .option("--config <file>", "configuration file");
}

/** Options of every command that takes a capture. */
export function addCaptureOptions(command: Command): Command {
  return command
    .option("--top <n>", "statements to list and to explain", positiveInteger)
    .option("--no-explain", "ask for no plans")
    .option("--keep-literals", "keep the literals of statements (they are data: think first)")
    .option("--all-databases", "list the statements of every database of the server");
}

/** Options of every command that can gate. */
export function addGateOptions(command: Command): Command {
  return command
    .option("--fail-on <severity|rule>", "exit with 1 on a finding of that severity or rule (repeatable)", collect)
    .addOption(
      new Option("--min-confidence <level>", "confidence that a finding needs to fail the run").choices([
        "measured",
        "estimated",
        "heuristic",
      ]),
    )
    .option("--only <rule>", "run this rule alone (repeatable)", collect)
    .option("--skip <rule>", "leave this rule out (repeatable)", collect);
}
