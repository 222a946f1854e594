import { describe, expect, it } from "vitest";
import { deadlockKinds } from "../../../src/computed/deadlock-kinds.ts";
import { deadlock, deadlockMember, fingerprintOf, hoursAgo, recordLock } from "../../../src/testing.ts";

const a = "update orders set n = $1 where id = $2";
const b = "update invoices set n = $1 where id = $2";
const pair = (first: string, second: string, at = hoursAgo(1)) =>
  deadlock([deadlockMember(1, 2, { query: first }), deadlockMember(2, 1, { query: second })], { at });

describe("deadlockKinds", () => {
  it("groups by the set of statements, whoever came first", () => {
    const kinds = deadlockKinds([pair(a, b), pair(b, a), pair(a, a)]);
    expect(kinds.map(({ occurrences }) => occurrences.length).toSorted()).toEqual([1, 2]);
    const both = kinds.find(({ occurrences }) => occurrences.length === 2);
    expect(both?.statements.map(({ fingerprint }) => fingerprint)).toEqual(
      [fingerprintOf(a), fingerprintOf(b)].toSorted(),
    );
  });

  it("groups by relation where statements are not known", () => {
    const over = (relation: string) =>
      deadlock([1, 2].map((pid) => deadlockMember(pid, 3 - pid, { waitsFor: recordLock("X", relation) })));
    const kinds = deadlockKinds([over("shop.orders"), over("shop.items"), over("shop.orders")]);
    expect(kinds.map(({ occurrences, statements }) => [occurrences.length, statements])).toEqual([
      [1, []],
      [2, []],
    ]);
  });

  it("keeps one with a statement missing apart from a complete one", () => {
    const half = deadlock([deadlockMember(1, 2, { query: a }), deadlockMember(2, 1)]);
    const kinds = deadlockKinds([half, pair(a, a)]);
    expect(kinds.map(({ example }) => example.members.map(({ member }) => member.statement === null))).toEqual([
      [false, false],
      [false, true],
    ]);
  });

  it("takes the remedy that most occurrences show, and the last of those as the example", () => {
    const unknown = deadlock(
      [
        deadlockMember(1, 2, {
          query: a,
          waitsFor: { mode: "S", object: { kind: "advisory lock", relation: null, index: null } },
        }),
        deadlockMember(2, 1, { query: b }),
      ],
      { at: hoursAgo(0.1) },
    );
    const [kind] = deadlockKinds([unknown, pair(a, b, hoursAgo(3)), pair(a, b, hoursAgo(2))]);
    expect(kind?.remedy.kind).toBe("relation-order");
    expect(kind?.example.deadlock.at).toBe(hoursAgo(2));
    expect(kind?.occurrences.map(({ at }) => at)).toEqual([hoursAgo(3), hoursAgo(2), hoursAgo(0.1)]);
  });

  it("is empty without deadlocks", () => {
    expect(deadlockKinds([])).toEqual([]);
  });
});
