import { describe, expect, it } from "vitest";
import { errorBursts } from "../../../src/computed/error-bursts.ts";
import { CAPTURED_AT, hoursAgo, occurrences } from "../../../src/testing.ts";

const limits = { minCount: 50, minRatio: 10, maxMinutes: 180, maxChance: 1e-6 };
const window = { from: hoursAgo(10), to: CAPTURED_AT, kind: "log" } as const;

describe("errorBursts", () => {
  it("names the minutes of a burst and the rate of the rest", () => {
    const seen = occurrences([...Array.from({ length: 589 }, () => 1), 80, 100, ...Array.from({ length: 9 }, () => 1)]);
    expect(errorBursts(seen, window, limits)).toEqual([
      {
        from: "2026-11-23T11:49:00.000Z",
        to: "2026-11-23T11:50:00.000Z",
        count: 180,
        busiestMinuteCount: 100,
        // 598 in the 599 other minutes of a window that touches 601.
        usualPerMinute: 598 / 599,
      },
    ]);
  });

  it("compares with the whole log, not with the minutes in which it happened", () => {
    expect(errorBursts(occurrences([60]), window, limits)).toHaveLength(1);
    expect(errorBursts(occurrences([60]), { ...window, from: CAPTURED_AT }, limits)).toEqual([]);
  });

  it("takes the first occurrence as the start of a window without one", () => {
    const seen = occurrences([1, ...Array.from({ length: 100 }, () => 0), 60]);
    expect(errorBursts(seen, { ...window, from: null }, limits)).toMatchObject([{ count: 60 }]);
  });
});
