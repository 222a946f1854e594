import { describe, expect, it } from "vitest";
import { parseDuration } from "../../../src/config/durations.ts";
import { maskUrl } from "../../../src/config/mask-url.ts";
import { nearest } from "../../../src/config/nearest.ts";
import { parseQuantity } from "../../../src/config/quantities.ts";

describe("parseDuration", () => {
  it.each([
    ["500ms", 500],
    ["5s", 5000],
    ["2m", 120_000],
    ["1.5 h", 5_400_000],
    ["7d", 604_800_000],
  ])("reads %s", (text, ms) => expect(parseDuration(text)).toBe(ms));

  it.each(["", "5", "s", "-5s", "5 parsecs", "5s 3ms", "1e3s", "toString"])("refuses “%s”", (text) => {
    expect(parseDuration(text)).toBeNull();
  });
});

describe("parseQuantity", () => {
  it.each([
    ["10MB", "bytes", 10_485_760],
    ["1.5 kB", "bytes", 1536],
    ["5s", "ms", 5000],
    ["2m", "s", 120],
    ["7d", "days", 7],
    ["20%", "share", 0.2],
    ["0.2", "share", 0.2],
    [1000, "rows", 1000],
    [0, "bytes", 0],
  ])("reads %s as %s", (value, unit, expected) => expect(parseQuantity(value, unit)).toBe(expected));

  it.each([
    ["10MB", "rows"],
    ["5s", "bytes"],
    ["20%", "count"],
    ["10 mouths", "bytes"],
    [-1, "rows"],
    [Number.NaN, "ms"],
  ])("refuses %s as %s", (value, unit) => expect(parseQuantity(value, unit)).toBeNull());
});

describe("nearest", () => {
  it.each([
    ["tpo", "top"],
    ["timout", "timeout"],
    ["failon", "failOn"],
  ])("takes %s for %s", (word, expected) => expect(nearest(word, ["top", "timeout", "failOn"])).toBe(expected));

  it("has no guess for what is far away", () => {
    expect(nearest("colour", ["top", "timeout"])).toBeNull();
    expect(nearest("x", [])).toBeNull();
  });
});

describe("maskUrl", () => {
  it.each([
    ["postgres://u:secret@h/db", "postgres://u:***@h/db"],
    ["postgres://u:se@cr@h:5432/db?sslmode=require", "postgres://u:***@h:5432/db?sslmode=require"],
    ["postgres://u:se/cr?et#@h/db", "postgres://u:***@h/db"],
    ["postgres://u:se@cr/et@h/db", "postgres://u:***@h/db"],
    ["postgres://:secret@h/db", "postgres://:***@h/db"],
    ["postgres://h/db?user=u&password=secret&x=1", "postgres://h/db?user=u&password=***&x=1"],
    ["postgres:///db?sslpassword=secret", "postgres:///db?sslpassword=***"],
    ["host=h password=secret dbname=d", "host=h password=*** dbname=d"],
    ["host=h password = 'se cr\\'et' dbname=d", "host=h password = *** dbname=d"],
  ])("masks %s", (url, masked) => expect(maskUrl(url)).toBe(masked));

  it.each(["postgres://u@h/db", "postgres://h:5432/db", "postgres:///db?host=/tmp", "host=h dbname=d"])(
    "leaves %s",
    (url) => {
      expect(maskUrl(url)).toBe(url);
    },
  );
});
