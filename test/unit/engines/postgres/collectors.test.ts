import { beforeAll, describe, expect, it } from "vitest";
import { type CollectContext, present } from "../../../../src/engines/engine.ts";
import { defineCollector } from "../../../../src/engines/postgres/collectors/collector.ts";
import { statements } from "../../../../src/engines/postgres/collectors/statements.ts";
import type { PostgresSession, Row } from "../../../../src/engines/postgres/session.ts";
import { loadSqlParser } from "../../../../src/sql/parser.ts";

beforeAll(loadSqlParser);

const context: CollectContext = {
  explainTop: 0,
  allDatabases: false,
  keepLiterals: false,
  knownQueries: () => new Map(),
  collected: {},
};

/** A session of PostgreSQL 17 that answers a read by a part of its text; `reads` notes what was asked. */
function sessionOf(answers: Readonly<Record<string, readonly Row[]>>, reads: string[] = []): PostgresSession {
  return {
    target: { engine: "postgres", host: "h", port: 5432, database: "shop", user: "mon", name: null },
    notices: [],
    majorVersion: 17,
    versionNumber: 170_000,
    pooler: null,
    read: (sql, _parameters, fromRow) => {
      const [part, rows] = Object.entries(answers).find(([key]) => sql.includes(key)) ?? ["nothing", []];
      reads.push(part);
      return Promise.resolve(rows.map(fromRow));
    },
    transaction: () => Promise.reject(new Error("not asked for")),
    close: () => Promise.resolve(),
  };
}

const EXTENSION: Row = {
  database: "shop",
  now: "2026-11-23T09:40:00.000Z",
  version: "1.11",
  schema_name: "public",
  may_use_schema: true,
  is_loaded: true,
  preloaded_libraries: "pg_stat_statements",
  times_blocks: true,
  computes_query_ids: true,
  tracks: true,
};
const RESET: Row = { stats_reset_at: "2026-11-22T09:40:00.000Z", evictions: "3" };

function entry(queryid: string, database = "shop"): Row {
  return {
    queryid,
    dbperf_database: database,
    calls: "2",
    rows: "2",
    total_exec_time: 4,
    min_exec_time: 1,
    max_exec_time: 3,
    stddev_exec_time: 1,
  };
}

const FIRST = "pg_stat_statements(false)";
const TEXTS = "pg_stat_statements(true)";
const others = { pg_extension: [EXTENSION], pg_stat_statements_info: [RESET] };
const known = new Map([
  ["1", "select * from a where id = $1"],
  ["2", "select * from b where id = $1"],
]);

describe("statements", () => {
  it("ask for no text where all ids are known", async () => {
    const reads: string[] = [];
    const session = sessionOf({ [FIRST]: [entry("1"), entry("2"), entry("1")], ...others }, reads);
    const result = await statements.collect(session, { ...context, knownQueries: () => known });
    expect(reads).not.toContain("nothing");
    expect(reads).not.toContain(TEXTS);
    expect(result).toMatchObject({
      value: { evictions: 3, items: [{ calls: 4, totalMs: 8 }, { calls: 2 }] },
      gaps: [],
    });
  });

  it("take other databases only when asked", async () => {
    const session = sessionOf({ [FIRST]: [entry("1"), entry("2", "other")], ...others });
    const one = await statements.collect(session, { ...context, knownQueries: () => known });
    const all = await statements.collect(session, { ...context, knownQueries: () => known, allDatabases: true });
    expect(one).toMatchObject({ value: { items: [{ database: "shop" }], databases: [{}, {}] } });
    expect(all.status === "present" && all.value.items.map(({ database }) => database).sort()).toEqual([
      "other",
      "shop",
    ]);
  });

  it("say where the server has lost the texts", async () => {
    const session = sessionOf({ [FIRST]: [entry("1"), entry("9")], [TEXTS]: [], ...others });
    const result = await statements.collect(session, { ...context, knownQueries: () => known });
    expect(result).toMatchObject({ gaps: [{ what: "1 statement entry without text", reason: "failed" }] });
  });
});

describe("defineCollector", () => {
  const failing = (...errors: readonly string[]) => {
    let calls = 0;
    const collector = defineCollector({
      artifact: "tables",
      hint: () => "grant",
      collect: () => {
        const code = errors[calls];
        calls += 1;
        if (code === undefined) return Promise.resolve(present([], "test"));
        return Promise.reject(Object.assign(new Error("no"), { code, severity: "ERROR" }));
      },
    });
    return async () => ({ result: await collector.collect(sessionOf({}), context), calls });
  };

  it("looks once more after a lock that came in between", async () => {
    expect(await failing("55P03")()).toMatchObject({ result: { status: "present" }, calls: 2 });
    expect(await failing("55P03", "55P03")()).toMatchObject({ result: { reason: "timed-out" }, calls: 2 });
  });

  it("does not repeat what was refused or took too long", async () => {
    expect(await failing("42501")()).toMatchObject({
      result: { reason: "permission-denied", hint: "grant" },
      calls: 1,
    });
    expect(await failing("57014")()).toMatchObject({ result: { reason: "timed-out" }, calls: 1 });
  });

  it("throws where the connection is lost", async () => {
    await expect(failing("57P01")()).rejects.toThrow("no");
  });
});
