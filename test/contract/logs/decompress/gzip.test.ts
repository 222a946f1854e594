import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { gunzipped } from "../../../../src/logs/decompress/gzip.ts";
import { hasProgram, logText, piped } from "../../../support/log-tools.ts";
import { describeIf } from "../../../support/require-or-skip.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

interface Unzipped {
  readonly text: Buffer;
  readonly problems: readonly string[];
}

async function unzip(stored: Uint8Array, chunkBytes = stored.length): Promise<Unzipped> {
  async function* input(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < stored.length; at += chunkBytes) yield stored.subarray(at, at + chunkBytes);
  }
  const problems: string[] = [];
  const chunks: Uint8Array[] = [];
  for await (const chunk of gunzipped(input(), (problem) => problems.push(problem))) chunks.push(chunk);
  return { text: Buffer.concat(chunks), problems };
}

describeIf(hasProgram("gzip"), "gzip is not installed")("gunzipped", () => {
  const one = piped("gzip", ["-c"], Buffer.from("first member\nof two\n"));
  const two = piped("gzip", ["-9c"], Buffer.from("second member\n"));
  const whole = Buffer.from("first member\nof two\nsecond member\n");

  it("keeps all text before any cut, and calls nothing but the ends of members whole", async () => {
    const stored = Buffer.concat([one, two]);
    for (let cut = 1; cut <= stored.length; cut += 1) {
      const { text, problems } = await unzip(stored.subarray(0, cut));
      expect(whole.subarray(0, text.length).equals(text)).toBe(true);
      if (cut >= one.length - 8) expect(text.length).toBeGreaterThanOrEqual(20);
      if (cut >= stored.length - 8) expect(text.length).toBe(whole.length);
      expect(problems).toEqual(
        cut === one.length || cut === stored.length ? [] : [`its gzip data are cut off at byte ${cut}`],
      );
    }
  });

  it("does not depend on the chunks that the input comes in", async () => {
    const stored = Buffer.concat([one, two, one]);
    for (let chunkBytes = 1; chunkBytes <= stored.length; chunkBytes += 1) {
      expect(await unzip(stored, chunkBytes)).toEqual({
        text: Buffer.concat([whole, whole.subarray(0, 20)]),
        problems: [],
      });
    }
  });

  it("takes zero bytes for padding, between members and at the end", async () => {
    const stored = Buffer.concat([one, Buffer.alloc(600), two, Buffer.alloc(70_000)]);
    expect(await unzip(stored)).toEqual({ text: whole, problems: [] });
  });

  it("names what is not gzip, and where", async () => {
    const { text, problems } = await unzip(Buffer.concat([one, two, Buffer.from("plain text")]));
    expect(text.equals(whole)).toBe(true);
    expect(problems).toEqual([`what follows byte ${one.length + two.length} is not gzip and was left out`]);
  });

  it("reads headers with a name, a comment, extra bytes and a checksum", async () => {
    const header = Buffer.from([...one.subarray(0, 3), 2 | 4 | 8 | 16, ...one.subarray(4, 10)]);
    const extra = Buffer.concat([
      Buffer.from([3, 0]),
      Buffer.from("abc"),
      Buffer.from("name\0comment\0"),
      Buffer.from([1, 2]),
    ]);
    expect(await unzip(Buffer.concat([header, extra, one.subarray(10), two]))).toEqual({ text: whole, problems: [] });
    const path = join(temporaryFolder(), "named.log");
    writeFileSync(path, "x\n");
    expect(await unzip(piped("gzip", ["-Nc", path], Buffer.alloc(0)))).toEqual({
      text: Buffer.from("x\n"),
      problems: [],
    });
  });

  it("says that a checksum or a length is wrong, and reads on", async () => {
    for (const at of [one.length - 8, one.length - 4]) {
      const stored = Buffer.concat([one, two]);
      stored.writeUInt8(stored.readUInt8(at) ^ 1, at);
      const { text, problems } = await unzip(stored);
      expect(text.equals(whole)).toBe(true);
      expect(problems).toEqual([`the checksum of its gzip data before byte ${one.length} is wrong`]);
    }
  });

  it("keeps the text before damage, but for the last 64 KiB", async () => {
    const content = logText(2_000_000);
    const stored = Buffer.from(piped("gzip", ["-c"], content));
    const middle = Math.floor(stored.length / 2);
    stored.fill(0xff, middle, middle + 200);
    const { text, problems } = await unzip(stored);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^(its gzip data are damaged near byte|the checksum)/);
    let equal = 0;
    while (equal < text.length && text[equal] === content[equal]) equal += 1;
    expect(equal).toBeGreaterThan(content.length / 2 - 200_000);
  });
});

describe("gunzipped without input", () => {
  it("is nothing", async () =>
    expect(await unzip(Buffer.alloc(0), 1)).toEqual({ text: Buffer.alloc(0), problems: [] }));
});
