import { describe, expect, it } from "vitest";
import { statementTarget } from "../../../src/computed/statement-target.ts";

describe("statementTarget", () => {
  it.each([
    ["update orders set state = $1 where id = $2", "orders"],
    ["UPDATE ONLY public.orders o SET state = $1 FROM invoices WHERE o.id = invoices.id", "orders"],
    ['update "Sales"."Order lines" set n = $1', "Sales.Order lines"],
    ["update `shop`.`orders` set state = ? where id = ?", "shop.orders"],
    ["delete from orders using invoices where orders.id = invoices.id", "orders"],
    ["insert into orders (id) values ($1)", "orders"],
    ["insert ignore into orders select * from drafts", "orders"],
    ["select * from orders as o where id = any ($1) order by id for update", "orders"],
    ["/* job */ select id from orders limit 1 for no key update skip locked", "orders"],
    ["lock table orders in exclusive mode", "orders"],
    ["alter table if exists only billing.orders add column note text", "billing.orders"],
    ["create unique index concurrently orders_id on orders (id)", "orders"],
    ["truncate orders", "orders"],
  ])("finds the table of %s", (query, table) => {
    expect(statementTarget(query).table).toBe(table);
  });

  it.each([
    "select 1",
    "select * from orders join invoices using (id) for update",
    "select * from orders, invoices",
    "select * from (select 1) x for update",
    "update orders, invoices set state = ?",
    "delete o from orders o join invoices i on i.id = o.id",
    "with done as (update orders set state = $1 returning id) select * from done",
    "lock table orders, invoices",
    "alter index orders_pkey rename to x",
    "create table orders (id int)",
    "begin",
    "",
  ])("finds no single table in %j", (query) => {
    expect(statementTarget(query).table).toBeNull();
  });

  it.each([
    ["select * from orders for share", "shared"],
    ["select * from orders for key share of orders", "shared"],
    ["select * from orders lock in share mode", "shared"],
    ["select * from orders for no key update", "exclusive"],
    ["select * from orders for update nowait", "exclusive"],
    ["select * from orders", null],
    ["select 'for update' from orders", null],
    ["update orders set for_update = $1", null],
  ])("reads the locking clause of %s", (query, rowLock) => {
    expect(statementTarget(query).rowLock).toBe(rowLock);
  });

  it("tells an upsert from an insert", () => {
    const upserts = [
      "insert into t (id) values ($1) on conflict (id) do update set n = $2",
      "insert into t (id) values (?) on duplicate key update n = ?",
    ];
    const inserts = ["insert into t (id) values ($1)", "insert into t (id) values ($1) on conflict do nothing"];
    expect([...upserts, ...inserts].map((query) => statementTarget(query).isUpsert)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
