import { openSync, writeSync } from "node:fs";
import type { RunLine } from "./run-lines.ts";

/** Written at once when so much is held: a few milliseconds of a busy program. */
const FULL_LENGTH = 64 * 1024;
/** Collects lines and writes them in large pieces to a file of its own, opened with the first one (mode 0600). */
export class LineWriter {
  readonly #file: string;
  readonly #flushMs: number;
  readonly #onError: (error: unknown) => void;
  /** Kept from before any test replaces the clock. */
  readonly #setTimeout = setTimeout;
  #descriptor: number | null = null;
  #head = "";
  #held = "";
  #isArmed = false;

  /** `flushMs`: what a process that is killed loses at most. */
  constructor(file: string, flushMs: number, onError: (error: unknown) => void) {
    this.#file = file;
    this.#flushMs = flushMs;
    this.#onError = onError;
  }

  /** The line that every other one follows; no file is made for it alone. */
  head(line: RunLine): void {
    this.#head = `${JSON.stringify(line)}\n`;
  }

  write(line: RunLine): void {
    this.#held += `${line[0] === "execution" ? executionText(line) : JSON.stringify(line)}\n`;
    if (this.#held.length >= FULL_LENGTH) this.flush();
    else if (!this.#isArmed) this.#arm();
  }

  /** Writes what is held; a failure is told, never thrown. */
  flush(): void {
    if (this.#held === "") return;
    const held = Buffer.from(this.#head + this.#held);
    this.#head = "";
    this.#held = "";
    try {
      this.#descriptor ??= openSync(this.#file, "a", 0o600);
      for (let written = 0; written < held.length; ) written += writeSync(this.#descriptor, held, written);
    } catch (error) {
      this.#onError(error);
    }
  }

  #arm(): void {
    this.#isArmed = true;
    const timer = this.#setTimeout(() => {
      this.#isArmed = false;
      this.flush();
    }, this.#flushMs);
    timer.unref();
  }
}

/** What JSON.stringify would say, in a third of its time: none of the values needs an escape. */
function executionText(line: Extract<RunLine, readonly ["execution", ...unknown[]]>): string {
  const [, text, scope, startUs, durationUs, parameters, rows, session, site, entities] = line;
  const hash = parameters === null ? "null" : `"${parameters}"`;
  return `["execution",${text},${scope},${startUs},${durationUs},${hash},${rows},${session},${site},${entities}]`;
}
