import { describe, expect, it } from "vitest";
import { readDeadlock } from "../../../src/computed/deadlock-cycle.ts";
import { deadlockRemedy } from "../../../src/computed/deadlock-remedy.ts";
import type { Deadlock, DeadlockMember } from "../../../src/rule.ts";
import { deadlock, deadlockMember, recordLock } from "../../../src/testing.ts";

const remedyOf = (members: readonly DeadlockMember[], fields?: Partial<Deadlock>) =>
  deadlockRemedy(readDeadlock(deadlock(members, fields)));

const updateOrders = "update orders set state = $1 where id = $2";
const updateInvoices = "update public.invoices set state = $1 where id = $2";
const insertItem = "insert into items (order_id) values ($1)";
const victim = { isVictim: true } as const;

describe("deadlockRemedy on PostgreSQL", () => {
  it("orders two tables by name, and says who has to turn around", () => {
    const remedy = remedyOf([
      deadlockMember(2, 1, { query: updateOrders }),
      deadlockMember(1, 2, { query: updateInvoices }),
    ]);
    // pid 2 waits in orders for pid 1, which so holds orders; it holds invoices itself, the first one by name.
    expect(remedy).toMatchObject({
      kind: "relation-order",
      order: ["invoices", "orders"],
      turn: [{ holder: { member: { pid: 1 } }, held: "orders", wanted: "invoices" }],
      rowsOf: [],
    });
  });

  it("orders a circle of three along the circle, so that one alone turns around", () => {
    const remedy = remedyOf([
      deadlockMember(1, 2, { query: "update c set n = $1" }),
      deadlockMember(2, 3, { query: "update a set n = $1" }),
      deadlockMember(3, 1, { query: "update b set n = $1" }),
    ]);
    // 2 held c and wanted a, 3 held a and wanted b, 1 held b and wanted c.
    expect(remedy).toMatchObject({
      kind: "relation-order",
      order: ["a", "b", "c"],
      turn: [{ holder: { member: { pid: 2 } }, held: "c", wanted: "a" }],
    });
  });

  it("orders the rows where both are stuck in one table", () => {
    const members = [deadlockMember(1, 2, { query: updateOrders }), deadlockMember(2, 1, { query: updateOrders })];
    expect(remedyOf(members)).toEqual({ kind: "row-order", relation: "orders" });
  });

  it("takes one table by two spellings for one", () => {
    const members = [
      deadlockMember(1, 2, { query: "update billing.orders set n = $1" }),
      deadlockMember(2, 1, { query: updateOrders }),
    ];
    expect(remedyOf(members)).toEqual({ kind: "row-order", relation: "billing.orders" });
  });

  it("sees shared rows that both want alone", () => {
    const earlier = "select * from orders where id = $1 for share";
    const shared = (pid: number, blocker: number) => deadlockMember(pid, blocker, { query: updateOrders, earlier });
    expect(remedyOf([shared(1, 2), shared(2, 1)])).toEqual({ kind: "row-upgrade", relation: "orders" });
    const oneAlone = [shared(1, 2), deadlockMember(2, 1, { query: updateOrders, earlier: updateOrders })];
    expect(remedyOf(oneAlone)).toEqual({ kind: "row-order", relation: "orders" });
  });

  it("sees the row that two inserts of a child have shared", () => {
    const member = (pid: number, blocker: number) =>
      deadlockMember(pid, blocker, { query: "select * from orders where id = $1 for update", earlier: insertItem });
    expect(remedyOf([member(1, 2), member(2, 1)])).toEqual({
      kind: "foreign-key-upgrade",
      relation: "orders",
      child: "items",
    });
  });

  it("sees two that use a table and both want to lock it", () => {
    const waitsFor = {
      mode: "AccessExclusiveLock",
      object: { kind: "relation", relation: "16385", index: null },
    } as const;
    const lock = (pid: number, blocker: number) =>
      deadlockMember(pid, blocker, { query: "lock table orders in access exclusive mode", waitsFor });
    expect(remedyOf([lock(1, 2), lock(2, 1)])).toEqual({ kind: "table-upgrade", relation: "orders" });
    // One waits for the table, the other one for a row in it: no order of rows helps.
    const mixed = [lock(1, 2), deadlockMember(2, 1, { query: updateOrders })];
    expect(remedyOf(mixed)).toEqual({ kind: "unknown" });
  });

  it("compares relations that both have an id alone, and none with a name", () => {
    const onRelation = (pid: number, blocker: number, relation: string) =>
      deadlockMember(pid, blocker, {
        waitsFor: { mode: "AccessExclusiveLock", object: { kind: "relation", relation, index: null } },
      });
    expect(remedyOf([onRelation(1, 2, "16390"), onRelation(2, 1, "16385")])).toMatchObject({
      order: ["relation 16385", "relation 16390"],
    });
    expect(remedyOf([onRelation(1, 2, "16390"), deadlockMember(2, 1, { query: updateOrders })])).toEqual({
      kind: "unknown",
    });
  });

  it("takes the relation of the context for the session that was rolled back", () => {
    const members = [
      deadlockMember(1, 2, { query: insertItem, ...victim }),
      deadlockMember(2, 1, { query: updateInvoices }),
    ];
    const context =
      'while locking tuple in relation "orders"\nSQL statement "SELECT 1 FROM ONLY public.orders x FOR KEY SHARE OF x"';
    expect(remedyOf(members, { context })).toMatchObject({ kind: "relation-order", order: ["invoices", "orders"] });
  });

  it("does not take an index of the context for a table", () => {
    const members = [
      deadlockMember(1, 2, { query: insertItem, ...victim }),
      deadlockMember(2, 1, { query: insertItem }),
    ];
    const context = 'while inserting index tuple in relation "items_code_key"';
    expect(remedyOf(members, { context })).toEqual({ kind: "row-order", relation: "items" });
  });

  it("orders advisory locks", () => {
    const waitsFor = { mode: "ExclusiveLock", object: { kind: "advisory lock", relation: null, index: null } } as const;
    const query = "select pg_advisory_xact_lock($1)";
    const members = [deadlockMember(1, 2, { query, waitsFor }), deadlockMember(2, 1, { query, waitsFor })];
    expect(remedyOf(members)).toEqual({ kind: "advisory-order" });
  });

  it.each([
    ["statements that are not known", [deadlockMember(1, 2), deadlockMember(2, 1)], null],
    ["one statement that is not known", [deadlockMember(1, 2, { query: updateOrders }), deadlockMember(2, 1)], null],
    [
      "plain inserts, which may wait for a foreign key",
      [deadlockMember(1, 2, { query: insertItem }), deadlockMember(2, 1, { query: updateOrders })],
      null,
    ],
    [
      "an insert beside one whose foreign key the context names",
      [deadlockMember(1, 2, { query: insertItem, ...victim }), deadlockMember(2, 1, { query: insertItem })],
      'while locking tuple in relation "orders"',
    ],
    [
      "a statement over several tables",
      [
        deadlockMember(1, 2, { query: "select * from a join b using (id) for update" }),
        deadlockMember(2, 1, { query: updateOrders }),
      ],
      null,
    ],
    [
      "a snapshot that an index build waits for",
      [
        deadlockMember(1, 2, {
          query: "create index concurrently i on orders (id)",
          waitsFor: { mode: "ShareLock", object: { kind: "virtual transaction", relation: null, index: null } },
        }),
        deadlockMember(2, 1, { query: updateOrders }),
      ],
      null,
    ],
  ])("names no order for %s", (_, members, context) => {
    expect(remedyOf(members, { context })).toEqual({ kind: "unknown" });
  });
});

