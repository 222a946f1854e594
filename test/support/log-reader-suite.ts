import fc from "fast-check";
import { expect, it } from "vitest";
import { Kernel } from "../../src/logs/kernel/kernel.ts";
import { comparableDigest } from "./comparable-digest.ts";
import { mutatedText } from "./mutated-text.ts";
import { excerptWithFakeLines, type RecordedLog } from "./postgres-15-logs.ts";
import { joined, readLog, summed } from "./read-log.ts";

const RUNS = 150;

/** What every reader has to keep: the recording read in any pieces and ranges, and damaged. */
export function testLogReader(log: RecordedLog): void {
  const { text, open } = log;

  it("reads the same in pieces of any size", () => {
    const whole = readLog(text, { open });
    for (const pieceBytes of [97, 1000, 4096]) {
      const inPieces = readLog(text, { open, pieceBytes });
      expect(comparableDigest(inPieces.digest)).toEqual(comparableDigest(whole.digest));
      expect(inPieces.tally).toEqual(whole.tally);
    }
  });

  it("counts the same in two ranges that meet at any byte, a fake line inside a string included", () => {
    const excerpt = excerptWithFakeLines(log);
    const whole = summed(readLog(excerpt, { open }));
    expect(whole.bytes).toBe(excerpt.length);
    for (let cut = 1; cut < excerpt.length; cut += 1) {
      const [first, second] = rangesOf(excerpt, cut);
      expect([cut, second.startOffset]).toEqual([cut, first.endOffset]);
      expect({ cut, ...summed(joined(first, second)) }).toEqual({ cut, ...whole });
    }
  });

  it("makes the same digest in two ranges of the whole recording", () => {
    const whole = comparableDigest(readLog(text, { open }).digest);
    for (let cut = 211; cut < text.length; cut += 211) {
      const [first, second] = rangesOf(text, cut);
      expect([cut, second.startOffset]).toEqual([cut, first.endOffset]);
      expect({ cut, ...comparableDigest(joined(first, second).digest) }).toEqual({ cut, ...whole });
    }
  });

  it("leaves the bytes that it does not read as they are", () => {
    const kernel = new Kernel(text.length);
    const { digest, tally } = readLog(new Uint8Array(0), { open });
    const reader = open({ kernel, digest, counts: tally, keepLiterals: false });
    const from = kernel.inputFrom;
    const to = from + text.length;
    kernel.bytes.set(text, from);
    expect(reader.findStart(from, to)).toBe(from);
    let at = from;
    for (let stop = from + 200; stop < to; stop += 200) {
      at = reader.read(at, to, stop, false);
      const rest = Buffer.from(kernel.bytes.subarray(at, to));
      expect([stop - from, rest.equals(text.subarray(at - from))]).toEqual([stop - from, true]);
    }
    expect(at - from).toBeGreaterThan(text.length - 1000);
  });

  it("takes any damage, and accounts for each byte and line", () => {
    const damaged = fc.tuple(mutatedText(text), fc.integer({ min: 300, max: 60_000 }));
    fc.assert(
      fc.property(damaged, ([bytes, pieceBytes]) => {
        const { tally } = readLog(bytes, { open, pieceBytes });
        expect([tally.bytes, tally.lines]).toEqual([bytes.length, linesOf(bytes)]);
      }),
      { seed: 15, numRuns: RUNS },
    );
  });

  it("takes bytes that are no log at all", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4000 }), (bytes) => {
        const { tally } = readLog(bytes, { open });
        expect([tally.bytes, tally.unparsedBytes, tally.events]).toEqual([bytes.length, bytes.length, 0]);
      }),
      { seed: 15, numRuns: RUNS },
    );
  });

  function rangesOf(bytes: Uint8Array, cut: number) {
    return [readLog(bytes, { open, stop: cut }), readLog(bytes, { open, from: cut })] as const;
  }
}

function linesOf(bytes: Uint8Array): number {
  const breaks = bytes.reduce((sum, byte) => sum + (byte === 10 ? 1 : 0), 0);
  return bytes.length === 0 || bytes.at(-1) === 10 ? breaks : breaks + 1;
}
