import { spawn } from "node:child_process";
import { constants } from "node:os";
import { dbperfError } from "../errors/index.ts";

export interface ChildOptions {
  /** The program and its arguments. */
  readonly command: readonly [string, ...string[]];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Is given how to pass a signal on; returns how to take that back. */
  readonly onSignals: (forward: (signal: NodeJS.Signals) => void) => () => void;
}

/** Runs a program to its end with our own input and output; its exit code, or 128 + n. Throws run-not-started. */
export async function runChild({ command, cwd, environment, onSignals }: ChildOptions): Promise<number> {
  const [program, ...args] = command;
  const child = spawn(program, args, { cwd, env: environment, stdio: "inherit" });
  const release = onSignals((signal) => void child.kill(signal));
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
    });
  } catch (error) {
    throw dbperfError("run-not-started", { program, problem: problemOf(error) }, { cause: error });
  } finally {
    release();
  }
}

function problemOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error ? error.code : null;
  if (code === "ENOENT") return "there is no such program or folder";
  return code === "EACCES" ? "it may not be executed" : error.message;
}
