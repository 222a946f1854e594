import { beforeAll, describe, expect, it } from "vitest";
import { loadSqlParser } from "../../../src/sql/parser.ts";
import { statementNames } from "../../../src/sql/statement-names.ts";

beforeAll(loadSqlParser);

function relations(sql: string): string[] | undefined {
  return statementNames(sql)?.relations.map(({ schema, name }) => `${schema}.${name}`);
}

describe("the names of a statement", () => {
  it("are those of every clause", () => {
    const sql = "select 1 from a join s.b using (id) where exists (select from c where x = (select max(y) from a))";
    expect(relations(sql)).toEqual([".a", "s.b", ".c"]);
  });

  it("include the target of a change", () => {
    expect(relations("update s.t set x = 1 from u")).toEqual(["s.t", ".u"]);
    expect(relations("insert into t select * from u")).toEqual([".t", ".u"]);
    expect(relations("delete from t using u where t.id = u.id")).toEqual([".t", ".u"]);
    expect(relations("merge into t using u on t.id = u.id when matched then delete")).toEqual([".t", ".u"]);
    expect(relations("create index on only s.t (lower(x))")).toEqual(["s.t"]);
  });

  it("are as written: quoted ones keep their letters", () => {
    expect(relations('select * from "Odd"."Ta.ble", PLAIN')).toEqual(["Odd.Ta.ble", ".plain"]);
  });

  it("are none where there are none", () => {
    expect(statementNames("select 1")).toEqual({ relations: [], functions: [], types: [] });
  });

  it("know functions and types", () => {
    const names = statementNames("select f(x), s.g(y)::s.state, z::text[] from t");
    expect(names?.functions.map(({ schema, name }) => `${schema}.${name}`)).toEqual([".f", "s.g"]);
    expect(names?.types.map(({ schema, name }) => `${schema}.${name}`)).toEqual(["s.state", ".text"]);
  });

  it("are null where the text does not parse", () => {
    expect(statementNames("select from from")).toBeNull();
  });
});
