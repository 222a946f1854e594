import assert from "node:assert/strict";
import { describe, it } from "vitest";
import rule from "../../../rules/row-by-row-write/index.ts";
import type { OrmId, QueryLoop, StatementStatistic } from "../../../src/rule.ts";
import {
  artifacts,
  findingsOf,
  fingerprintOf,
  queryLoop,
  queryLoops,
  statement,
  statements,
} from "../../../src/testing.ts";
import { ruleSuite } from "../../support/rule-suite.ts";

const INSERT = "insert into items (order_id, sku) values ($1, $2)";
const READ = "update messages set read_at = now() where id = $1";
const RENAME = "update users set name = $1 where id = $2";
const DELETE = "delete from items where id = $1";
const callSite = { file: "src/cart.ts", line: 7, column: 3, functionName: "save" };

const writes = (query: string, fields: Partial<Omit<QueryLoop, "source">> = {}) =>
  queryLoop(query, { kind: "row-by-row-write", route: "POST /orders", most: 30, ...fields });
const of = (loop: QueryLoop, items: readonly StatementStatistic[] = []) =>
  artifacts({ queryLoops: queryLoops({ loops: [loop] }), statements: statements(items) });

ruleSuite(rule, {
  loud: [
    {
      name: "thirty inserts in a request",
      artifacts: of(writes(INSERT, { callSite }), [statement(INSERT, { kind: "insert", calls: 30, totalMs: 30 })]),
      expect: {
        severity: "warning",
        confidence: "measured",
        subject: { kind: "loop", fingerprint: fingerprintOf(INSERT), query: INSERT, route: "POST /orders", callSite },
        messageIncludes: [
          "POST /orders sends 30 statements where 1 would do: insert into items, row by row (src/cart.ts:7).",
          "saves at most 29 statements and 29 ms",
        ],
        savesMsPerHour: 2.9,
        topics: [`statement:${fingerprintOf(INSERT)}`],
      },
    },
    {
      name: "writes behind a read, which is not counted with them",
      artifacts: of(queryLoop(READ, { kind: "row-by-row-write", most: 5, source: "select id from messages" })),
      expect: {
        messageIncludes: [
          "sends 5 statements where 1 would do: update of messages by id",
          "after select id from messages",
        ],
      },
    },
    {
      name: "suspected writes of a log",
      artifacts: of(writes(DELETE, { scopeClass: "stitched" })),
      expect: {
        severity: "warning",
        confidence: "estimated",
        messageIncludes: ["Suspected loop: POST /orders sends 30"],
      },
    },
    {
      name: "a ratio of calls as a hint",
      artifacts: of(writes(INSERT, { scopeClass: "aggregate" }), [statement(INSERT, { calls: 30 })]),
      expect: {
        severity: "info",
        confidence: "heuristic",
        messageIncludes: ["A hint of a loop: insert into items runs 30 times."],
        check: ([finding]) => assert.deepEqual(finding?.topics, []),
      },
    },
    {
      name: "writes that hold most of a busy window as critical",
      artifacts: of(writes(INSERT, { savedMs: 500_000 }), [statement(INSERT, { totalMs: 1_000_000 })]),
      expect: { severity: "critical" },
    },
  ],
  quiet: [
    { name: "no loops", artifacts: artifacts({ queryLoops: queryLoops() }) },
    { name: "four writes in a run", artifacts: of(writes(INSERT, { most: 4, runs: 500 })) },
    {
      name: "five quick writes of one transaction",
      artifacts: of(writes(INSERT, { scopeClass: "transaction", most: 5, savedMs: 1 })),
    },
    {
      name: "quick writes put together by time",
      artifacts: of(writes(INSERT, { scopeClass: "stitched", savedMs: 0, most: 9 })),
    },
    { name: "a read in a loop", artifacts: of(writes("select 1 from items where id = $1", { kind: "n-plus-one" })) },
    {
      name: "inserts of many rows each, which no loop has",
      artifacts: artifacts({
        queryLoops: queryLoops(),
        statements: statements([statement("insert into items values ($1), ($2)", { calls: 5_000 })]),
      }),
    },
  ],
});

const adviceFor = (query: string, fields: Partial<Omit<QueryLoop, "source">> = {}) =>
  findingsOf(rule, { artifacts: of(writes(query, fields)) })[0]?.recommendations.map(({ summary }) => summary) ?? [];

describe("the advice of row-by-row-write", () => {
  it.each([
    [INSERT, "insert into items (order_id, sku) values ($1, $2), ($3, $4), …"],
    [READ, "update messages set read_at = now() where id = any($1)"],
    [RENAME, "update users set name = v.name from unnest($1::…[], $2::…[]) as v (id, name) where users.id = v.id"],
    [DELETE, "delete from items where id = any($1)"],
  ])("writes %s as one statement", (query, batched) => {
    const [only, ...others] = adviceFor(query);
    assert.ok(only?.endsWith(`in one statement instead of 30 times: \`${batched}\`.`), only);
    assert.deepEqual(others, []);
  });

  it.each([
    ["sequelize", INSERT, "`bulkCreate`"],
    ["typeorm", DELETE, "`delete` with `In(keys)`"],
    ["prisma", INSERT, "`createMany`"],
    ["drizzle", DELETE, "`inArray`"],
    ["mikro-orm", INSERT, "`insertMany`"],
    ["objection", READ, "`patch` with `whereIn`"],
    ["knex", INSERT, "`batchInsert`"],
  ] satisfies [OrmId, string, string][])("begins with the form of %s", (orm, query, form) => {
    const [first, second] = adviceFor(query, { orm });
    assert.ok(first?.includes(form), first);
    assert.match(second ?? "", /^Write the rows of \w+ in one statement/);
  });

  it("knows no form of a library for rows with values of their own", () => {
    assert.deepEqual(adviceFor(RENAME, { orm: "typeorm" }).length, 1);
  });

  it("names copy from a thousand inserted rows on, for PostgreSQL alone", () => {
    assert.match(adviceFor(INSERT, { most: 1_000 })[1] ?? "", /`copy … from stdin`/);
    assert.equal(adviceFor(INSERT, { most: 999 }).length, 1);
    assert.equal(adviceFor(DELETE, { most: 1_000 }).length, 1);
    assert.equal(adviceFor("insert into `items` (`sku`) values (?)", { most: 1_000 }).length, 1);
  });

  it("is words alone for what it cannot batch for certain", () => {
    const [only] = adviceFor("update stock set amount = amount - $1 where sku = $2");
    assert.match(only ?? "", /^Write the rows of stock in one statement instead of 30 times: collect the rows/);
  });
});
