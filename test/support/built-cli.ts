import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

export interface BuiltResult {
  /** Null where a signal ended the process. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunningCli {
  readonly process: ChildProcess;
  readonly ended: Promise<BuiltResult>;
}

const MAIN = join(import.meta.dirname, "../../dist/src/cli/main.js");

/** Whether `npm run build` was run; what was built is what is tested. */
export const isBuilt = existsSync(MAIN);

/** Runs the built command line to its end, away from the user's own configuration and store. */
export async function runBuilt(
  argv: readonly string[],
  cwd: string,
  input: Uint8Array | string = "",
): Promise<BuiltResult> {
  const { process, ended } = startBuilt(argv, cwd);
  process.stdin?.on("error", () => undefined);
  process.stdin?.end(input);
  return ended;
}

/** Starts the built command line. */
export function startBuilt(argv: readonly string[], cwd: string): RunningCli {
  const child = spawn(process.execPath, [MAIN, ...argv], {
    cwd,
    env: { PATH: process.env["PATH"], HOME: cwd, XDG_DATA_HOME: cwd, XDG_CONFIG_HOME: cwd, XDG_STATE_HOME: cwd },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  const ended = new Promise<BuiltResult>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, out, err }));
  });
  return { process: child, ended };
}
