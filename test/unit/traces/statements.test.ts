import { describe, expect, it } from "vitest";
import { collect, eventsOf } from "./support/collect.ts";
import { KIND, query, request, span } from "./support/otlp.ts";

const server = span({ id: 1, name: "GET /a", kind: KIND.server });

describe("a statement", () => {
  it("is read from the older conventions as from the stable ones", () => {
    const stable = query("select $1", {
      id: 2,
      attributes: {
        "db.response.returned_rows": 12,
        "code.file.path": "src/orders.ts",
        "code.line.number": 42,
        "code.column.number": 7,
        "code.function.name": "loadItems",
      },
    });
    const older = span({
      id: 2,
      kind: KIND.client,
      name: "pg.query",
      attributes: {
        "db.system": "postgresql",
        "db.statement": "select $1",
        "code.filepath": "file://src/orders.ts",
        "code.lineno": 42,
        "code.column": 7,
        "code.function": "loadItems",
      },
    });
    const [a, b] = [eventsOf(stable)[0], eventsOf(older)[0]];
    expect(a).toMatchObject({
      text: "select $1",
      dialect: "postgres",
      rows: 12,
      callSite: { file: "src/orders.ts", line: 42, column: 7, functionName: "loadItems" },
    });
    expect(b).toEqual({ ...a, rows: null });
  });

  it("of MySQL or MariaDB has its dialect", () => {
    const of = (system: string) => eventsOf(query("select 1", { id: 2, attributes: { "db.system.name": system } }));
    expect(of("mysql")[0]?.dialect).toBe("mysql");
    expect(of("mariadb")[0]?.dialect).toBe("mysql");
  });

  it("has parameters that are equal where the bound values are, and are not the values", () => {
    const bound = (id: number, values: Record<string, string>) => {
      const attributes = Object.fromEntries(
        Object.entries(values).map(([key, value]) => [`db.query.parameter.${key}`, value]),
      );
      return eventsOf(query("select $1, $2", { id, attributes }))[0]?.parameters;
    };
    const first = bound(2, { "0": "geheim", "1": "b" });
    expect(first).toMatch(/^[0-9a-f]{16}$/);
    expect(bound(3, { "1": "b", "0": "geheim" })).toBe(first);
    expect(bound(4, { "0": "b", "1": "geheim" })).not.toBe(first);
    expect(bound(5, {})).toBeNull();
  });

  it("takes values that instrumentation-pg reports", () => {
    const of = (values: readonly string[]) =>
      eventsOf(query("select $1", { id: 2, attributes: { "db.postgresql.values": values } }))[0]?.parameters;
    expect(of(["1"])).toMatch(/^[0-9a-f]{16}$/);
    expect(of(["1"])).not.toBe(of(["2"]));
  });

  it("of a service without a name has no application", () => {
    const { events } = collect([request([query("select 1", { id: 2 })], { service: "unknown_service:node" })]);
    expect(events[0]?.application).toBeNull();
  });

  it("names the ORM whose instrumentation is around it, the outermost one", () => {
    const { events } = collect([
      request([server]),
      request([span({ id: 2, parent: 1, name: "find" })], { scope: "@opentelemetry/instrumentation-sequelize" }),
      request([span({ id: 3, parent: 2, name: "raw" })], { scope: "@opentelemetry/instrumentation-knex" }),
      request([query("select 1", { id: 4, parent: 3 })], { scope: "@opentelemetry/instrumentation-pg" }),
    ]);
    expect(events[0]?.orm).toBe("sequelize");
  });
});

describe("two spans of one statement", () => {
  const outer = { id: 2, parent: 1, ms: 5, attributes: { "code.file.path": "src/a.ts", "code.line.number": 3 } };

  it("count as the innermost, which takes what only the outer one knows", () => {
    const events = eventsOf(
      server,
      query("select * from a where id = ?;", outer),
      query("SELECT * FROM a WHERE id = $1 /*traceparent='00-1'*/", { id: 3, parent: 2, at: 1, ms: 2 }),
    );
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ durationMs: 2, callSite: { file: "src/a.ts", line: 3 } });
  });

  it("count as the innermost with a span between them, and where the outer one shows no text", () => {
    const { events, tally } = collect([
      request([
        server,
        span({
          id: 2,
          parent: 1,
          name: "User.findOne",
          attributes: { "db.system": "postgresql", "db.operation": "findOne" },
        }),
        span({ id: 3, parent: 2, name: "pool" }),
        query("select * from users", { id: 4, parent: 3 }),
      ]),
    ]);
    expect(events).toHaveLength(1);
    expect(tally.hiddenTexts).toBe(0);
  });

  it("count as the innermost where one text is cut off", () => {
    const long = `select ${Array.from({ length: 40 }, (_, index) => `column_${index}`).join(", ")} from a`;
    expect(eventsOf(server, query(`${long.slice(0, 120)}...`, outer), query(long, { id: 3, parent: 2 }))).toHaveLength(
      1,
    );
  });

  it("are two where their texts differ", () => {
    expect(
      eventsOf(server, query("select 1 from a", outer), query("select 1 from b", { id: 3, parent: 2 })),
    ).toHaveLength(2);
  });

  it("are two where they stand side by side", () => {
    expect(eventsOf(server, query("select 1", outer), query("select 1", { id: 3, parent: 1 }))).toHaveLength(2);
  });
});

describe("what is no statement that is looked at", () => {
  it("is counted: other systems by name, hidden texts, spans without a time", () => {
    const { events, tally } = collect([
      request([
        server,
        query("get a", { id: 2, parent: 1, attributes: { "db.system.name": "redis" } }),
        query("get b", { id: 3, parent: 1, attributes: { "db.system.name": "redis" } }),
        span({ id: 4, parent: 1, name: "SELECT a", kind: KIND.client, attributes: { "db.system.name": "postgresql" } }),
        { ...query("select 1", { id: 5, parent: 1 }), endTimeUnixNano: "0" },
        { ...query("select 1", { id: 6, parent: 1 }), spanId: "0000000000000000" },
      ]),
    ]);
    expect(events).toEqual([]);
    expect(tally).toMatchObject({ hiddenTexts: 1, untimed: 1, damagedSpans: 1, statements: 0 });
    expect([...tally.otherSystems]).toEqual([["redis", 2]]);
  });

  it("is not the opening of a connection, nor a span of no database", () => {
    const { events, tally } = collect([
      request([
        server,
        span({ id: 2, parent: 1, name: "pg.connect", kind: KIND.client, attributes: { "db.system": "postgresql" } }),
        span({
          id: 3,
          parent: 1,
          name: "pg-pool.connect",
          kind: KIND.client,
          attributes: { "db.system": "postgresql" },
        }),
        span({ id: 4, parent: 1, name: "GET", kind: KIND.client, attributes: { "http.request.method": "GET" } }),
      ]),
    ]);
    expect(events).toEqual([]);
    expect(tally.hiddenTexts).toBe(0);
  });
});
