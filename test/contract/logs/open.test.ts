import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { describe, expect, it, vi } from "vitest";
import { nodeKnowsZstd } from "../../../src/logs/decompress/zstd-frames.ts";
import { openLogFile } from "../../../src/logs/open.ts";
import type { LogStreamSource } from "../../../src/logs/open-stream.ts";
import { hasProgram, logText, piped } from "../../support/log-tools.ts";
import { describeIf } from "../../support/require-or-skip.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const TEXT = logText(3_000_000);
const OTHER = logText(500_000, 2);

function file(name: string, content: Uint8Array | string): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

function chunked(bytes: Uint8Array, size: number): Readable {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
  return Readable.from(chunks);
}

async function openText(path: string, stdin: Readable = Readable.from([])): Promise<LogStreamSource> {
  const source = await openLogFile(path, { stdin });
  if (source.kind !== "stream") throw new Error(`${path} was opened as a ${source.kind}`);
  return source;
}

async function readAll(source: LogStreamSource): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source.chunks) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Decompressors that this process started and has not seen end; a zombie is among them. */
function programs(): string[] {
  const tasks = readdirSync("/proc/self/task");
  const pids = tasks.flatMap((task) => readFileSync(`/proc/self/task/${task}/children`, "utf8").match(/\d+/g) ?? []);
  const names = pids.map((pid) => readFileSync(`/proc/${pid}/comm`, "utf8").trim());
  return names.filter((name) => /^(zstd|xz)$/.test(name));
}

describe("openLogFile on a plain file", () => {
  it("reads at any position and knows its size", async () => {
    const source = await openLogFile(file("x.log.gz", TEXT), { stdin: Readable.from([]) });
    if (source.kind !== "file") throw new Error(source.kind);
    const target = new Uint8Array(1000);
    expect(source.sizeBytes).toBe(TEXT.length);
    expect(source.readAt(target, 2_000_000)).toBe(1000);
    expect(Buffer.from(target).equals(TEXT.subarray(2_000_000, 2_001_000))).toBe(true);
    expect(source.readAt(target, TEXT.length - 10)).toBe(10);
    expect(source.readAt(target, TEXT.length)).toBe(0);
    expect(source.consumedBytes()).toBe(TEXT.length);
    await source.close();
    await source.close();
  });

  it.each(["", "x", "\u001f", "2026-"])("decides by content: %j is plain or empty", async (text) => {
    const opened = openLogFile(file("x.log", text), { stdin: Readable.from([]) });
    if (text === "") await expect(opened).rejects.toMatchObject({ code: "log-empty", exitCode: 2 });
    else {
      const source = await opened;
      expect(source).toMatchObject({ kind: "file", compression: null, sizeBytes: text.length });
      await source.close();
    }
  });

  it("names what cannot be opened", async () => {
    const folder = temporaryFolder();
    symlinkSync("loop", join(folder, "loop"));
    writeFileSync(join(folder, "file"), "x");
    const open = (name: string) => openLogFile(join(folder, name), { stdin: Readable.from([]) });
    await expect(open("none.log")).rejects.toMatchObject({
      code: "input-not-found",
      message: `${folder}/none.log does not exist.`,
    });
    await expect(open(".")).rejects.toMatchObject({
      code: "input-unreadable",
      message: expect.stringContaining("it is a folder"),
    });
    await expect(open("loop")).rejects.toMatchObject({ code: "input-unreadable" });
    await expect(open("file/x.log")).rejects.toMatchObject({ code: "input-unreadable" });
  });

  it.skipIf(process.getuid?.() === 0)("says that a file may not be read", async () => {
    const path = file("x.log", "x");
    chmodSync(path, 0);
    await expect(openLogFile(path, { stdin: Readable.from([]) })).rejects.toMatchObject({ code: "input-unreadable" });
  });
});

describe("openLogFile on standard input", () => {
  it("is text as it comes", async () => {
    const source = await openText("-", chunked(TEXT, 50_000));
    expect(source).toMatchObject({ path: "-", compression: null, compressedBytes: null });
    expect((await readAll(source)).equals(TEXT)).toBe(true);
    expect(source.consumedBytes()).toBe(TEXT.length);
    expect(source.problem()).toBeNull();
  });

  it.each([1, 2, 3, 7, 64])("sees compression in chunks of %d bytes", async (size) => {
    const source = await openText("-", chunked(Buffer.concat([gzipSync("one\n"), gzipSync("two\n")]), size));
    expect(source.compression).toBe("gzip");
    expect(String(await readAll(source))).toBe("one\ntwo\n");
    expect(source.problem()).toBeNull();
  });

  it.each([
    ["nothing", Readable.from([])],
    ["empty chunks", Readable.from([Buffer.alloc(0), Buffer.alloc(0)])],
    ["compressed nothing", Readable.from([gzipSync("")])],
  ])("refuses %s", async (_, stdin) => {
    await expect(openText("-", stdin)).rejects.toMatchObject({
      code: "log-empty",
      message: "Standard input holds no text.",
    });
  });

  it("keeps what was read before the input failed", async () => {
    const failing = Readable.from(
      (async function* () {
        yield Buffer.from("one line\n");
        throw new Error("the pipe broke");
      })(),
    );
    const source = await openText("-", failing);
    expect(String(await readAll(source))).toBe("one line\n");
    expect(source.problem()).toBe("reading failed after 9 bytes: the pipe broke");
  });

  it("can be closed while it waits for more", async () => {
    const stdin = new PassThrough();
    stdin.write("a line\n");
    const source = await openText("-", stdin);
    const iterator = source.chunks[Symbol.asyncIterator]();
    await iterator.next();
    const pending = iterator.next();
    await source.close();
    await expect(pending).resolves.toMatchObject({ done: true });
    expect(source.problem()).toBeNull();
    expect(stdin.destroyed).toBe(true);
  });
});

