import { describe, expect, it } from "vitest";
import { lockForest } from "../../../src/computed/lock-forest.ts";
import { lockWait, session } from "../../../src/testing.ts";

describe("lockForest", () => {
  it("follows a queue and a separate pair to their roots", () => {
    const waits = [
      lockWait(2, 1, { waitSeconds: 30 }),
      lockWait(3, 2, { waitSeconds: 12 }),
      lockWait(6, 5, { waitSeconds: 4 }),
    ];
    const [first, second, ...rest] = lockForest(waits, [session(1)]);
    expect(first).toMatchObject({
      pid: 1,
      directBlocked: 1,
      totalBlocked: 2,
      longestWaitSeconds: 30,
      totalWaitSeconds: 42,
      isCircular: false,
      waiters: [{ pid: 2, session: null, waiters: [{ pid: 3 }] }],
    });
    expect(first?.session?.pid).toBe(1);
    expect(second).toMatchObject({ pid: 5, session: null, totalBlocked: 1 });
    expect(rest).toEqual([]);
  });

  it("counts a session that waits for two roots in both, and once in each", () => {
    const trees = lockForest([lockWait(3, 1), lockWait(3, 2), lockWait(4, 3), lockWait(4, 1)], []);
    expect(trees.map(({ pid, totalBlocked }) => [pid, totalBlocked])).toEqual([
      [1, 2],
      [2, 2],
    ]);
  });

  it("takes the lowest process of a circle as its root", () => {
    const trees = lockForest([lockWait(1, 2), lockWait(2, 1), lockWait(3, 2)], []);
    expect(trees).toHaveLength(1);
    expect(trees[0]).toMatchObject({ pid: 1, totalBlocked: 2, isCircular: true });
  });

  it("keeps a prepared transaction as pid 0 and unknown ages as unknown", () => {
    expect(lockForest([lockWait(9, 0, { waitSeconds: null })], [])).toMatchObject([
      { pid: 0, totalBlocked: 1, longestWaitSeconds: null, totalWaitSeconds: null },
    ]);
  });

  it("counts a parallel worker as its leader", () => {
    const trees = lockForest([lockWait(8, 1), lockWait(7, 1), lockWait(8, 7)], [session(8, { leaderPid: 7 })]);
    expect(trees).toMatchObject([{ pid: 1, totalBlocked: 1, waiters: [{ pid: 7 }] }]);
  });

  it("is empty without waits", () => {
    expect(lockForest([], [session(1)])).toEqual([]);
  });
});
