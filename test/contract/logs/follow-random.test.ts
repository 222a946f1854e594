import {
  closeSync,
  copyFileSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  openSync,
  renameSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type FollowEvent, followLog } from "../../../src/logs/follow.ts";
import type { LogPosition } from "../../../src/logs/log-position.ts";
import { seededNumbers } from "../../support/log-tools.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const SEEDS = 40;
const STEPS = 60;

/** A server with one log: after a rotation it writes to the old file until it is told to open the new one. */
class Writer {
  readonly #path: string;
  #descriptor: number;
  #isMoved = false;
  written = "";

  constructor(path: string) {
    this.#path = path;
    this.#descriptor = openSync(path, "a");
  }

  write(bytes: number): void {
    let text = "";
    while (text.length < bytes) text += `${this.written.length + text.length}.`;
    // The last line is partial more often than not.
    writeSync(this.#descriptor, text);
    this.written += text;
  }

  rotate(createsEmpty: boolean): void {
    if (this.#isMoved) this.reopen();
    this.#shift();
    renameSync(this.#path, `${this.#path}.1`);
    this.#isMoved = true;
    if (createsEmpty) closeSync(openSync(this.#path, "a"));
  }

  reopen(): void {
    closeSync(this.#descriptor);
    this.#descriptor = openSync(this.#path, "a");
    this.#isMoved = false;
  }

  copyAndTruncate(): void {
    if (this.#isMoved) this.reopen();
    this.#shift();
    copyFileSync(this.#path, `${this.#path}.1`);
    ftruncateSync(this.#descriptor);
  }

  sizeBytes(): number {
    if (this.#isMoved) this.reopen();
    return fstatSync(this.#descriptor).size;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #shift(): void {
    let last = 0;
    while (existsSync(`${this.#path}.${last + 1}`)) last += 1;
    for (let n = last; n > 0; n -= 1) renameSync(`${this.#path}.${n}`, `${this.#path}.${n + 1}`);
  }
}

/** A follower that is stopped after any event and begins again where it was. */
class Follower {
  readonly #path: string;
  #events: AsyncIterator<FollowEvent>;
  #position: LogPosition | null = null;
  text = "";
  readonly kinds = new Set<string>();

  constructor(path: string) {
    this.#path = path;
    this.#events = this.#start();
  }

  #start(): AsyncIterator<FollowEvent> {
    const signal = new AbortController().signal;
    return followLog(this.#path, { position: this.#position, pollMs: 0, signal })[Symbol.asyncIterator]();
  }

  /** Takes up to `most` events; true when it was idle. */
  async take(most: number): Promise<boolean> {
    for (let taken = 0; taken < most; taken += 1) {
      const next = await this.#events.next();
      if (next.done === true) throw new Error("the follower ended by itself");
      const event = next.value;
      this.#position = event.position;
      this.kinds.add(event.kind);
      if (event.kind === "idle") return true;
      if (event.kind === "data") this.text += Buffer.from(event.bytes).toString();
    }
    return false;
  }

  async restart(): Promise<void> {
    await this.stop();
    this.#events = this.#start();
  }

  async stop(): Promise<void> {
    await this.#events.return?.();
  }
}

/** Without a full head a truncation is noticed but its copy is not known: then nothing may be unread. */
async function truncate(writer: Writer, follower: Follower, next: () => number): Promise<void> {
  while (!(await follower.take(100)));
  const size = writer.sizeBytes();
  if (size < 32) return;
  while (!(await follower.take(100)));
  if (size >= 1024) writer.write(next() % 2000);
  writer.copyAndTruncate();
}

async function run(seed: number, withTruncation: boolean): Promise<ReadonlySet<string>> {
  const next = seededNumbers(seed);
  const path = join(temporaryFolder(), "x.log");
  const writer = new Writer(path);
  const follower = new Follower(path);
  // Before the first position nothing is remembered over a restart.
  await follower.take(1);
  for (let step = 0; step < STEPS; step += 1) {
    const choice = next() % 20;
    if (choice < 9) writer.write(next() % 3 === 0 ? next() % 3000 : next() % 40);
    else if (choice < 12) writer.rotate(next() % 2 === 0);
    else if (choice < 14) writer.reopen();
    else if (choice < 16) await follower.take(1 + (next() % 6));
    else if (choice < 18) await follower.restart();
    else if (withTruncation) await truncate(writer, follower, next);
    expect(writer.written.startsWith(follower.text), `seed ${seed}, step ${step}`).toBe(true);
  }
  writer.reopen();
  writer.write(1);
  while (!(await follower.take(1000)));
  await follower.stop();
  writer.close();
  expect(follower.text === writer.written, `seed ${seed}: ${follower.text.length} of ${writer.written.length}`).toBe(
    true,
  );
  return follower.kinds;
}

describe("followLog in any order of writes, rotations and restarts", () => {
  it("gives each byte once, and loses nothing", async () => {
    const kinds = new Set<string>();
    for (let seed = 1; seed <= SEEDS; seed += 1) for (const kind of await run(seed, false)) kinds.add(kind);
    expect([...kinds].sort()).toEqual(["data", "idle", "rotated"]);
  });

  it("gives each byte once when files are also copied and truncated after a read", async () => {
    const kinds = new Set<string>();
    for (let seed = 1001; seed <= 1000 + SEEDS; seed += 1) for (const kind of await run(seed, true)) kinds.add(kind);
    expect([...kinds].sort()).toEqual(["data", "idle", "rotated", "truncated"]);
  });
});
