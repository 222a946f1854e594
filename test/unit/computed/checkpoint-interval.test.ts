import { describe, expect, it } from "vitest";
import { forcedCheckpointSeconds } from "../../../src/computed/checkpoint-interval.ts";
import { occurrences } from "../../../src/testing.ts";

/** A checkpoint each `step` minutes, `times` times. */
const every = (step: number, times: number) =>
  Array.from({ length: step * (times - 1) + 1 }, (_, minute) => (minute % step === 0 ? 1 : 0));
const pause = (minutes: number) => Array.from({ length: minutes }, () => 0);

const seconds = (perMinute: readonly number[], byTrigger: { time: number; wal: number; requested: number }) =>
  forcedCheckpointSeconds({ ...occurrences(perMinute), byTrigger }, 300);

describe("forcedCheckpointSeconds", () => {
  it("is the distance of checkpoints by WAL volume", () => {
    expect(seconds(every(2, 31), { time: 0, wal: 31, requested: 0 })).toBe(120);
  });

  it("leaves checkpoints by time out", () => {
    // Ten intervals of a minute and ten of five.
    expect(seconds([...every(1, 10), 0, ...every(5, 11)], { time: 10, wal: 11, requested: 0 })).toBeCloseTo(66, 0);
  });

  it("leaves pauses out", () => {
    const night = [...every(1, 20), ...pause(600), ...every(1, 20)];
    expect(seconds(night, { time: 1, wal: 39, requested: 0 })).toBe(60);
  });

  it("counts several in a minute", () => {
    expect(seconds([4, 4, 4, 1], { time: 0, wal: 13, requested: 0 })).toBe(15);
  });

  it("is unknown where all are by time, or in one minute, or none is listed", () => {
    expect(seconds(every(5, 20), { time: 20, wal: 0, requested: 0 })).toBeNull();
    expect(seconds([9], { time: 0, wal: 9, requested: 0 })).toBeNull();
    expect(seconds([], { time: 0, wal: 9, requested: 0 })).toBeNull();
  });
});
