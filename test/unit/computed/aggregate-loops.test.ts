import { describe, expect, it } from "vitest";
import { aggregateLoops } from "../../../src/computed/aggregate-loops.ts";
import type { Constraint, StatementStatistic, StatementStatistics } from "../../../src/rule.ts";
import { fingerprintOf, foreignKey, statement, statements } from "../../../src/testing.ts";

const ORDERS = "select id, user_id, total from orders order by created_at desc limit $1";
const USERS = "select * from users order by id limit $1 offset $2";
const USER = "select id, name from users where id = $1";
const USER_ORDERS = 'SELECT count(*) FROM "public"."orders" AS o WHERE o."user_id" = $1';
const KEY = foreignKey("orders_user_id_fkey", "orders", ["user_id"], { table: "users" });

/** 100 pages of 20 rows each. */
const pages = (query: string, fields: Partial<StatementStatistic> = {}) =>
  statement(query, { calls: 100, rows: 2_000, ...fields });
const lookUps = (query: string, fields: Partial<StatementStatistic> = {}) =>
  statement(query, { calls: 2_000, totalMs: 4_000, ...fields });
const hints = (
  items: readonly StatementStatistic[],
  constraints: readonly Constraint[] = [KEY],
  { database = null, ...fields }: Partial<StatementStatistics> & { readonly database?: string | null } = {},
) => aggregateLoops(statements(items, fields), constraints, database);
const textsOf = (loops: ReturnType<typeof hints>) =>
  loops.map(({ source, repeated }) => [source?.query, ...repeated.map(({ query }) => query)]);