describe("deadlockRemedy on InnoDB", () => {
  const X = "lock_mode X locks rec but not gap";
  const member = (pid: number, blocker: number, mode: string, relation: string, fields: Partial<DeadlockMember> = {}) =>
    deadlockMember(pid, blocker, {
      waitsFor: recordLock(mode, relation),
      statement: { fingerprint: String(pid), query: `update ${relation} set n = ?` },
      ...fields,
    });
  const insert = { statement: { fingerprint: "1", query: "insert into orders (id) values (?)" } };

  it("reads the tables from the locks", () => {
    const members = [
      member(1, 2, `${X} waiting`, "`shop`.`orders`"),
      member(2, 1, `${X} waiting`, "`shop`.`invoices`"),
    ];
    expect(remedyOf(members)).toMatchObject({ kind: "relation-order", order: ["shop.invoices", "shop.orders"] });
  });

  it("takes the other one of two for the blocker where the log does not say", () => {
    const members = [
      member(1, 2, X, "shop.orders", { blockedBy: [] }),
      member(2, 1, X, "shop.invoices", { blockedBy: [] }),
    ];
    expect(remedyOf(members)).toMatchObject({ kind: "relation-order" });
  });

  it("orders rows of one index", () => {
    const holds = [recordLock(X, "shop.orders")];
    expect(remedyOf([member(1, 2, X, "shop.orders", { holds }), member(2, 1, X, "shop.orders", { holds })])).toEqual({
      kind: "row-order",
      relation: "shop.orders",
    });
  });

  it("takes the partitions of a table for the table", () => {
    const part = (name: string) => `\`shop\`.\`event\` (partition ${name})`;
    const query = "update event set n = ? where id = ?";
    const both = (first: string, second: string, mode = X) => [
      deadlockMember(1, 2, { query, waitsFor: recordLock(X, first), holds: [recordLock(mode, second)] }),
      deadlockMember(2, 1, { query, waitsFor: recordLock(X, second), holds: [recordLock(mode, first)] }),
    ];
    const rowOrder = { kind: "row-order", relation: "shop.event" };
    expect(remedyOf(both(part("p1, subpartition p1sp1"), part("p2, subpartition p2sp0")))).toEqual(rowOrder);
    expect(remedyOf(both("shop.event (partition p1)", "`shop`.`event`"))).toEqual(rowOrder);
    expect(remedyOf(both(part("p1"), part("p1"), "lock mode S"))).toEqual({ ...rowOrder, kind: "row-upgrade" });
    // A table whose own name ends in brackets stays what it is.
    const odd = both("shop.event (old)", "shop.event");
    expect(remedyOf(odd)).toMatchObject({ kind: "relation-order", order: ["shop.event", "shop.event (old)"] });
  });

  it("takes a partition for the table that the statement names", () => {
    const intention = "lock_mode X insert intention waiting";
    const query = "insert into event (id) values (?)";
    const insert = (pid: number, blocker: number) =>
      deadlockMember(pid, blocker, { query, waitsFor: recordLock("lock mode S waiting", "shop.event (partition p1)") });
    expect(remedyOf([insert(1, 2), insert(2, 1)])).toEqual({ kind: "duplicate-key", relation: "shop.event" });
    const other = deadlockMember(2, 1, { query, waitsFor: recordLock(intention, "shop.other (partition p1)") });
    expect(remedyOf([insert(1, 2), other])).toMatchObject({ kind: "relation-order" });
  });

  it("tells two indexes of one table apart", () => {
    const other = { waitsFor: recordLock(X, "shop.orders", "state_idx") };
    expect(remedyOf([member(1, 2, X, "shop.orders"), member(2, 1, X, "shop.orders", other)])).toEqual({
      kind: "index-order",
      relation: "shop.orders",
      indexes: ["PRIMARY", "state_idx"],
    });
  });

  it("sees shared records that both want alone, on the same table only", () => {
    const holds = (relation: string) => ({ holds: [recordLock("lock mode S", relation)] });
    const both = (relation: string) => [
      member(1, 2, X, "shop.orders", holds(relation)),
      member(2, 1, X, "shop.orders", holds(relation)),
    ];
    expect(remedyOf(both("shop.orders"))).toEqual({ kind: "row-upgrade", relation: "shop.orders" });
    expect(remedyOf(both("shop.customers"))).toEqual({ kind: "row-order", relation: "shop.orders" });
  });

  it("tells inserts of one key from inserts into a locked gap", () => {
    const intention = "lock_mode X insert intention waiting";
    const both = (mode: string) => [
      member(1, 2, intention, "shop.orders", { ...insert, holds: [recordLock(mode, "shop.orders")] }),
      member(2, 1, intention, "shop.orders", { ...insert, holds: [recordLock(mode, "shop.orders")] }),
    ];
    expect(remedyOf(both("lock mode S"))).toEqual({ kind: "duplicate-key", relation: "shop.orders" });
    expect(remedyOf(both("lock_mode X"))).toEqual({ kind: "gap-lock", relation: "shop.orders" });
    expect(remedyOf([member(1, 2, "S", "shop.orders", insert), member(2, 1, X, "shop.orders")])).toEqual({
      kind: "duplicate-key",
      relation: "shop.orders",
    });
  });
});
