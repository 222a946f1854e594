import { describe, expect, it } from "vitest";
import { textKey } from "../../../src/probe/text-key.ts";

describe("keys of texts", () => {
  it.each([
    ["select * from t where id = 1", "select * from t where id = 27"],
    ["select * from t where name = 'it''s' limit 1", "select * from t where name = 'b' limit 10"],
    ["update t set v = 1.5 where id = 2;", "update t set v = 22 where id = 3;"],
  ])("is one for %s and %s", (one, other) => {
    expect(textKey(one)).toBe(textKey(other));
  });

  it.each([
    ["select * from t1 where id = $1", "select * from t2 where id = $1"],
    ["select $1 from t", "select $2 from t"],
    ["select * from t where a = 1 and b = 2", "select * from t where a = 1 and c = 2"],
  ])("is not one for %s and %s", (one, other) => {
    expect(textKey(one)).not.toBe(textKey(other));
  });

  it("leaves a text without literals as it is, and ends where a string does not", () => {
    expect(textKey("select a from b")).toBe("select a from b");
    expect(textKey("select 'open")).toBe("select ");
  });
});
