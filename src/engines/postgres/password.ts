import { exec } from "node:child_process";
import { DbperfError, dbperfError } from "../../errors/index.ts";
import type { Environment, TargetSpec } from "../engine.ts";
import { lookUpPassword } from "./password-file.ts";
import type { ConnectionTarget } from "./target.ts";

const COMMAND_TIMEOUT_MS = 60_000;

/**
 * Gives what answers a server that asks for a password: passwordCommand, else URL, service or PGPASSWORD, else
 * .pgpass. The command runs at once, because the server closes a login that takes long; the rest only when asked for.
 */
export async function passwordSource(
  spec: Pick<TargetSpec, "name" | "passwordCommand">,
  target: ConnectionTarget,
  environment: Environment,
): Promise<() => string> {
  if (spec.passwordCommand !== null) {
    const password = await runPasswordCommand(spec.passwordCommand, spec.name ?? target.host, environment);
    return () => password;
  }
  return () => target.password ?? passwordFromFile(target);
}

function passwordFromFile(target: ConnectionTarget): string {
  const lookup = lookUpPassword(target.passwordFile, target);
  if (lookup.status === "found") return lookup.password;
  const error = dbperfError("password-missing", { user: target.user });
  if (lookup.status === "none") throw error;
  const help = `${lookup.file} is ignored, because others may read it. Run: chmod 600 ${lookup.file}`;
  throw new DbperfError("password-missing", error.message, help);
}

function runPasswordCommand(command: string, target: string, { variables }: Environment): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (problem: string): void => reject(dbperfError("password-command-failed", { target, problem }));
    exec(command, { env: { ...variables }, timeout: COMMAND_TIMEOUT_MS }, (error, stdout, stderr) => {
      const password = stdout.replace(/\r?\n$/, "");
      // The error itself is no cause to keep: it holds the command and what it printed.
      if (error?.killed === true) fail(`it took longer than ${COMMAND_TIMEOUT_MS / 1000} s`);
      else if (error !== null) fail(`exit code ${error.code ?? "unknown"}${firstLine(stderr)}`);
      else if (password === "") fail("it printed nothing");
      else resolve(password);
    });
  });
}

function firstLine(stderr: string): string {
  const line = stderr.trim().split("\n")[0] ?? "";
  return line === "" ? "" : `, “${line.slice(0, 200)}”`;
}
