import { describe, expect, it } from "vitest";
import { batchedStatement } from "../../../src/computed/loop-batch.ts";
import { type LoopDialect, loopDialect } from "../../../src/computed/loop-clauses.ts";
import { loopTarget } from "../../../src/computed/loop-conditions.ts";

const batched = (query: string, dialect: LoopDialect | null = loopDialect(query, null)) =>
  batchedStatement(query, dialect)?.sql ?? null;

describe("a batched select", () => {
  it.each([
    ["select id, name from users where id = $1", "select id, name from users where id = any($1)"],
    ["select id from users where id = $1::int", "select id from users where id = any($1::int[])"],
    ["select * from users where id in ($1)", "select * from users where id = any($1)"],
    ["select id from t where id = $1 for update", "select id from t where id = any($1) for update"],
    ["select id from t where data ? 'x' and id = $1", "select id from t where id = any($1) and data ? 'x'"],
    [
      "select * from t where id = $1 and gone is not null and (a or b) order by c",
      "select * from t where id = any($1) and gone is not null and (a or b) order by c",
    ],
    [
      'SELECT "u"."id" AS "u_id" FROM "users" "u" WHERE (("u"."id" = $1)) LIMIT 1',
      'select "u"."id" AS "u_id" FROM "users" "u" where "u"."id" = any($1)',
    ],
    ["select * from `t` where `t`.`id` = ? limit ?", "select * from `t` where `t`.`id` in (…)"],
    ["select * from t where a = $1 and b = $2", "select * from t where (a, b) in (($1, $2), …)"],
    ["select * from `t` where `a` = ? and `b` = '?'", "select * from `t` where (`a`, `b`) in ((?, ?), …)"],
  ])("%s", (query, expected) => {
    expect(batched(query)?.toLowerCase()).toBe(expected.toLowerCase());
  });

  it("reads the key as well, so that the program can tell the rows apart", () => {
    expect(batched("select name from users where id = $1")).toBe("select id, name from users where id = any($1)");
    expect(batched("select a.id, a.x from a join b on b.a = a.id where b.id = $1")).toContain("select b.id, a.id, a.x");
    expect(batched("select a.* from a join b on b.a = a.id where b.c = $1")).toContain("select b.c, a.* from");
    expect(batched("select a.* from a where a.id = $1")).toContain("select a.* from");
  });

  it("counts by key", () => {
    expect(batched("select count(*) from comments where post_id = $1")).toBe(
      "select post_id, count(*) from comments where post_id = any($1) group by post_id",
    );
  });

  it.each([
    "select * from t where a = $1 or b = $2",
    "select * from t where a > $1",
    "select * from t where a = $1 and b between $2 and $3",
    "select * from t where not a = $1",
    "select * from t where a not in ($1)",
    "select * from t where a in ($1, $2)",
    "select * from t where lower(a) = $1",
    "select * from t where a = $1 + 1",
    "select * from t where a = b",
    "select * from t where a = $1 limit 10 offset $2",
    "select a, count(*) from t where a = $1",
    "select count(*) over () from t where a = $1",
    "select sum(x) from t where a = $1 group by b",
    "select distinct x from t where a = $1",
    "select distinct on (x) a from t where a = $1",
    "select a, $2 as x from t where a = $1",
    "select * from t where a in (select b from u where c = $1)",
    "select 1 from t where a = $1 union select 2 from u where a = $1",
    "with x as (select 1) select * from x where a = $1",
    "select * from t where data ? 'x' and a = 1",
    "select * from t where a =",
    "select",
    "",
  ])("is not made of: %s", (query) => {
    expect(batched(query)).toBeNull();
  });

  it("warns of a limit that held for each key, and of counts that are missing", () => {
    expect(batchedStatement("select a from t where a = $1 limit 1", "postgres")?.risks).toHaveLength(1);
    expect(batchedStatement("select count(*) from t where a = $1", "postgres")?.risks).toHaveLength(1);
    expect(batchedStatement("select a from t where a = $1", "postgres")?.risks).toEqual([]);
  });
});

