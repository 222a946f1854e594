import { describe, expect, it } from "vitest";
import { pauseScan } from "../../../../src/logs/loops/pause-scan.ts";
import { columnsOf } from "./columns-of.ts";

const STRETCH_MS = 10_000;

/** Arrivals of a Poisson process, from a fixed sequence of numbers between 0 and 1. */
function poisson(count: number, meanMs: number, seed: number): number[] {
  let state = seed;
  let at = 0;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    at += -Math.log((state + 1) / 4_294_967_297) * meanMs;
    return at;
  });
}

const likely = (startMs: readonly number[]) =>
  pauseScan(columnsOf(startMs), STRETCH_MS).filter(
    ({ score, first, last }) => score >= Math.log(1000) && last - first >= 4,
  );

describe("pauseScan", () => {
  it("finds a run in a quiet stretch", () => {
    const run = Array.from({ length: 20 }, (_, index) => 5000 + index * 3);
    expect(likely(run).map(({ first, last }) => [first, last])).toEqual([[0, 19]]);
  });

  it("finds a run on top of slow traffic of the same statement", () => {
    const before = [100, 900, 1800, 2600, 3500, 4400];
    const after = [6000, 6900, 7700, 8600, 9500];
    const run = Array.from({ length: 20 }, (_, index) => 5000 + index * 3);
    const found = likely([...before, ...run, ...after]);
    expect(found.map(({ first, last }) => [first, last])).toEqual([[6, 25]]);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])("says nothing of traffic at a steady rate (%i)", (seed) => {
    // Some 100 a second, as far as they reach within the stretch.
    const arrivals = poisson(1000, 10, seed).filter((ms) => ms < STRETCH_MS);
    expect(likely(arrivals)).toEqual([]);
  });

  it("says nothing of a poll", () => {
    expect(likely(Array.from({ length: 100 }, (_, index) => index * 100))).toEqual([]);
  });

  it("takes two loops apart", () => {
    const one = Array.from({ length: 15 }, (_, index) => 1000 + index * 2);
    const two = Array.from({ length: 15 }, (_, index) => 7000 + index * 2);
    expect(likely([...one, ...two]).map(({ first, last }) => [first, last])).toEqual([
      [0, 14],
      [15, 29],
    ]);
  });
});
