import { describe, expect, it } from "vitest";
import type { LoggedLockWait } from "../../../src/model/log.ts";
import { type Holder, holdersOf, rootsBehind } from "../../../src/report/lock-chain.ts";

const START = Date.parse("2026-11-23T09:00:00.000Z");

/** `pid` waits for `holders` from `atSecond` on, for `seconds`. */
function wait(pid: number, holders: readonly number[], atSecond = 0, seconds = 10): LoggedLockWait {
  return {
    at: new Date(START + atSecond * 1000).toISOString(),
    waiter: { pid, user: null, database: null, application: null },
    statement: null,
    mode: "ShareLock",
    object: { kind: "transaction", relation: null, index: null },
    waitedMs: seconds * 1000,
    outcome: "acquired",
    holders: holders.map((holder) => ({ pid: holder, lastStatement: null })),
    queue: [pid],
  };
}

const shape = (holders: readonly Holder[]): unknown[] => holders.map(({ pid, heldUpBy }) => [pid, shape(heldUpBy)]);

describe("holdersOf", () => {
  it("follows a chain to its root", () => {
    const waits = [wait(3, [2]), wait(2, [1])];
    const holders = holdersOf(waits[0] ?? wait(0, []), waits);
    expect(shape(holders)).toEqual([[2, [[1, []]]]]);
    expect(rootsBehind(holders).map(({ pid }) => pid)).toEqual([1]);
  });

  it("has no root behind a holder that waits for nobody", () => {
    const holders = holdersOf(wait(3, [2, 1]), [wait(3, [2, 1]), wait(9, [8])]);
    expect(shape(holders)).toEqual([
      [2, []],
      [1, []],
    ]);
    expect(rootsBehind(holders)).toEqual([]);
  });

  it("takes no wait of another time for a part of the chain", () => {
    const own = wait(3, [2], 100, 10);
    expect(shape(holdersOf(own, [own, wait(2, [1], 0, 10)]))).toEqual([[2, []]]);
    expect(shape(holdersOf(own, [own, wait(2, [1], 95, 10)]))).toEqual([[2, [[1, []]]]]);
    expect(shape(holdersOf(own, [own, wait(2, [1], 111, 10)]))).toEqual([[2, []]]);
  });

  it("ends in a circle", () => {
    const waits = [wait(1, [2]), wait(2, [3]), wait(3, [1])];
    expect(shape(holdersOf(waits[0] ?? wait(0, []), waits))).toEqual([[2, [[3, []]]]]);
  });
});
