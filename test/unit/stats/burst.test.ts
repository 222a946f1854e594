import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BurstLimits, findBursts, type MinuteCount } from "../../../src/stats/burst.ts";

const limits: BurstLimits = { minCount: 50, minRatio: 10, maxMinutes: 180, maxChance: 1e-6 };
const DAY = 1440;

/** Counts of each minute of a window; those that are not named are `usual`. */
function minutes(length: number, usual: (minute: number) => number, busy: Readonly<Record<number, number>> = {}) {
  return Array.from({ length }, (_, minute): MinuteCount => ({ minute, count: busy[minute] ?? usual(minute) }));
}

const none = () => 0;
const spans = (counts: readonly MinuteCount[], length = counts.length) =>
  findBursts(counts, length, limits).map(({ firstMinute, lastMinute, count }) => [firstMinute, lastMinute, count]);

/** Poisson counts from a fixed sequence, so that a failure can be repeated. */
function poissonCounts(seed: number, mean: (minute: number) => number) {
  let state = seed;
  const uniform = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  return (minute: number) => {
    let count = 0;
    for (let product = uniform(); product > Math.exp(-mean(minute)); product *= uniform()) count += 1;
    return count;
  };
}

describe("findBursts", () => {
  it("finds a burst in an otherwise empty window, with its chance", () => {
    const [burst, ...rest] = findBursts([{ minute: 700, count: 60 }], DAY, limits);
    expect(rest).toEqual([]);
    expect(burst).toMatchObject({ firstMinute: 700, lastMinute: 700, count: 60, busiestMinuteCount: 60 });
    expect(burst?.usualPerMinute).toBe(0);
    // 60 occurrences at 1/1439 a minute, in any of 1440 minutes: ln(1440 · Σ e^-m m^k / k!) at 40 digits.
    expect(burst?.logChance).toBeCloseTo(-617.658_680_979, 6);
  });

  it("finds a burst above a steady rate, with its beginning and its end", () => {
    const counts = minutes(
      DAY,
      poissonCounts(1, () => 2),
      { 600: 40, 601: 300, 602: 150, 603: 30 },
    );
    expect(spans(counts)).toEqual([[600, 603, 520]]);
    expect(findBursts(counts, DAY, limits)[0]?.usualPerMinute).toBeCloseTo(2, 0);
  });

  it("finds two equal bursts, which hide each other from a test of one", () => {
    expect(spans(minutes(DAY, none, { 100: 500, 900: 500 }))).toEqual([
      [100, 100, 500],
      [900, 900, 500],
    ]);
  });

  it("finds one large burst among hourly clumps", () => {
    const hourly = (minute: number) => (minute % 60 === 0 ? 30 : 0);
    expect(spans(minutes(DAY, hourly, { 847: 3000 }))).toEqual([[847, 847, 3000]]);
  });

  it("finds a burst on a busy day after an empty night", () => {
    const daily = (minute: number) => (minute > 480 && minute < 1080 ? 20 : 0);
    expect(spans(minutes(DAY, daily, { 700: 3000, 701: 2000 }))).toEqual([[700, 701, 5000]]);
  });

  it("bridges quiet minutes within a burst", () => {
    expect(spans(minutes(DAY, none, { 100: 50, 103: 40, 109: 30, 117: 2 }))).toEqual([[100, 109, 120]]);
  });

  it.each<[string, readonly MinuteCount[]]>([
    ["nothing", []],
    [
      "a steady rate",
      minutes(
        DAY,
        poissonCounts(2, () => 5),
      ),
    ],
    [
      "a steady high rate",
      minutes(
        DAY,
        poissonCounts(3, () => 200),
      ),
    ],
    ["clumps every hour", minutes(DAY, (minute) => (minute % 60 === 0 ? 80 : 0))],
    ["four equal clumps in a day", minutes(DAY, none, { 100: 80, 500: 80, 900: 80, 1300: 80 })],
    [
      "errors by day and none by night",
      minutes(
        DAY,
        poissonCounts(4, (at) => (at > 480 && at < 1080 ? 20 : 0.01)),
      ),
    ],
    ["few in one minute", minutes(DAY, none, { 100: 49 })],
    [
      "many, but no multiple of the usual rate",
      minutes(
        DAY,
        poissonCounts(5, () => 20),
        { 600: 150 },
      ),
    ],
    ["a state of many hours", minutes(DAY, (minute) => (minute >= 600 && minute < 800 ? 10 : 0))],
    ["a window without a rest", minutes(25, none, { 10: 500 })],
    ["a job every five minutes in half of the window", minutes(240, (at) => (at >= 120 && at % 5 === 0 ? 60 : 0))],
    ["a state that fills half of a short window", minutes(120, (minute) => (minute >= 60 ? 10 : 0))],
  ])("is quiet about %s", (_, counts) => {
    expect(spans(counts, Math.max(counts.length, 25))).toEqual([]);
  });

  it("finds no burst in chance alone", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), fc.double({ min: 0.01, max: 50, noNaN: true }), (seed, mean) => {
        expect(
          spans(
            minutes(
              600,
              poissonCounts(seed, () => mean),
            ),
          ),
        ).toEqual([]);
      }),
      { numRuns: 50, seed: 11 },
    );
  });

  it("stays finite for very large counts", () => {
    const [burst] = findBursts(
      minutes(DAY, () => 1_000_000, { 5: 1_000_000_000 }),
      DAY,
      limits,
    );
    expect(burst?.firstMinute).toBe(5);
    expect(Number.isFinite(burst?.logChance)).toBe(true);
  });
});
