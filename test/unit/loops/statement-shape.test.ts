import { describe, expect, it } from "vitest";
import { statementShape } from "../../../src/loops/statement-shape.ts";

const postgres = (text: string) => statementShape(text, "postgres");
const mysql = (text: string) => statementShape(text, "mysql");

describe("statementShape: one value picks the rows", () => {
  it.each([
    "select * from orders where user_id = $1",
    'SELECT "id" FROM "users" AS "users" WHERE "users"."id" = 163 LIMIT 1;',
    "select * from a where b in ($1)",
    "select count(*) from a where $1 = b",
    "select * from a where b = ?",
    "select * from a where b = $1 and created_at > $2",
    "update a set b = b + 1 where id = 7",
    "delete from a where id = 'x'",
    "insert into a (b, c) values ($1, lower($2)) returning id",
    "with x as (select 1) select * from x join a on a.id = x.id where a.b = 3",
  ])("%s", (text) => {
    expect(postgres(text).isSingle).toBe(true);
  });

  it.each([
    "select * from a",
    "select * from a where b in ($1, $2)",
    "select * from a where b = any($1)",
    "select * from a where id > $1 order by id limit 10",
    "select * from a where b = $1 order by id limit 10 offset 20",
    "select * from a join b on a.id = b.a_id where a.c like 'x%'",
    "insert into a (b) values (1), (2)",
    "insert into a select * from b where c = 1",
    "update a set b = 1",
    "begin",
    "select 1",
    "",
  ])("not: %s", (text) => {
    expect(postgres(text).isSingle).toBe(false);
  });
});

describe("statementShape: kind, key and values", () => {
  it("reads what a text does", () => {
    const kinds = [
      "select 1",
      "select a from t",
      "with x as (select 1 from y) update t set a = 1",
      "START TRANSACTION",
    ];
    expect(kinds.map((text) => postgres(text).kind)).toEqual(["other", "read", "update", "begin"]);
    expect(["commit", "rollback", "set x = 1"].map((text) => postgres(text).kind)).toEqual(["end", "end", "other"]);
  });

  it("has one key for one class, whatever the values, comments, case and lengths of lists", () => {
    const key = postgres("select a from t where b = 1 and c in (1, 2)").key;
    expect(postgres("SELECT a FROM t /* route='/x' */ WHERE b = $1 AND c IN ($2)").key).toBe(key);
    expect(postgres("select a from t where b = 1 and d in (1, 2)").key).not.toBe(key);
    expect(mysql("insert into t values (1, 'a'), (2, 'b')").key).toBe(mysql("insert into t values (?, ?)").key);
  });

  it("has the values in their order", () => {
    expect(mysql('select a from t where b = "x" and c = 2').values).toBe('"x"\u00012');
    expect(postgres("select a from t where b = $1").values).toBe("");
  });

  it("takes PostgreSQL's ? for an operator, and that of a sanitised text for a value", () => {
    expect(postgres("select a from t where tags ? 'x'").isSingle).toBe(false);
    expect(postgres("select a from t where id = ?").key).toBe(postgres("select a from t where id = 5").key);
  });

  it("counts joins", () => {
    expect(postgres("select * from a left join b on b.a = a.id join c on c.a = a.id where a.id = 1").joins).toBe(2);
  });

  it("never throws on a text that is cut", () => {
    const text = "select a, 'it''s' from t where b = $1 and c in (1, 2) /* x */";
    for (let length = 0; length <= text.length; length += 1)
      expect(() => postgres(text.slice(0, length))).not.toThrow();
  });
});
