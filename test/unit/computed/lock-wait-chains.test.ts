import { describe, expect, it } from "vitest";
import { lockWaitChains } from "../../../src/computed/lock-wait-chains.ts";
import type { LoggedLockWait } from "../../../src/rule.ts";
import { hoursAgo, loggedLockWait, loggedStatement } from "../../../src/testing.ts";

const at = (seconds: number) => hoursAgo(1 - seconds / 3600);

/** `pid` waits for `holder` from so many seconds on, for so many seconds. */
const waitFor = (
  pid: number,
  holder: number,
  [from, seconds]: readonly [number, number],
  { last = `statement ${holder}`, ...fields }: Partial<LoggedLockWait> & { readonly last?: string | null } = {},
) =>
  loggedLockWait({
    at: at(from),
    waiter: { pid, user: "app", database: "shop", application: null },
    waitedMs: seconds * 1000,
    holders: [{ pid: holder, lastStatement: last === null ? null : loggedStatement(last) }],
    ...fields,
  });

const roots = (waits: readonly LoggedLockWait[]) =>
  lockWaitChains(waits).map(({ rootStatement, rootPids, waits: own }) => ({
    root: rootStatement?.query ?? null,
    pids: rootPids,
    waits: own.map(({ wait, depth }) => [wait.waiter.pid, depth]),
  }));

describe("lockWaitChains", () => {
  it("follows a holder that waits itself to the one that it waits for", () => {
    expect(roots([waitFor(3, 2, [5, 10]), waitFor(2, 1, [0, 20])])).toEqual([
      {
        root: "statement 1",
        pids: [1],
        waits: [
          [2, 1],
          [3, 2],
        ],
      },
    ]);
  });

  it("follows a holder that began to wait after the one behind it", () => {
    expect(roots([waitFor(3, 2, [0, 20]), waitFor(2, 1, [5, 15])])).toHaveLength(1);
  });

  it("stays with a holder that waited for less than half of the time", () => {
    expect(roots([waitFor(3, 2, [10, 20]), waitFor(2, 1, [0, 15])])).toEqual([
      { root: "statement 2", pids: [2], waits: [[3, 1]] },
      { root: "statement 1", pids: [1], waits: [[2, 1]] },
    ]);
  });

  it("does not follow a wait that the same process had at another time", () => {
    expect(roots([waitFor(3, 2, [100, 5]), waitFor(2, 1, [0, 20])])).toHaveLength(2);
  });

  it("groups by the root's statement over sessions and times", () => {
    const last = "update orders set n = $1";
    const [chain, ...rest] = lockWaitChains([
      waitFor(3, 1, [0, 5], { last }),
      waitFor(4, 2, [600, 9], { last, outcome: "waiting" }),
      waitFor(5, 2, [600, 1], { last }),
    ]);
    expect(rest).toEqual([]);
    expect(chain).toMatchObject({ rootPids: [1, 2], totalMs: 15_000, longestMs: 9000, openWaits: 1, sharedWaits: 0 });
    expect(chain?.waits.map(({ wait }) => wait.waiter.pid)).toEqual([4, 3, 5]);
  });

  it("keeps roots without a statement apart by database", () => {
    const other = { pid: 5, user: null, database: "crm", application: null };
    const waits = [
      waitFor(3, 1, [0, 5], { last: null }),
      waitFor(4, 2, [0, 5], { last: null }),
      waitFor(5, 2, [0, 5], { last: null, waiter: other }),
    ];
    expect(lockWaitChains(waits).map(({ rootStatement, waits: own }) => [rootStatement, own.length])).toEqual([
      [null, 2],
      [null, 1],
    ]);
  });

  it("does not take the statement of a holder in between where the root has none", () => {
    expect(roots([waitFor(3, 2, [0, 10]), waitFor(2, 1, [0, 10], { last: null })])).toEqual([
      {
        root: null,
        pids: [1],
        waits: [
          [3, 2],
          [2, 1],
        ],
      },
    ]);
  });

  it("ends in a circle", () => {
    expect(roots([waitFor(1, 2, [0, 10]), waitFor(2, 1, [0, 10]), waitFor(3, 1, [0, 10])])).toHaveLength(2);
  });

  it("counts the first of several holders, and says how many waits have more", () => {
    const holders = [7, 8].map((pid) => ({ pid, lastStatement: loggedStatement(`statement ${pid}`) }));
    const [chain] = lockWaitChains([waitFor(3, 7, [0, 5], { holders })]);
    expect(chain).toMatchObject({ rootPids: [7], sharedWaits: 1 });
  });

  it("leaves out waits that ended in a deadlock, and keeps those without a holder", () => {
    expect(roots([waitFor(3, 1, [0, 5], { outcome: "deadlock" }), waitFor(4, 1, [0, 5], { holders: [] })])).toEqual([
      { root: null, pids: [], waits: [[4, 0]] },
    ]);
  });
});
