import { beforeAll, describe, expect, it } from "vitest";
import { ScopeCollector } from "../../../src/loops/scope-collector.ts";
import type { ScopeEvent } from "../../../src/loops/scope-event.ts";
import { loadSqlParser } from "../../../src/sql/parser.ts";

beforeAll(() => loadSqlParser());

const JOIN =
  "select p.id, c.id, t.id from posts p left join comments c on c.post_id = p.id left join tags t on t.post_id = p.id";
const START = Date.parse("2026-11-24T10:00:00Z");
const callSite = { file: "src/posts.ts", line: 9, column: 1, functionName: null };

/** 1,200 rows of ten posts by GET /posts, in 8 ms. */
function event(fields: Partial<ScopeEvent> = {}): ScopeEvent {
  return {
    scope: "r1",
    name: "GET /posts",
    application: null,
    startMs: START,
    durationMs: 8,
    text: JOIN,
    dialect: "postgres",
    parameters: "",
    rows: 1200,
    entities: 10,
    session: "1",
    callSite: null,
    orm: null,
    ...fields,
  };
}

function joinsOf(...events: readonly ScopeEvent[]) {
  const collector = new ScopeCollector();
  for (const one of events) collector.add(one);
  return collector.finish().loops.joins;
}

describe("a wide join", () => {
  it("has the rows, entities and executions of all requests of a route, with the line and the library", () => {
    const joins = joinsOf(
      event(),
      event({ scope: "r2", rows: 300, entities: 5, callSite, orm: "knex", startMs: START + 1000 }),
    );
    expect(joins).toMatchObject([
      {
        statement: { query: JOIN },
        route: "GET /posts",
        application: null,
        executions: 2,
        rows: 1500,
        entities: 15,
        callSite,
        orm: "knex",
        listed: [
          { from: "2026-11-24T10:00:00.000Z", to: "2026-11-24T10:00:00.008Z", count: 1, totalMs: 8 },
          { from: "2026-11-24T10:00:01.000Z" },
        ],
      },
    ]);
  });

  it("is told for each route, the one with most rows beyond its entities first", () => {
    const other = event({ name: "GET /tags", scope: "r2", rows: 5000, entities: 4000 });
    const half = event({ name: "GET /half", scope: "r3", rows: 2000, entities: 1000 });
    const joins = joinsOf(other, half, event());
    expect(joins.map(({ route, rows }) => [route, rows])).toEqual([
      ["GET /posts", 1200],
      ["GET /half", 2000],
    ]);
  });

  it("counts the executions alone that repeat entities, and lists twenty", () => {
    const narrow = event({ rows: 12, entities: 10 });
    expect(joinsOf(narrow, event(), narrow)).toMatchObject([{ executions: 1, rows: 1200, entities: 10 }]);
    expect(joinsOf(...Array.from({ length: 30 }, () => event()))[0]).toMatchObject({
      executions: 30,
      listed: { length: 20 },
    });
  });
});

describe("no wide join", () => {
  it.each<readonly [string, Partial<ScopeEvent>]>([
    ["entities that were not counted", { entities: null }],
    ["rows that are not known", { rows: null }],
    ["fewer than two rows an entity", { rows: 1199, entities: 600 }],
    ["one join", { text: "select p.id, c.id from posts p left join comments c on c.post_id = p.id" }],
    ["no join", { text: "select id from posts" }],
    ["a write", { text: `insert into copies ${JOIN}` }],
  ])("%s", (_, fields) => {
    expect(joinsOf(event(fields))).toEqual([]);
  });

  it("an event of a source that never counts entities", () => {
    const { entities: _, ...uncounted } = event();
    expect(joinsOf(uncounted)).toEqual([]);
  });
});
