import { describe, expect, it } from "vitest";
import { hourColumns } from "../../../src/report/hour-columns.ts";
import { blockLine, minuteBins, spanOf } from "../../../src/report/minute-bins.ts";
import { occurrences } from "../../support/sample-log-events.ts";
import { at } from "../../support/sample-log-statements.ts";

const span = (from: string, to: string) => ({ from: Date.parse(at(from)), to: Date.parse(at(to)) });
const counts = (bins: readonly { count: number }[]): number[] => bins.map(({ count }) => count);

describe("minuteBins", () => {
  it("has a bin for each minute where they fit", () => {
    const bins = minuteBins(occurrences({ "09:00": 2, "09:02": 5 }), span("09:00:30", "09:02:10"), 16);
    expect(counts(bins)).toEqual([2, 0, 5]);
    expect(bins.map(({ from }) => new Date(from).toISOString())).toEqual([
      at("09:00:00"),
      at("09:01:00"),
      at("09:02:00"),
    ]);
  });

  it("joins minutes where they do not, and loses none", () => {
    const bins = minuteBins(occurrences({ "08:00": 1, "08:59": 2, "09:59": 4 }), span("08:00:00", "09:59:59"), 16);
    expect(bins.length).toBeLessThanOrEqual(16);
    expect(counts(bins).reduce((a, b) => a + b, 0)).toBe(7);
    expect([bins[0]?.count, bins.at(-1)?.count]).toEqual([1, 4]);
  });

  it("counts what lies outside the span at its ends", () => {
    expect(counts(minuteBins(occurrences({ "08:00": 1, "10:00": 3 }), span("09:00:00", "09:01:00"), 16))).toEqual([
      1, 3,
    ]);
  });
});

describe("spanOf", () => {
  it("reaches from the first to the last of all; null for none", () => {
    const all = [occurrences({ "09:00": 1, "09:10": 1 }), occurrences({ "08:50": 1 })];
    expect(spanOf(all)).toEqual(span("08:50:00", "09:10:00"));
    expect(spanOf([])).toBeNull();
  });
});

describe("blockLine", () => {
  it("draws the largest highest, and shows one beside a thousand", () => {
    const bins = [0, 1, 500, 1000].map((count) => ({ from: 0, count }));
    expect(blockLine(bins)).toBe("·▁▄█");
    expect(blockLine([{ from: 0, count: 0 }])).toBe("·");
  });
});

describe("hourColumns", () => {
  it("fills the hours between", () => {
    const columns = hourColumns([
      { at: at("08:00:00"), calls: 3, totalMs: 30 },
      { at: at("10:00:00"), calls: 1, totalMs: 5 },
    ]);
    expect(columns).toEqual([
      { at: at("08:00:00"), hours: 1, calls: 3, totalMs: 30 },
      { at: at("09:00:00"), hours: 1, calls: 0, totalMs: 0 },
      { at: at("10:00:00"), hours: 1, calls: 1, totalMs: 5 },
    ]);
  });

  it("joins hours of a long log, and loses no call", () => {
    const hours = Array.from({ length: 720 }, (_, index) => ({
      at: new Date(Date.UTC(2026, 10, 1, index)).toISOString(),
      calls: 1,
      totalMs: 2,
    }));
    const columns = hourColumns(hours);
    expect(columns.length).toBeLessThanOrEqual(72);
    expect(columns.reduce((sum, { calls }) => sum + calls, 0)).toBe(720);
    expect(columns.reduce((sum, { totalMs }) => sum + totalMs, 0)).toBe(1440);
  });

  it("is empty for a log without them", () => {
    expect(hourColumns([])).toEqual([]);
  });
});
