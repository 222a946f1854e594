import { describe, expect, it } from "vitest";
import { mergeOccurrences, timeWords, windowSeconds, windowWords } from "../../../src/computed/occurrences.ts";
import { CAPTURED_AT, hoursAgo, occurrences } from "../../../src/testing.ts";

describe("occurrences", () => {
  it("merges counts minute by minute", () => {
    expect(mergeOccurrences([occurrences([1, 0, 2]), occurrences([5])])).toEqual({
      count: 8,
      firstAt: "2026-11-23T11:57:00.000Z",
      lastAt: "2026-11-23T11:59:00.000Z",
      perMinute: [
        { at: "2026-11-23T11:57:00.000Z", count: 1 },
        { at: "2026-11-23T11:59:00.000Z", count: 7 },
      ],
    });
    expect(mergeOccurrences([])).toBeNull();
  });

  it.each([
    ["2026-11-23T11:57:10.000Z", "2026-11-23T11:57:50.000Z", "at 2026-11-23 11:57 UTC"],
    ["2026-11-23T11:57:00.000Z", "2026-11-23T12:03:00.000Z", "from 2026-11-23 11:57 to 12:03 UTC"],
    ["2026-11-23T23:57:00.000Z", "2026-11-24T00:03:00.000Z", "from 2026-11-23 23:57 to 2026-11-24 00:03 UTC"],
  ])("%s to %s is %s", (firstAt, lastAt, words) => {
    expect(timeWords({ firstAt, lastAt })).toBe(words);
  });

  it("knows the length of a window, or says nothing", () => {
    const window = { from: hoursAgo(10), to: CAPTURED_AT, kind: "log" } as const;
    expect(windowWords(window)).toBe("in 10 h");
    expect(windowWords({ ...window, from: null })).toBe("");
    expect(windowSeconds({ ...window, from: CAPTURED_AT })).toBeNull();
  });
});
