import { describe, expect, it } from "vitest";
import { keyChains } from "../../../../src/logs/loops/key-chains.ts";
import { columnsOf } from "./columns-of.ts";

/** One execution each `pauseMs`, taking no time. */
function steps(sums: readonly number[], pauseMs = 2) {
  const startMs = sums.map((_, index) => index * pauseMs);
  return columnsOf(startMs, sums);
}

/** Keys that look random, without neighbours in a row. */
function scattered(count: number): number[] {
  return Array.from({ length: count }, (_, index) => (index * 7919) % 100_003);
}

describe("keyChains", () => {
  it("finds keys that follow one another, upwards and downwards", () => {
    const up = keyChains(steps([100, 101, 102, 103, 104, 105]));
    const down = keyChains(steps([9, 8, 7, 6, 5]));
    expect(up.map(({ indexes }) => indexes)).toEqual([[0, 1, 2, 3, 4, 5]]);
    expect(down.map(({ indexes }) => indexes)).toEqual([[0, 1, 2, 3, 4]]);
  });

  it("finds them among other executions of the same statement", () => {
    const other = scattered(40);
    const sums = other.flatMap((key, index) => (index < 12 ? [key, 500_000 + index] : [key]));
    const [chain, ...more] = keyChains(steps(sums));
    expect(more).toEqual([]);
    expect(chain?.indexes).toEqual(Array.from({ length: 12 }, (_, index) => index * 2 + 1));
    expect(chain?.score).toBeGreaterThan(Math.log(1000));
  });

  it("says nothing of scattered keys", () => {
    expect(keyChains(steps(scattered(200)))).toEqual([]);
  });

  it("says nothing where all values are the same or no numbers", () => {
    expect(keyChains(steps(Array.from({ length: 50 }, () => 0)))).toEqual([]);
  });

  it("says nothing of fewer than five", () => {
    expect(keyChains(steps([1, 2, 3, 4]))).toEqual([]);
  });

  it("ends a chain at a long pause", () => {
    expect(keyChains(steps([1, 2, 3, 4, 5, 6], 300))).toEqual([]);
  });

  it("scores a step by how many executions came in between", () => {
    const near = keyChains(steps([1, 2, 3, 4, 5]))[0]?.score ?? 0;
    const far = keyChains(steps([1, 900, 2, 700, 3, 500, 4, 300, 5]))[0]?.score ?? 0;
    // ln 5 for each of four steps; ln (9 / 2) each: both less ln of their executions.
    expect(near).toBeCloseTo(4 * Math.log(5) - Math.log(5), 10);
    expect(far).toBeCloseTo(4 * Math.log(9 / 2) - Math.log(9), 10);
  });
});
