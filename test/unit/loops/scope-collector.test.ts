import { beforeAll, describe, expect, it } from "vitest";
import { ScopeCollector } from "../../../src/loops/scope-collector.ts";
import type { ScopeEvent } from "../../../src/loops/scope-event.ts";
import { loadSqlParser } from "../../../src/sql/parser.ts";

beforeAll(() => loadSqlParser());

const LIST = "select id, user_id from orders order by id limit 20";
const USER = "select name from users where id = $1";
const START = Date.parse("2026-11-24T10:00:00Z");

function event(at: number, text: string, parameters: string | null, more: Partial<ScopeEvent> = {}): ScopeEvent {
  return {
    scope: "r1",
    name: "GET /orders",
    application: "shop",
    startMs: START + at,
    durationMs: 1,
    text,
    dialect: "postgres",
    parameters,
    rows: 1,
    session: "1",
    callSite: null,
    orm: null,
    ...more,
  };
}

function found(events: readonly ScopeEvent[]) {
  const collector = new ScopeCollector();
  for (const one of events) collector.add(one);
  return collector.finish().loops;
}

/** A list, and a statement for each of its rows. */
function loop(count: number, text = USER, more: Partial<ScopeEvent> = {}): ScopeEvent[] {
  const repeats = Array.from({ length: count }, (_, index) => event(2 + index * 2, text, `p${index}`, more));
  return [event(0, LIST, "", { rows: count, ...more }), ...repeats];
}

describe("an N+1", () => {
  it("is told with its source, its counts, its time and its line", () => {
    const callSite = { file: "src/orders.ts", line: 42, column: 7, functionName: "list" };
    const { loops } = found(loop(11, USER, { callSite, orm: "knex" }));
    expect(loops).toHaveLength(1);
    expect(loops[0]).toMatchObject({
      kind: "n-plus-one",
      scopeClass: "trace",
      route: "GET /orders",
      source: { query: "select id, user_id from orders order by id limit ?" },
      repeated: [{ query: USER }],
      runs: 1,
      executions: 11,
      fewest: 11,
      most: 11,
      callsSaved: 10,
      savedMs: 10,
      callSite,
      orm: "knex",
      sourceRows: 11,
      listed: [{ from: "2026-11-24T10:00:00.002Z", to: "2026-11-24T10:00:00.023Z", count: 11, totalMs: 11 }],
      timeline: [
        { offsetMs: 0, durationMs: 1, count: 1 },
        { offsetMs: 2, durationMs: 11, count: 11 },
      ],
    });
  });

  it("is one loop over all requests of a route, and two where the routes differ", () => {
    const requests = ["r1", "r2", "r3"].flatMap((scope) => loop(6, USER, { scope }));
    expect(found(requests).loops).toMatchObject([{ runs: 3, executions: 18, callsSaved: 15 }]);
    const other = loop(6, USER, { scope: "r4", name: "GET /carts" });
    expect(found([...requests, ...other]).loops).toHaveLength(2);
  });

  it("is found whatever the order of arrival, over several connections, and with values in the text", () => {
    const events = loop(8, USER).map((one, index) => ({
      ...one,
      session: String(index % 5),
      ...(index === 0 ? {} : { text: `select name from users where id = ${index}`, parameters: null }),
    }));
    expect(found(events.toReversed()).loops).toMatchObject([{ executions: 8, source: { query: expect.any(String) } }]);
  });

  it("is found where values are hidden", () => {
    const events = loop(6, "select name from users where id = ?").map((one) => ({ ...one, parameters: null }));
    expect(found(events).loops).toMatchObject([{ kind: "n-plus-one", executions: 6 }]);
  });
});

describe("no N+1", () => {
  it.each<readonly [string, readonly ScopeEvent[]]>([
    ["four repeats", loop(4)],
    ["a batch", [event(0, LIST, ""), event(2, "select name from users where id = any($1)", "p")]],
    ["batches of a loader", loop(9, "select name from users where id in ($1, $2, $3)")],
    ["pages", loop(9, "select * from a order by id limit $1 offset $2")],
    ["keyset pages", loop(9, "select * from a where id > $1 order by id limit 10")],
    ["chunks of an import", loop(9, "insert into a (b) values ($1), ($2)")],
    ["health checks", loop(9, "select 1")],
    [
      "independent requests on one hot query",
      Array.from({ length: 50 }, (_, index) => event(index, USER, `p${index}`, { scope: `r${index}` })),
    ],
    ["a worker that comes back later", Array.from({ length: 9 }, (_, index) => event(index * 5000, USER, `p${index}`))],
    ["a poller", Array.from({ length: 9 }, (_, index) => event(index * 100, "select s from jobs where id = $1", "50"))],
    [
      "a worker that takes jobs from a queue",
      Array.from({ length: 9 }, (_, i) =>
        event(i * 2, "select id from jobs where state = $1 limit 1 for update skip locked", "q"),
      ),
    ],
    ["a retried write", Array.from({ length: 9 }, (_, i) => event(i * 2, "update a set n = n + 1 where id = $1", "7"))],
  ])("%s", (_, events) => {
    expect(found(events).loops).toEqual([]);
  });
});

describe("relatives of the N+1", () => {
  it("the same question again is a redundant query", () => {
    const same = Array.from({ length: 7 }, (_, index) =>
      event(index * 2, "select v from settings where name = $1", "x"),
    );
    expect(found(same).loops).toMatchObject([{ kind: "redundant-query", executions: 7, callsSaved: 6 }]);
  });

  it.each(["insert into a (b) values ($1)", "update a set b = $2 where id = $1", "delete from a where id = $1"])(
    "row by row: %s",
    (text) => {
      expect(found(loop(6, text)).loops).toMatchObject([{ kind: "row-by-row-write", executions: 6, source: null }]);
    },
  );

  it("a transaction of many statements tells how long it waited", () => {
    const inside = Array.from({ length: 12 }, (_, index) => event(10 + index * 10, `select a from t${index % 4}`, ""));
    const { transactions } = found([event(0, "begin", ""), ...inside, event(140, "commit", "")]);
    expect(transactions).toMatchObject([{ runs: 1, executions: 12, durationMs: 141, idleMs: 127 }]);
    expect(transactions[0]?.statements).toHaveLength(4);
    const few = found([event(0, "begin", ""), ...inside.slice(0, 5), event(140, "commit", "")]);
    expect(few.transactions).toEqual([]);
  });
});

describe("statement statistics", () => {
  it("count every execution once, by class", () => {
    const collector = new ScopeCollector();
    for (const one of loop(10)) collector.add(one);
    const { statements, firstMs, lastMs } = collector.finish();
    expect(statements.map(({ calls, totalMs, kind }) => [calls, totalMs, kind])).toEqual([
      [10, 10, "select"],
      [1, 1, "select"],
    ]);
    expect([firstMs, lastMs]).toEqual([START, START + 21]);
  });

  it("are empty without executions", () => {
    expect(new ScopeCollector().finish()).toMatchObject({ statements: [], firstMs: null, lastMs: null });
  });
});
