import { describe, expect, it } from "vitest";
import { collect, eventsOf, scopeSizes } from "./support/collect.ts";
import { KIND, query, request, span } from "./support/otlp.ts";

const server = span({ id: 1, name: "GET /a", kind: KIND.server });

describe("the scope of a statement", () => {
  it("looks through the span that a pool or an ORM puts around each", () => {
    const wrapped = [10, 20, 30].flatMap((id) => [
      span({ id, parent: 1, name: "prisma:client:operation", at: id }),
      span({ id: id + 1, parent: id, name: "pg-pool.connect", kind: KIND.client, at: id }),
      query("select * from a where id = $1", { id: id + 2, parent: id, at: id + 1 }),
    ]);
    const events = eventsOf(server, ...wrapped);
    expect(scopeSizes(events)).toEqual([3]);
    expect(events.map(({ name }) => name)).toEqual(["GET /a", "GET /a", "GET /a"]);
  });

  it("is the message that is handled, not the request around it", () => {
    const messages = [10, 20].flatMap((id) => [
      span({ id, parent: 1, name: "process orders", kind: KIND.consumer }),
      query("select 1", { id: id + 1, parent: id, at: id }),
    ]);
    const events = eventsOf(server, ...messages);
    expect(scopeSizes(events)).toEqual([1, 1]);
    expect(events[0]?.name).toBe("process orders");
  });

  it("is the first span of its service where nothing serves a request", () => {
    const job = span({ id: 1, name: "nightly-report" });
    const steps = [10, 20].flatMap((id) => [
      span({ id, parent: 1, name: "step" }),
      query("select 1", { id: id + 1, parent: id, at: id }),
    ]);
    const events = eventsOf(job, ...steps);
    expect(scopeSizes(events)).toEqual([2]);
    expect(events[0]?.name).toBe("nightly-report");
  });

  it("ends where another service called", () => {
    const caller = span({ id: 1, name: "caller" });
    const called = [10, 20].flatMap((id) => [
      span({ id, parent: 1, name: `handler ${id}` }),
      query("select 1", { id: id + 1, parent: id, at: id }),
    ]);
    const { events } = collect([request([caller], { service: "gateway" }), request(called, { service: "shop" })]);
    expect(scopeSizes(events)).toEqual([1, 1]);
    expect(events.map(({ name, application }) => [name, application])).toEqual([
      ["handler 10", "shop"],
      ["handler 20", "shop"],
    ]);
  });

  it("is the missing span that several others name as their parent", () => {
    const operations = [10, 20, 30].flatMap((id) => [
      span({ id, parent: 999, name: "operation" }),
      query("select 1", { id: id + 1, parent: id, at: id }),
    ]);
    const events = eventsOf(...operations);
    expect(scopeSizes(events)).toEqual([3]);
    expect(events[0]?.name).toBeNull();
  });

  it("is what is left of the way where the flags say that the parent is of another process", () => {
    const operations = [10, 20].flatMap((id) => [
      span({ id, parent: 999, name: `rpc ${id}`, flags: 0x301 }),
      query("select 1", { id: id + 1, parent: id, at: id }),
    ]);
    expect(eventsOf(...operations).map(({ name }) => name)).toEqual(["rpc 10", "rpc 20"]);
  });

  it("is the trace where each statement names another missing parent", () => {
    const statements = [10, 20, 30].map((id) => query("select 1", { id, parent: 900 + id, at: id }));
    const events = eventsOf(...statements);
    expect(scopeSizes(events)).toEqual([3]);
    expect(events[0]?.scope).toBe("00000000000000000000000000000001/shop");
  });

  it("is found where damaged parents lead in a circle", () => {
    const circle = [span({ id: 1, parent: 2 }), span({ id: 2, parent: 1 }), query("select 1", { id: 3, parent: 1 })];
    expect(eventsOf(...circle)).toHaveLength(1);
  });

  it("is of its own for a statement that nothing is above, and that is counted", () => {
    const { tally, events } = collect([
      request([query("select 1", { trace: 1, id: 1 }), query("select 1", { trace: 2, id: 2 })]),
    ]);
    expect(scopeSizes(events)).toEqual([1, 1]);
    expect(tally.aloneStatements).toBe(2);
  });

  it("is of its own for statements that went out in one batch", () => {
    const inserts = [10, 11, 12].map((id) =>
      query("insert into a values ($1)", { id, parent: 1, at: id, attributes: { "db.operation.batch.size": 100 } }),
    );
    expect(scopeSizes(eventsOf(server, ...inserts))).toEqual([1, 1, 1]);
    const single = [20, 21, 22].map((id) =>
      query("insert into a values ($1)", { id, parent: 1, attributes: { "db.operation.batch.size": 1 } }),
    );
    expect(scopeSizes(eventsOf(server, ...single))).toEqual([3]);
  });
});

describe("the name of a scope", () => {
  it.each([
    ["GET", { "http.route": "/a/:id", "http.method": "GET" }, "GET /a/:id"],
    ["whatever", { "http.route": "/a/:id" }, "/a/:id"],
    ["GET /orders/4711/items?token=geheim", {}, "GET /orders/?/items"],
    ["GET /u/0f8fad5b-d9cb-469f-a165-70867728950e", {}, "GET /u/?"],
    ["shop.Orders/List", {}, "shop.Orders/List"],
    ["GET /v2/orders", {}, "GET /v2/orders"],
  ])("of %s %j is %s", (name, attributes, expected) => {
    const events = eventsOf(
      span({ id: 1, name, kind: KIND.server, attributes }),
      query("select 1", { id: 2, parent: 1 }),
    );
    expect(events[0]?.name).toBe(expected);
  });
});
