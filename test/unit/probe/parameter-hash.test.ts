import { describe, expect, it } from "vitest";
import { parameterHash } from "../../../src/probe/parameter-hash.ts";

describe("hashes of bound values", () => {
  it("are equal where the server gets the same", () => {
    expect(parameterHash([5, null], "s")).toBe(parameterHash(["5", undefined], "s"));
    expect(parameterHash([new Date(7)], "s")).toBe(parameterHash([new Date(7)], "s"));
    expect(parameterHash([[1, 2]], "s")).toBe(parameterHash([[1, 2]], "s"));
  });

  it.each([
    [[1], [2]],
    [["a", "b"], ["ab"]],
    [["null"], [null]],
    [[Buffer.from("a")], [Buffer.from("b")]],
    [[{ a: 1 }], [{ a: 2 }]],
  ])("differ for %j and %j", (one, other) => {
    expect(parameterHash(one, "s")).not.toBe(parameterHash(other, "s"));
  });

  it("differ from run to run, and hold nothing of the value", () => {
    expect(parameterHash(["secret"], "a")).not.toBe(parameterHash(["secret"], "b"));
    expect(parameterHash(["secret"], "a")).toMatch(/^[\w+/]{16}$/);
  });

  it("are null where nothing is bound, or what is bound cannot be compared", () => {
    const loop: unknown[] = [];
    loop.push(loop);
    for (const values of [undefined, [], {}, [() => 1], [{ loop }], ["x".repeat(70_000)]]) {
      expect(parameterHash(values, "s")).toBeNull();
    }
  });
});