/** The formats, each by the system's own program. */
const FORMATS = [
  { compression: "gzip", program: "gzip", cutOff: /cut off at byte/, garbage: /is not gzip and was left out/ },
  {
    compression: "zstd",
    program: "zstd",
    cutOff: /^zstd stopped early: .*premature/,
    garbage: /^zstd stopped early: /,
  },
  { compression: "xz", program: "xz", cutOff: /^xz stopped early: Unexpected end/, garbage: /^xz stopped early: / },
] as const;

for (const { compression, program, cutOff, garbage } of FORMATS) {
  describeIf(hasProgram(program), `${program} is not installed`)(`openLogFile on ${compression}`, () => {
    const one = hasProgram(program) ? piped(program, ["-c"], TEXT) : Buffer.alloc(0);
    const two = hasProgram(program) ? piped(program, ["-c"], OTHER) : Buffer.alloc(0);

    it("reads several members as one text, in large chunks", async () => {
      const stored = Buffer.concat([one, two, one]);
      const source = await openText(file("wrong-name.log", stored));
      expect(source).toMatchObject({ compression, compressedBytes: stored.length });
      const sizes: number[] = [];
      const chunks: Uint8Array[] = [];
      for await (const chunk of source.chunks) {
        sizes.push(chunk.length);
        chunks.push(chunk);
      }
      expect(Buffer.concat(chunks).equals(Buffer.concat([TEXT, OTHER, TEXT]))).toBe(true);
      expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThanOrEqual(64 * 1024);
      expect(Math.max(...sizes)).toBeLessThan(1024 ** 2);
      expect(source.consumedBytes()).toBe(stored.length);
      expect(source.problem()).toBeNull();
    });

    it("counts what was taken in on the way", async () => {
      const stored = Buffer.concat(Array.from({ length: 8 }, () => one));
      const source = await openText("-", chunked(stored, 4096));
      const seen: number[] = [];
      for await (const _ of source.chunks) seen.push(source.consumedBytes());
      expect(seen).toEqual([...seen].sort((a, b) => a - b));
      expect(seen[0]).toBeLessThan(stored.length / 2);
      expect(seen.at(-1)).toBe(stored.length);
    });

    it("keeps the text before a cut and says so", async () => {
      const source = await openText(file("x", Buffer.concat([two, one.subarray(0, one.length / 2)])));
      const text = await readAll(source);
      expect(text.length).toBeGreaterThan(OTHER.length + TEXT.length / 4);
      expect(Buffer.concat([OTHER, TEXT]).subarray(0, text.length).equals(text)).toBe(true);
      expect(source.problem()).toMatch(cutOff);
    });

    it("keeps the text before foreign bytes and says so", async () => {
      const source = await openText(file("x", Buffer.concat([one, Buffer.from("this is no compressed data")])));
      expect((await readAll(source)).equals(TEXT)).toBe(true);
      expect(source.problem()).toMatch(garbage);
    });

    it("says why nothing could be read", async () => {
      const broken = Buffer.concat([one.subarray(0, 6), Buffer.from("no such thing as this")]);
      await expect(openText(file("x", broken))).rejects.toMatchObject({ code: "input-unreadable" });
    });

    it("is empty when its text is", async () => {
      await expect(openText(file("x", piped(program, ["-c"], Buffer.alloc(0))))).rejects.toMatchObject({
        code: "log-empty",
      });
    });

    it("leaves no program behind when it ends, is left early or is closed", async () => {
      const stored = Buffer.concat([one, one, one, one]);
      await readAll(await openText(file("x", stored)));
      for await (const _ of (await openText(file("x", stored))).chunks) break;
      const stdin = new PassThrough();
      stdin.write(stored.subarray(0, one.length));
      const source = await openText("-", stdin);
      expect(programs()).toEqual(compression === "gzip" ? [] : [program]);
      await Promise.all([source.close(), source.close()]);
      expect(source.problem()).toBeNull();
      expect(programs()).toEqual([]);
    });
  });
}

describe("openLogFile without the program", () => {
  it.each([
    ["xz", "fd377a585a000000", "Install it (apt install xz-utils, or brew install xz), or decompress the file first."],
    ...(nodeKnowsZstd()
      ? []
      : [
          [
            "zstd",
            "28b52ffd00000000",
            "Install it (apt install zstd, or brew install zstd), or decompress the file first.",
          ],
        ]),
  ])("names %s and how to get it", async (program, magic = "", help = "") => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "empty"));
    vi.stubEnv("PATH", join(folder, "empty"));
    try {
      await expect(openText(file("x.log", Buffer.from(magic, "hex")))).rejects.toMatchObject({
        code: "decompressor-missing",
        exitCode: 2,
        message: expect.stringContaining(`the program ${program} that reads it is not installed`),
        help,
      });
    } finally {
      vi.unstubAllEnvs();
    }
  });
});
