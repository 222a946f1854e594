import { describe, expect, it } from "vitest";
import {
  attributeNumbers,
  dependencyBytes,
  distinctBytes,
} from "../../../../../src/engines/postgres/what-if/build/extended-statistics.ts";

function hex(bytes: Uint8Array | null): string | null {
  return bytes && Buffer.from(bytes).toString("hex");
}

const same = (number: number): number => number;

describe("extended statistics", () => {
  // pg_ndistinct_send and pg_dependencies_send of PostgreSQL 15.20.
  it("are written as the server stores them", () => {
    expect(hex(distinctBytes('{"1, 2": 100000}', same))).toBe(
      "a4bf52a3010000000100000000000000006af8400200000001000200",
    );
    expect(hex(dependencyBytes('{"1 => 2": 1.000000}', same))).toBe(
      "2c9a54b40100000001000000000000000000f03f020001000200",
    );
  });

  it("keep each dependency with its degree", () => {
    const bytes = Buffer.from(dependencyBytes('{"1 => 2": 0.5, "1, 2 => 3": 1.000000}', same) ?? []);
    expect(bytes.readUInt32LE(0)).toBe(0xb4549a2c);
    expect(bytes.readUInt32LE(8)).toBe(2);
    expect(bytes.readDoubleLE(12)).toBe(0.5);
    expect([20, 22, 24].map((offset) => bytes.readInt16LE(offset))).toEqual([2, 1, 2]);
    expect(bytes.readDoubleLE(26)).toBe(1);
    expect([34, 36, 38, 40].map((offset) => bytes.readInt16LE(offset))).toEqual([3, 1, 2, 3]);
  });

  it("are left out where a column is not there", () => {
    expect(distinctBytes('{"1, 2": 50}', (number) => (number === 1 ? 1 : null))).toBeNull();
    expect(dependencyBytes("{}", same)).toBeNull();
  });

  it("follow names where the target has dropped columns", () => {
    const statistic = {
      schema: "public",
      name: "s",
      table: { schema: "public", name: "t" },
      definition: "",
      inherited: false,
      columns: { "2": "a", "5": "b" },
      distinct: null,
      dependencies: null,
    };
    const number = attributeNumbers(
      statistic,
      new Map([
        ["a", 1],
        ["b", 3],
      ]),
    );
    expect([number(2), number(5), number(4), number(-1)]).toEqual([1, 3, null, -1]);
  });
});
