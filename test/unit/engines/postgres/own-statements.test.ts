import { describe, expect, it } from "vitest";
import { isOwnQuery, markOwn } from "../../../../src/engines/postgres/own-statements.ts";

describe("own statements", () => {
  it.each(["select 1", "\nselect now()", "with a as (select 1) table a", "begin read only", "(select 1)"])(
    "recognises %s once marked",
    (sql) => {
      expect(isOwnQuery(markOwn(sql))).toBe(true);
    },
  );

  it.each(["select 1", "select '/* dbperf */'", "select 1 /* dbperf */", ""])("leaves %s to others", (sql) => {
    expect(isOwnQuery(sql)).toBe(false);
  });

  it("puts the mark behind the first word", () => {
    expect(markOwn("select 1")).toBe("select /* dbperf */ 1");
  });
});
