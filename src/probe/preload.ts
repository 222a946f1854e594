/** What `dbperf run` puts in front of every Node process and thread of the program (NODE_OPTIONS --require). */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { isMainThread, threadId } from "node:worker_threads";
import { isHookThread } from "./esm-hook.ts";
import { RUN_DIRECTORY_VARIABLE, RUN_SALT_VARIABLE } from "./run-lines.ts";
import { startProbe } from "./start.ts";

/** A thread that is terminated gets no chance to say its last: test runners end theirs so. */
const FLUSH_MS = { process: 100, thread: 5 };

const directory = process.env[RUN_DIRECTORY_VARIABLE];
const salt = process.env[RUN_SALT_VARIABLE];
if (directory !== undefined && salt !== undefined && !isHookThread()) start(directory, salt);

function start(directory: string, salt: string): void {
  try {
    // Files that are loaded from now on keep their source maps, so that call sites are lines of the sources.
    process.setSourceMapsEnabled(true);
    // Process ids come again, and are the same in two containers.
    const name = `${process.pid}-${threadId}-${randomBytes(3).toString("hex")}.jsonl`;
    startProbe({
      file: join(directory, name),
      flushMs: isMainThread ? FLUSH_MS.process : FLUSH_MS.thread,
      salt,
      program: () => process.argv[1] ?? null,
      cwd: process.cwd(),
      say,
      onExit: (flush) => void process.on("exit", flush),
    });
  } catch (error) {
    say(`dbperf run: the probe could not start: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
