import { describe, expect, it } from "vitest";
import { entryFromRow, mergeCounters } from "../../../../src/engines/postgres/collectors/statement-counters.ts";

const modern = {
  queryid: "1",
  dbperf_database: "shop",
  calls: "2",
  rows: "4",
  total_exec_time: 4,
  min_exec_time: 1,
  max_exec_time: 3,
  stddev_exec_time: 1,
  plans: "0",
  total_plan_time: 0,
  shared_blk_read_time: 7,
};

describe("entryFromRow", () => {
  it("reads the columns of old and new extension versions by name", () => {
    const old = {
      queryid: "1",
      dbperf_database: "shop",
      calls: "2",
      rows: "4",
      total_time: 4,
      min_time: 1,
      max_time: 3,
      stddev_time: 1,
      blk_read_time: 7,
    };
    for (const row of [modern, old]) {
      const { counters } = entryFromRow(row, true);
      expect(counters).toMatchObject({
        totalMs: 4,
        meanMs: 2,
        minMs: 1,
        maxMs: 3,
        blockReadMs: 7,
        planMs: null,
        walBytes: null,
      });
    }
  });

  it("does not take times for zero where they are not measured", () => {
    expect(entryFromRow(modern, false).counters.blockReadMs).toBeNull();
  });
});

describe("mergeCounters", () => {
  it("pools the deviation: 1, 3 and 5, 5 are 1, 3, 5, 5", () => {
    const first = entryFromRow(modern, true).counters;
    const second = { ...first, totalMs: 10, meanMs: 5, minMs: 5, maxMs: 5, stddevMs: 0 };
    const merged = mergeCounters([first, second]);
    expect(merged).toMatchObject({ calls: 4, totalMs: 14, meanMs: 3.5, minMs: 1, maxMs: 5, rows: 8, walBytes: null });
    expect(merged.stddevMs).toBeCloseTo(Math.sqrt(2.75));
  });

  it("does not take an entry that was only planned for one that took no time", () => {
    const { counters } = entryFromRow(modern, true);
    const planned = entryFromRow(
      {
        ...modern,
        calls: "0",
        total_exec_time: 0,
        min_exec_time: 0,
        max_exec_time: 0,
        stddev_exec_time: 0,
        plans: "3",
      },
      true,
    ).counters;
    expect(planned).toMatchObject({ minMs: null, maxMs: null, stddevMs: null, meanMs: 0, planMs: 0 });
    expect(mergeCounters([counters, planned])).toMatchObject({ minMs: 1, maxMs: 3, stddevMs: 1, calls: 2 });
    expect(mergeCounters([planned])).toMatchObject({ minMs: null, stddevMs: null });
  });

  it("does not know extremes that were reset alone, and keeps those of a time below the clock", () => {
    const reset = entryFromRow({ ...modern, min_exec_time: 0, max_exec_time: 0 }, true).counters;
    expect(reset).toMatchObject({ minMs: null, maxMs: null, stddevMs: 1 });
    expect(mergeCounters([reset, entryFromRow(modern, true).counters])).toMatchObject({ minMs: 1, maxMs: 3 });
    const instant = { ...modern, total_exec_time: 0, min_exec_time: 0, max_exec_time: 0, stddev_exec_time: 0 };
    expect(entryFromRow(instant, true).counters).toMatchObject({ minMs: 0, maxMs: 0 });
  });

  it("keeps a small deviation of large times", () => {
    const { counters } = entryFromRow(modern, true);
    const slow = { ...counters, calls: 1000, meanMs: 1e9, totalMs: 1e12, stddevMs: 0.001 };
    expect(mergeCounters([slow, slow]).stddevMs).toBeCloseTo(0.001, 9);
  });

  it("leaves one entry as it is", () => {
    const { counters } = entryFromRow(modern, true);
    expect(mergeCounters([counters])).toEqual(counters);
  });
});
