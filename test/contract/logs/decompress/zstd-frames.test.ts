import { Transform } from "node:stream";
import { describe, expect, it } from "vitest";
import { nodeKnowsZstd, unzstdByNode } from "../../../../src/logs/decompress/zstd-frames.ts";
import { formatCount } from "../../../../src/util/units.ts";
import { hasProgram, logText, piped } from "../../../support/log-tools.ts";
import { describeIf } from "../../../support/require-or-skip.ts";

const TEXT = logText(700_000);
const SKIPPABLE = Buffer.concat([Buffer.from("502a4d18", "hex"), Buffer.from([5, 0, 0, 0]), Buffer.from("notes")]);

async function decoded(stored: Uint8Array, create?: () => Transform): Promise<{ text: Buffer; problems: string[] }> {
  async function* input(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < stored.length; at += 10_000) yield stored.subarray(at, at + 10_000);
  }
  const problems: string[] = [];
  const chunks: Uint8Array[] = [];
  for await (const chunk of unzstdByNode(input(), (problem) => problems.push(problem), create)) chunks.push(chunk);
  return { text: Buffer.concat(chunks), problems };
}

/** Frames of every header shape: sizes known and unknown, checksums, one block and many, repeated and stored bytes. */
function frames(): Buffer[] {
  return [
    piped("zstd", ["-qc"], TEXT),
    piped("zstd", ["-qc", "--no-check"], Buffer.from("short\n")),
    piped("zstd", ["-qc", "--no-check", `--stream-size=${TEXT.length}`, "-19"], TEXT),
    piped("zstd", ["-qc", "--stream-size=100", "--check"], Buffer.alloc(100, "r")),
    piped("zstd", ["-qc"], Buffer.alloc(1_000_000)),
    piped("zstd", ["-qc", "--stream-size=70000"], Buffer.alloc(70_000, "r")),
    piped("zstd", ["-qc"], Buffer.alloc(0)),
  ];
}

describeIf(hasProgram("zstd"), "zstd is not installed")("unzstdByNode tells frames apart", () => {
  it("gives each frame to a decoder of its own, to the byte", async () => {
    const seen: Buffer[][] = [];
    const recorder = (): Transform => {
      const pieces: Buffer[] = [];
      seen.push(pieces);
      return new Transform({
        transform: (chunk: Buffer, _, done) => {
          pieces.push(Buffer.from(chunk));
          done();
        },
      });
    };
    const all = frames();
    const stored = Buffer.concat([SKIPPABLE, ...all.flatMap((frame) => [frame, SKIPPABLE])]);
    expect((await decoded(stored, recorder)).problems).toEqual([]);
    expect(seen.map((pieces) => Buffer.concat(pieces).toString("hex"))).toEqual(
      all.map((frame) => frame.toString("hex")),
    );
  });

  it("says of every cut inside a frame that it is one", async () => {
    const [, short = Buffer.alloc(0)] = frames();
    const stored = Buffer.concat([short, SKIPPABLE, short]);
    const ends = [short.length, short.length + SKIPPABLE.length, stored.length];
    for (let cut = 1; cut <= stored.length; cut += 1) {
      const { problems } = await decoded(
        stored.subarray(0, cut),
        () => new Transform({ transform: (_, __, done) => done() }),
      );
      expect(problems).toEqual(ends.includes(cut) ? [] : [`its zstd data are cut off or damaged at byte ${cut}`]);
    }
  });

  it("names what is no frame", async () => {
    const [, short = Buffer.alloc(0)] = frames();
    const { problems } = await decoded(
      Buffer.concat([short, Buffer.from("plain text")]),
      () => new Transform({ transform: (_, __, done) => done() }),
    );
    expect(problems).toEqual([`what follows byte ${short.length} is not zstd and was left out`]);
  });
});

describe.skipIf(!nodeKnowsZstd() || !hasProgram("zstd"))("unzstdByNode by the decoder of Node 22.15 and later", () => {
  it("reads several frames as one text", async () => {
    const { text, problems } = await decoded(Buffer.concat([SKIPPABLE, ...frames()]));
    const expected = [
      TEXT,
      Buffer.from("short\n"),
      TEXT,
      Buffer.alloc(100, "r"),
      Buffer.alloc(1_000_000),
      Buffer.alloc(70_000, "r"),
    ];
    expect(text.equals(Buffer.concat(expected))).toBe(true);
    expect(problems).toEqual([]);
  });

  it("keeps the text before a cut and says so", async () => {
    const [frame = Buffer.alloc(0)] = frames();
    const { text, problems } = await decoded(frame.subarray(0, frame.length - 20));
    expect(text.length).toBeGreaterThan(400_000);
    expect(TEXT.subarray(0, text.length).equals(text)).toBe(true);
    expect(problems).toEqual([`its zstd data are cut off or damaged at byte ${formatCount(frame.length - 20)}`]);
  });
});
