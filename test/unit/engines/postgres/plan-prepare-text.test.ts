import { beforeAll, describe, expect, it } from "vitest";
import { prepareText } from "../../../../src/engines/postgres/plan/prepare-text.ts";
import { loadSqlParser } from "../../../../src/sql/parser.ts";

beforeAll(loadSqlParser);

describe("prepareText leaves alone what can be prepared", () => {
  it.each([
    "select * from t where a = $1 limit $2",
    "select * from t where at at time zone $1 > now()",
    "select x::date from t where x in ($1, $2)",
    "update t set a = $1 where b like $2 escape $3",
    "select substring(a from $1 for $2), trim($3 from b) from t",
    "select t.date from t where t.date = $1",
  ])("%s", (text) => {
    expect(prepareText(text)).toMatchObject({ text, repairs: [] });
  });

  it.each(["select 1; select 2", "select * from t where", "create table t (a int)", "analyze t", ""])(
    "refuses %j",
    (text) => {
      expect(prepareText(text)).toBeNull();
    },
  );
});

describe("prepareText repairs", () => {
  it.each([
    ["select now() - interval $1", "select now() - $1::interval"],
    ["select interval $1 day", "select $1::interval day"],
    ["select * from t where d > date $1", "select * from t where d > $1::date"],
    ["select timestamp with time zone $1", "select $1::timestamp with time zone"],
    ["select timestamp $1 at time zone $2", "select $1::timestamp at time zone $2"],
    ["select double precision $1", "select $1::double precision"],
    ["select * from t where a in ($1 /*, ... */)", "select * from t where a in ($1, $1)"],
  ])("%s", (stored, text) => {
    const prepared = prepareText(stored);
    expect(prepared?.text).toBe(text);
    expect(prepared?.repairs).toHaveLength(1);
  });

  it("records what it changed, and the parameter that no longer occurs", () => {
    expect(prepareText("select extract($1 from a) from t where b > $2;")).toEqual({
      text: "select extract('epoch' from a) from t where b > $2",
      repairs: [{ from: "$1", to: "'epoch'" }],
      parameterCount: 2,
      unused: [1],
    });
    expect(prepareText("select date $1")?.repairs).toEqual([{ from: "date $1", to: "$1::date" }]);
  });
});
