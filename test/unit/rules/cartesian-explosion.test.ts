import assert from "node:assert/strict";
import { describe, it } from "vitest";
import rule from "../../../rules/cartesian-explosion/index.ts";
import type { OrmId, StatementStatistic, WideJoin } from "../../../src/rule.ts";
import {
  artifacts,
  findingsOf,
  fingerprintOf,
  queryLoops,
  statement,
  statements,
  wideJoin,
} from "../../../src/testing.ts";
import { ruleSuite } from "../../support/rule-suite.ts";

const JOIN =
  'select * from "posts" as "Post" left outer join "comments" as "Comments" on "Post"."id" = "Comments"."postId" left outer join "tags" as "Tags" on "Post"."id" = "Tags"."postId"';
const PAIR = "select * from posts left join comments on comments.post_id = posts.id";
const PAGE =
  'select "Post".*, "Comments"."id" as "Comments.id" from (select "Post"."id" from "posts" as "Post" limit ?) as "Post" left outer join "comments" as "Comments" on "Post"."id" = "Comments"."postId" left outer join "tags" as "Tags" on "Post"."id" = "Tags"."postId"';
const PAGE_OF_ONE = PAGE.slice(0, PAGE.lastIndexOf(" left outer"));
const callSite = { file: "src/posts.ts", line: 9, column: 1, functionName: null };

const of = (
  fields: Partial<Omit<WideJoin, "statement">> = {},
  query = JOIN,
  items: readonly StatementStatistic[] = [],
) => artifacts({ queryLoops: queryLoops({ joins: [wideJoin(query, fields)] }), statements: statements(items) });

ruleSuite(rule, {
  loud: [
    {
      name: "2,000 rows for 20 posts, with the tables that multiply",
      artifacts: of({ callSite, executions: 2, rows: 4_000, entities: 40 }, JOIN, [
        statement(JOIN, { calls: 4, totalMs: 8_000 }),
      ]),
      expect: {
        severity: "warning",
        confidence: "measured",
        subject: { kind: "loop", fingerprint: fingerprintOf(JOIN), query: JOIN, route: "GET /posts", callSite },
        messageIncludes: [
          "GET /posts reads 2,000 rows for 20 entities: a join of posts, comments and tags (src/posts.ts:9).",
          "2 executions returned 4,000 rows for 40 entities: each one comes 100 times.",
        ],
        savesMsPerHour: 400,
        topics: [`statement:${fingerprintOf(JOIN)}`],
        check: ([finding]) =>
          assert.equal(
            finding?.recommendations[0]?.summary,
            "Load each has-many relation but the first among comments and tags by its own query with the keys of the first (one more statement for each relation).",
          ),
      },
    },
    {
      name: "one whose entities were not counted, as a hint that explains nothing",
      artifacts: of({ entities: null }, JOIN, [statement(JOIN, { calls: 1 })]),
      expect: {
        confidence: "heuristic",
        messageIncludes: ["Suspected: GET /posts reads 2,000 rows at once", "a hint only"],
        check: ([finding]) => assert.deepEqual(finding?.topics, []),
      },
    },
    {
      name: "one whose text does not show its tables",
      artifacts: of({}, "with p as (select 1) select * from p join c on true"),
      expect: { savesMsPerHour: null, messageIncludes: ["Where a join has several has-many relations"] },
    },
    {
      name: "a page of entities that has-many relations are joined to",
      artifacts: of({}, PAGE),
      expect: { messageIncludes: ["a join of Post, comments and tags."] },
    },
  ],
  quiet: [
    { name: "no joins", artifacts: artifacts({ queryLoops: queryLoops() }) },
    { name: "fewer rows in one execution", artifacts: of({ executions: 10, rows: 9_990, entities: 10 }) },
    { name: "nine rows for each entity", artifacts: of({ rows: 9_000, entities: 1_000 }) },
    { name: "many rows of one has-many relation", artifacts: of({ rows: 50_000, entities: 10 }, PAIR) },
    { name: "many rows of one relation whose entities were not counted", artifacts: of({ entities: null }, PAIR) },
    { name: "a page with one has-many relation", artifacts: of({}, PAGE_OF_ONE) },
    { name: "2,000 rows below a raised threshold", artifacts: of(), thresholds: { minRows: 2_001 } },
  ],
});

describe("the advice of cartesian-explosion", () => {
  it.each([
    ["sequelize", "`separate: true`"],
    ["typeorm", '`relationLoadStrategy: "query"`'],
    ["prisma", '`relationLoadStrategy: "query"`'],
    ["drizzle", "`inArray`"],
    ["mikro-orm", '`strategy: "select-in"`'],
    ["objection", "`withGraphFetched` in place of `withGraphJoined`"],
    ["knex", "`whereIn`"],
  ] satisfies [OrmId, string][])("has the form of %s", (orm, form) => {
    const summary = findingsOf(rule, { artifacts: of({ orm }) })[0]?.recommendations[0]?.summary ?? "";
    assert.ok(summary.includes(form), summary);
  });
});
