import { describe, expect, it } from "vitest";
import { parseCsv } from "../../support/csv.ts";

describe("the reader of CSV", () => {
  it.each([
    ["", []],
    [
      "a,b\nc,d\n",
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    [
      "a,b\r\nc,d",
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    [",\n", [["", ""]]],
    ["a,", [["a", ""]]],
    ['"a,b","c\nd","e""f",""\n', [["a,b", "c\nd", 'e"f', ""]]],
    ['x,"\r\n",y\n', [["x", "\r\n", "y"]]],
    ['a"b,c\n', [['a"b', "c"]]],
  ])("reads %j", (text, records) => {
    expect(parseCsv(text)).toEqual(records);
  });

  it.each(['"a', '"a"b,c\n'])("takes no %j", (text) => {
    expect(() => parseCsv(text)).toThrow(/quote/);
  });
});
