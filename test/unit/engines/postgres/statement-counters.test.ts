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

  it("leaves one entry as it is", () => {
    const { counters } = entryFromRow(modern, true);
    expect(mergeCounters([counters])).toEqual(counters);
  });
});
