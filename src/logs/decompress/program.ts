import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** A running decompressor: compressed bytes in, text out. */
export interface Decompressor {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  /** Settles when the program has ended and its output is read. */
  readonly closed: Promise<void>;
  /** The last of what it wrote to standard error. */
  words(): string;
}

const STDERR_CHARACTERS = 4096;

/** Starts `program -dcq`; null when it is not installed. Throws what else the system says. */
export async function startDecompressor(program: "zstd" | "xz"): Promise<Decompressor | null> {
  const child = spawn(program, ["-dcq"], { stdio: ["pipe", "pipe", "pipe"] });
  const closed = new Promise<void>((resolve) => {
    child.once("close", () => resolve());
  });
  let words = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    words = `${words}${text}`.slice(-STDERR_CHARACTERS);
  });
  try {
    await once(child, "spawn");
    return { child, closed, words: () => words };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

/** The text of `input`, decompressed by a program that is ended with this generator, however that ends. */
export async function* throughProgram(
  { child, closed, words }: Decompressor,
  input: AsyncIterable<Uint8Array>,
  onProblem: (problem: string) => void,
): AsyncGenerator<Uint8Array> {
  // A program that gives up closes its end (EPIPE); its exit code and its words say why.
  pipeline(input, child.stdin).catch(() => undefined);
  try {
    const text: AsyncIterable<Uint8Array> = child.stdout;
    yield* text;
    await closed;
    if (child.exitCode !== 0) {
      const exit = child.exitCode === null ? `ended by ${child.signalCode}` : `exit ${child.exitCode}`;
      onProblem(`${child.spawnfile} stopped early: ${reason(words()) ?? exit}`);
    }
  } finally {
    child.kill("SIGKILL");
    child.stdin.destroy();
    await closed;
  }
}

/** `xz: (stdin): Unexpected end of input` → `Unexpected end of input`. */
function reason(words: string): string | null {
  const [line = ""] = words.trim().split("\n").slice(-1);
  const text = line.replace(/^(\w+: )?(\(stdin\)|\/\*stdin\*\\) ?: /, "").trim();
  return text === "" ? null : text;
}
