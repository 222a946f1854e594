import { type ChildProcess, spawn } from "node:child_process";
import type { ServerUser } from "./server-user.ts";

/** A running server program that ends with this process, however this process ends. */
export interface GuardedProcess {
  /** Settles when the program has ended. */
  readonly ended: Promise<void>;
  readonly isRunning: () => boolean;
  /** Fast shutdown; resolves when nothing runs any more. */
  stop(): Promise<void>;
}

export interface GuardedCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly user: ServerUser | null;
  readonly environment: Readonly<Record<string, string>>;
  /** Folder that is removed when the program ends, unless it holds a file `keep`. */
  readonly directory: string;
  readonly onOutput: (text: string) => void;
}

/**
 * The shell starts the program, waits until its standard input ends (on stop, or because the kernel closed the pipe
 * of a killed parent) and then interrupts the program: SIGINT is PostgreSQL's fast shutdown.
 */
const WATCHDOG = [
  'trap "" INT TERM HUP',
  "directory=$1; shift",
  "exec 3<&0",
  // The trap would be inherited as "ignored"; PostgreSQL installs its own handlers and is not affected.
  '"$@" </dev/null 3<&- & server=$!',
  "( cat <&3 >/dev/null; kill -INT $server 2>/dev/null; i=0; while kill -0 $server 2>/dev/null && [ $i -lt 100 ]; do sleep 0.1; i=$((i+1)); done; kill -QUIT $server 2>/dev/null ) </dev/null & reader=$!",
  "wait $server; status=$?",
  "kill -KILL $reader 2>/dev/null",
  // A restart leaves a file named keep, so that the data outlive the process.
  '[ -e "$directory/keep" ] || rm -rf "$directory"',
  "exit $status",
].join("\n");

export function spawnGuarded(command: GuardedCommand): GuardedProcess {
  const identity = command.user === null ? {} : { uid: command.user.uid, gid: command.user.gid };
  const child: ChildProcess = spawn(
    "/bin/sh",
    ["-c", WATCHDOG, "sh", command.directory, command.program, ...command.args],
    {
      ...identity,
      cwd: command.directory,
      env: { ...command.environment },
      stdio: ["pipe", "pipe", "pipe"],
      // A group of its own: Ctrl-C in the terminal reaches this process alone, which then stops the server in order.
      detached: true,
    },
  );
  let running = true;
  const ended = new Promise<void>((resolve) => {
    const done = (): void => {
      running = false;
      resolve();
    };
    child.once("exit", done);
    child.once("error", (error) => {
      command.onOutput(error.message);
      done();
    });
  });
  child.stdin?.on("error", () => undefined);
  child.stdout?.setEncoding("utf8").on("data", command.onOutput);
  child.stderr?.setEncoding("utf8").on("data", command.onOutput);
  return {
    ended,
    isRunning: () => running,
    stop: async () => {
      child.stdin?.end();
      await ended;
    },
  };
}
