import { describe, expect, it } from "vitest";
import {
  bool,
  int,
  isoTime,
  isoTimeOrNull,
  number,
  numberOrNull,
  text,
  textArray,
} from "../../../../src/engines/postgres/rows.ts";

describe("typed readers", () => {
  it("read int8 and numeric that come as text", () => {
    expect(int({ x: "2400112" }, "x")).toBe(2_400_112);
    expect(number({ x: "1.5" }, "x")).toBe(1.5);
    expect(numberOrNull({ x: null }, "x")).toBeNull();
  });

  it("read times from Date and text; infinity is unknown", () => {
    expect(isoTime({ x: new Date(0) }, "x")).toBe("1970-01-01T00:00:00.000Z");
    expect(isoTime({ x: "2026-11-23T09:40:00.000Z" }, "x")).toBe("2026-11-23T09:40:00.000Z");
    expect(isoTimeOrNull({ x: Number.POSITIVE_INFINITY }, "x")).toBeNull();
  });

  it("read a null array as empty", () => {
    expect(textArray({ x: null }, "x")).toEqual([]);
    expect(textArray({ x: ["a"] }, "x")).toEqual(["a"]);
  });

  it("name the column and never the value", () => {
    expect(() => text({ other: "x" }, "name")).toThrow('column "name" is missing');
    expect(() => bool({ x: null }, "x")).toThrow('column "x" is null where boolean was expected');
    expect(() => int({ x: "secret" }, "x")).toThrow('column "x" holds string where number was expected');
    expect(() => int({ x: 1.5 }, "x")).toThrow("integer");
  });
});