describe("loops in counters alone", () => {
  it("are a look-up that ran as often as the referencing table's reads returned rows", () => {
    const [loop, ...others] = hints([pages(ORDERS), lookUps(USER), statement("select now()")]);
    expect(others).toEqual([]);
    expect(loop).toEqual({
      kind: "n-plus-one",
      scopeClass: "aggregate",
      route: null,
      application: null,
      source: { fingerprint: fingerprintOf(ORDERS), query: ORDERS },
      repeated: [{ fingerprint: fingerprintOf(USER), query: USER }],
      orm: null,
      callSite: null,
      runs: 100,
      executions: 2_000,
      fewest: 20,
      most: 20,
      callsSaved: 1_900,
      savedMs: 3_800,
      listed: [],
      timeline: [],
      sourceRows: 2_000,
      chance: 1 / (2 * Math.log(2) * 2_000),
    });
  });

  it.each([
    ["the referenced table's reads", USERS, USER_ORDERS],
    ["a look-up by `= $1` with other conditions that are always the same", USERS, `${USER_ORDERS} and state = 'open'`],
    ["a grouped read by the key", "select user_id, sum(total) from orders group by user_id limit $1", USER],
    ["a joined read of the table", "select o.*, c.name from orders o join carts c on c.order_id = o.id", USER],
    ["MySQL's texts", "select `id`, `user_id` from `orders` limit ?", "select `name` from `users` where `id` = ?"],
  ])("are found after %s", (_, source, lookUp) => {
    expect(textsOf(hints([lookUps(lookUp), pages(source)]))).toEqual([[source, lookUp]]);
  });

  it("are found where a second key relates the same tables", () => {
    const seller = foreignKey("orders_seller_id_fkey", "orders", ["seller_id"], { table: "users" });
    expect(hints([pages(ORDERS), lookUps(USER)], [KEY, seller])).toHaveLength(1);
  });

  it("are two where one page has two loops, and one where two pages could be the source", () => {
    const carts = "select id from carts where user_id = $1";
    const both = foreignKey("carts_user_id_fkey", "carts", ["user_id"], { table: "users" });
    expect(hints([pages(USERS), lookUps(USER_ORDERS), lookUps(carts)], [KEY, both])).toHaveLength(2);
    const near = "select id, user_id from orders where state = $1";
    const items = [pages(near, { rows: 2_003 }), pages(ORDERS, { rows: 2_001 }), lookUps(USER)];
    expect(textsOf(hints(items))).toEqual([[ORDERS, USER]]);
  });

  it("allow for calls that were under way when the counters began or were read", () => {
    expect(hints([pages(ORDERS), lookUps(USER, { calls: 1_980 })])).toHaveLength(1);
    expect(hints([pages(ORDERS), lookUps(USER, { calls: 2_020 })])).toHaveLength(1);
  });

  it.each([
    ["fewer calls than rows", {}, { calls: 1_800 }],
    ["more calls than rows, as requests of their own add", {}, { calls: 2_200 }],
    ["rows that are not known", { rows: null }, {}],
    ["four runs of the source", { calls: 4 }, {}],
    ["four rows a run", { calls: 500 }, {}],
    ["one call for each call of the source", { calls: 2_000 }, {}],
    ["49 look-ups", { calls: 7, rows: 49 }, { calls: 49 }],
    ["a source that writes", { kind: "insert" }, {}],
    ["a look-up that writes", {}, { kind: "update" }],
  ] as const)("are not %s", (_, source, lookUp) => {
    expect(hints([pages(ORDERS, source), lookUps(USER, lookUp)])).toEqual([]);
  });

  it.each([
    ["a list, whose length the text does not tell", ORDERS, "select id, name from users where id in ($1)"],
    ["an array of keys", ORDERS, "select id, name from users where id = any($1)"],
    ["a range", ORDERS, "select id, name from users where id > $1"],
    ["a look-up by another column", ORDERS, "select id, name from users where email = $1"],
    ["a look-up by more columns than the key's", ORDERS, "select name from users where id = $1 and tenant_id = $2"],
    ["pages", USERS, "select id from orders where user_id = $1 limit $2 offset $3"],
    ["a queue", USERS, "select id from orders where user_id = $1 limit $2 for update skip locked"],
    ["a check of a foreign key", ORDERS, 'select 1 from only "users" x where "id" = $1 for key share of x'],
    ["a union", ORDERS, "select id from users where id = $1 union select id from admins where id = $1"],
    ["a source of another table", "select id, user_id from carts limit $1", USER],
    ["a source that does not read the key", "select id, total from orders limit $1", USER],
    ["a source that counts the key", "select state, count(user_id) from orders group by state", USER],
    [
      "a source whose condition is on a joined table",
      "select o.* from orders o join carts c using (id) where c.id = $1",
      USER,
    ],
    ["a source that cannot be read", "table orders", USER],
  ])("are not %s", (_, source, lookUp) => {
    expect(hints([pages(source), lookUps(lookUp)])).toEqual([]);
  });

  it("are not a statement that looks up what it returns itself", () => {
    const children = "select id, parent_id from nodes where parent_id = $1";
    const key = foreignKey("nodes_parent_id_fkey", "nodes", ["parent_id"], { table: "nodes" });
    expect(hints([statement(children, { calls: 2_000, rows: 2_000 })], [key])).toEqual([]);
  });

  it("are not told without a foreign key between the two", () => {
    expect(hints([pages(ORDERS), lookUps(USER)], [])).toEqual([]);
    const inherited = foreignKey("p1_user_id_fkey", "orders", ["user_id"], { table: "users" }, { isInherited: true });
    expect(hints([pages(ORDERS), lookUps(USER)], [inherited])).toEqual([]);
    const others = foreignKey("orders_address_id_fkey", "orders", ["address_id"], { table: "addresses" });
    expect(hints([pages(ORDERS), lookUps(USER)], [others])).toEqual([]);
  });

  it("are those of the database whose foreign keys are known", () => {
    const copy = [pages(ORDERS, { database: "copy" }), lookUps(USER, { database: "copy" })];
    const both = [pages(ORDERS), lookUps(USER), ...copy];
    expect(hints(copy)).toHaveLength(1);
    expect(hints(copy, [KEY], { database: "shop" })).toEqual([]);
    expect(hints(both, [KEY], { database: "shop" })).toHaveLength(1);
    expect(hints(both)).toEqual([]);
    expect(hints([pages(ORDERS, { database: "copy" }), lookUps(USER)], [KEY], { database: "shop" })).toEqual([]);
    expect(hints([])).toEqual([]);
  });

  it.each(["log", "sampled"] as const)("are not told of counters of the kind %s", (kind) => {
    const { window } = statements([]);
    expect(hints([pages(ORDERS), lookUps(USER)], [KEY], { window: { ...window, kind } })).toEqual([]);
  });

  it("must match more closely the more pairs are compared", () => {
    const close = [pages(ORDERS), lookUps(USER, { calls: 1_990 })];
    expect(hints(close)).toHaveLength(1);
    const others = Array.from({ length: 10 }, (_, at) => pages(`${ORDERS} /* ${at} */`, { rows: 2_500 + at * 100 }));
    expect(hints([...close, ...others])).toEqual([]);
    expect(hints([pages(ORDERS), lookUps(USER), ...others])).toHaveLength(1);
    const short = others.map((other) => ({ ...other, calls: 450 }));
    expect(hints([...close, ...short])).toHaveLength(1);
  });

  it("are hardly ever seen in counters that have nothing to do with each other", () => {
    let seed = 7;
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const count = (least: number) => Math.round(least * 1_000 ** random());
    const servers = Array.from({ length: 200 }, () => [
      ...Array.from({ length: 8 }, (_, at) => {
        const calls = count(10);
        return statement(`${ORDERS} /* ${at} */`, { calls, rows: Math.round(calls * (5 + 45 * random())) });
      }),
      ...Array.from({ length: 8 }, (_, at) => statement(`${USER} /* ${at} */`, { calls: count(50) })),
    ]);
    const speaking = servers.filter((items) => hints(items).length > 0).length;
    // 10 of 200 are expected; 18 is the 99th percentile of so many tries.
    expect(speaking).toBeLessThanOrEqual(18);
  });
});