describe("a batched write", () => {
  it.each([
    ["insert into t (a, b) values ($1, $2)", "insert into t (a, b) values ($1, $2), ($3, $4), …"],
    ["insert into t (a, b) values (default, ?)", "insert into t (a, b) values (default, ?), (default, ?), …"],
    [
      "insert into t values ($1, now(), 'x') returning id",
      "insert into t values ($1, now(), 'x'), ($2, now(), 'x'), … returning id",
    ],
    [
      "insert into t (a) values ($1) on conflict do nothing",
      "insert into t (a) values ($1), ($2), … on conflict do nothing",
    ],
    ["update t set seen = true where id = $1 returning id", "update t set seen = true where id = any($1) returning id"],
    [
      'update "t" set "a" = $1, "b" = now() where "id" = $2',
      'update "t" set "a" = v."a", "b" = now() from unnest($1::…[], $2::…[]) as v ("id", "a") where "t"."id" = v."id"',
    ],
    [
      "update `t` set `a` = ? where `id` = ?",
      "update `t` join (select ? as `id`, ? as `a` union all select ?, ? …) as v on `t`.`id` = v.`id` set `t`.`a` = v.`a`",
    ],
    ["delete from t where id = $1", "delete from t where id = any($1)"],
    ["delete from `t` where `id` = ?", "delete from `t` where `id` in (…)"],
  ])("%s", (query, expected) => {
    expect(batched(query)).toBe(expected);
  });

  it.each([
    "insert into t (a) values ($1), ($2)",
    "insert into t (a) select b from u where c = $1",
    "insert into t (a) values ($1) on conflict (a) do update set a = $2",
    "update t set a = a + $1 where id = $2",
    "update t set a = $1, b = a where id = $2",
    "update t set id = $1 where id = $2",
    "update t set a = $1 where id = $2 and gone is null",
    "update t set a = $1 where id = $2 returning id",
    "update t set a = u.a from u where u.id = $1",
    "update t set a = ? where id = ?",
    "delete from t using u where t.id = $1",
    "delete from `t` where `id` = ? limit ?",
    "delete from t",
  ])("is not made of: %s", (query) => {
    expect(batched(query)).toBeNull();
  });
});

describe("the dialect of a loop", () => {
  it.each([
    ["select `a` from t where b = ?", "postgres", "mysql"],
    ['select "a" from t', "mysql", "postgres"],
    ["select a from t where b = $1", null, "postgres"],
    ["select a from t where b = ?", "mariadb", "mysql"],
    ["select a from t where b = ?", "postgres", "postgres"],
    ["select a from t where b = ?", null, null],
  ] as const)("%s, engine %s: %s", (query, engine, dialect) => {
    expect(loopDialect(query, engine)).toBe(dialect);
  });

  it("is written for both where nothing says it", () => {
    expect(batched("select * from t where id = ?", null)).toBe("select * from t where id in (…)");
  });
});

describe("the target of a loop", () => {
  it.each([
    ["select * from public.users u where u.id = $1", "users", ["id"]],
    ["select * from shop.users where id = $1 and tenant = $2", "shop.users", ["id", "tenant"]],
    ['select * from "a" as "A" inner join "b" as "B" on "B"."x" = "A"."id" where "B"."y" = $1', "b", ["y"]],
    ["select * from a, b where b.y = $1", "b", ["y"]],
    ["select * from users where age > $1", "users", []],
    ["insert into items (a) values ($1)", "items", []],
    ["delete from only items where id = $1", "items", ["id"]],
  ])("%s", (query, table, columns) => {
    expect(loopTarget(query)).toMatchObject({ table, columns });
  });

  it.each(["call f($1)", "select now()", "select * from (select 1) x where a = $1"])("is unknown for %s", (query) => {
    expect(loopTarget(query)).toBeNull();
  });
});
