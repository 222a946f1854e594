import assert from "node:assert/strict";
import { describe, it } from "vitest";
import rule from "../../../rules/n-plus-one/index.ts";
import type { Constraint, FindingDraft, QueryLoop, StatementStatistic } from "../../../src/rule.ts";
import {
  artifacts,
  databaseCounters,
  findingsOf,
  fingerprintOf,
  foreignKey,
  logFacts,
  loggedStatement,
  loopRun,
  queryLoop,
  queryLoops,
  statement,
  statements,
} from "../../../src/testing.ts";
import { ruleSuite } from "../../support/rule-suite.ts";

const ORDERS = "select id, user_id from orders limit $1";
const USER = "select id, name from users where id = $1";
const COMMENTS = "select * from comments where post_id = $1 order by id";
const POSTS = "select id from posts where blog_id = $1";
const callSite = { file: "src/orders.ts", line: 42, column: 7, functionName: "listOrders" };

const traced = queryLoop(USER, { source: ORDERS, callSite, sourceRows: 50 });
const stitched = queryLoop(USER, { source: ORDERS, scopeClass: "stitched", route: null, chance: 0.0000004 });
const few = (fields: Partial<Omit<QueryLoop, "source">>) => queryLoop(USER, { source: ORDERS, most: 5, ...fields });

const of = (loops: readonly QueryLoop[], items: readonly StatementStatistic[] = [], hours: number | null = 10) =>
  artifacts({ queryLoops: queryLoops({ loops }), statements: statements(items, { hours }) });
const withKeys = (loop: QueryLoop, constraints: readonly Constraint[]) =>
  artifacts({ queryLoops: queryLoops({ loops: [loop] }), constraints });

const ORDERS_KEY = foreignKey("orders_user_id_fkey", "orders", ["user_id"], { table: "users" });
const PAGES = statement(ORDERS, { calls: 100, rows: 2_000 });
const LOOK_UPS = statement(USER, { calls: 2_000, totalMs: 4_000 });
const counters = (items: readonly StatementStatistic[], values: Partial<Parameters<typeof artifacts>[0]> = {}) =>
  artifacts({ statements: statements(items), constraints: [ORDERS_KEY], ...values });

const summaries = ([finding]: readonly FindingDraft[]) => finding?.recommendations.map(({ summary }) => summary) ?? [];
const firstSummary = (findings: readonly FindingDraft[]) => summaries(findings)[0] ?? "";
const notes = ([finding]: readonly FindingDraft[]) =>
  (finding?.evidence ?? []).flatMap((item) => (item.kind === "note" ? [item.text] : []));

ruleSuite(rule, {
  loud: [
    {
      name: "a traced loop with its line, its numbers and the batched statement",
      artifacts: of([traced], [statement(USER, { calls: 60, totalMs: 60 })]),
      expect: {
        severity: "warning",
        confidence: "measured",
        subject: {
          kind: "loop",
          fingerprint: fingerprintOf(USER),
          query: USER,
          source: fingerprintOf(ORDERS),
          route: "GET /orders",
          application: "web",
          callSite,
        },
        messageIncludes: [
          "GET /orders sends 51 statements where 2 would do: users by id, once per row of orders (src/orders.ts:42).",
          "1 run of 50 executions.",
          "saves at most 49 statements and 49 ms of database time",
          "which returned 50 rows",
        ],
        savesMsPerHour: 4.9,
        topics: [`statement:${fingerprintOf(USER)}`, `loop:GET /orders:${fingerprintOf(USER)}`],
        check: (findings) => {
          assert.deepEqual(summaries(findings), [
            "Read users once for all keys instead of 50 times: `select id, name from users where id = any($1)`.",
          ]);
          assert.deepEqual(findings[0]?.instances, [{ ...pickTimes(loopRun(50)), count: 50, query: USER }]);
        },
      },
    },
    {
      name: "five repeats that a trace shows, whatever they cost",
      artifacts: of([few({ callSite, savedMs: 0.2 })]),
      expect: { severity: "warning", messageIncludes: ["sends 6 statements where 2 would do"] },
    },
    {
      name: "a statement that runs elsewhere too, which the loop does not explain",
      artifacts: of([traced], [statement(USER, { calls: 1_000, totalMs: 1_000 })]),
      expect: {
        check: ([finding]) => assert.deepEqual(finding?.topics, [`loop:GET /orders:${fingerprintOf(USER)}`]),
      },
    },
    {
      name: "a loop of one transaction without a route",
      artifacts: of([queryLoop(USER, { scopeClass: "transaction", route: null, application: null })]),
      expect: {
        confidence: "measured",
        messageIncludes: [
          "One transaction sends 50 statements where 1 would do: users by id, each time with another key.",
        ],
      },
    },
    {
      name: "a stitched loop as suspected, with its chance",
      artifacts: of([stitched]),
      expect: {
        severity: "warning",
        confidence: "estimated",
        messageIncludes: ["Suspected loop: web sends 51 statements", "Suspected, not proved", "a chance of < 0.1 %"],
      },
    },
    {
      name: "a ratio of calls as a hint that explains nothing",
      artifacts: of(
        [queryLoop(USER, { source: ORDERS, scopeClass: "aggregate", runs: 10, executions: 200, most: 20, listed: [] })],
        [statement(USER, { calls: 200, totalMs: 200 })],
      ),
      expect: {
        severity: "info",
        confidence: "heuristic",
        messageIncludes: [
          "A hint of a loop: users by id runs 20 times for each run of a statement over orders",
          "A hint only",
        ],
        check: (findings) => {
          assert.deepEqual(findings[0]?.topics, []);
          assert.doesNotMatch(firstSummary(findings), /times/);
        },
      },
    },
    {
      name: "counters of a look-up that match the rows of a related read, where nothing else was seen, as a hint",
      artifacts: counters([PAGES, LOOK_UPS]),
      expect: {
        severity: "info",
        confidence: "heuristic",
        subject: {
          kind: "loop",
          fingerprint: fingerprintOf(USER),
          query: USER,
          source: fingerprintOf(ORDERS),
          route: null,
          application: null,
          callSite: null,
        },
        messageIncludes: [
          "A hint of a loop: users by id runs 20 times for each run of a statement over orders.",
          "ran 2,000 times, 20 times for each run of a statement over orders, which returned 2,000 rows in all. ",
          "If that is a loop, one statement for each run of it saves at most 1,900 statements and 3.8 s",
          "A hint only",
          "The chance that unrelated counters come so close is < 0.1 %",
        ],
        savesMsPerHour: 380,
        check: (findings) => {
          assert.deepEqual(findings[0]?.topics, []);
          assert.deepEqual(findings[0]?.instances, []);
          assert.match(notes(findings).join(), /orders_user_id_fkey/);
          const metrics = findings[0]?.evidence.flatMap((item) => (item.kind === "metric" ? [item.name] : []));
          assert.deepEqual(metrics?.slice(0, 2), [
            "mean repeats for each run of the source, rounded down",
            "rows that the source returned",
          ]);
        },
      },
    },
    {
      name: "a hint beside loops of other look-ups",
      artifacts: counters([PAGES, LOOK_UPS], { queryLoops: queryLoops({ loops: [queryLoop(COMMENTS)] }) }),
      expect: {
        count: 2,
        check: (findings) =>
          assert.deepEqual(
            findings.map(({ severity }) => severity),
            ["warning", "info"],
          ),
      },
    },
    {
      name: "a look-up that was seen in a loop, without the hint of its counters",
      artifacts: counters([PAGES, LOOK_UPS], { queryLoops: queryLoops({ loops: [stitched] }) }),
      expect: { count: 1, confidence: "estimated" },
    },
    {
      name: "two hundred repeats in a run as critical",
      artifacts: of([queryLoop(USER, { source: ORDERS, most: 200 })]),
      expect: { severity: "critical" },
    },
    {
      name: "repeats that hold most of a busy window as critical",
      artifacts: of([queryLoop(USER, { source: ORDERS, savedMs: 500_000 })], [statement(USER, { totalMs: 1_000_000 })]),
      expect: { severity: "critical", savesMsPerHour: 50_000 },
    },
    {
      name: "repeats that hold most of a window with little in it as a warning",
      artifacts: of([queryLoop(USER, { source: ORDERS, savedMs: 5_000 })], [statement(USER, { totalMs: 6_000 })]),
      expect: { severity: "warning" },
    },
    {
      name: "repeats that hold most of a short run as a warning",
      artifacts: of(
        [queryLoop(USER, { source: ORDERS, savedMs: 9_999 })],
        [statement(USER, { totalMs: 10_000 })],
        0.01,
      ),
      expect: { severity: "warning" },
    },
    {
      name: "a window without a start, whose saving an hour is not known",
      artifacts: of([traced], [], null),
      expect: { savesMsPerHour: null },
    },
    {
      name: "a capture without statistics of statements",
      artifacts: artifacts({ queryLoops: queryLoops({ loops: [traced] }) }),
      expect: { savesMsPerHour: null },
    },
    {
      name: "a cycle, counted whole, without one batched statement",
      artifacts: of([queryLoop([USER, COMMENTS], { source: ORDERS, most: 10 })]),
      expect: {
        messageIncludes: [
          "sends 21 statements where 3 would do: users by id, then comments by post_id",
          "One batched statement for each of them and run saves at most 18 statements",
        ],
        check: (findings) => {
          assert.deepEqual(summaries(findings).length, 1);
          assert.match(
            firstSummary(findings),
            /^Read users and comments once for all keys instead of 10 times: collect/,
          );
        },
      },
    },
  ],
  quiet: [
    { name: "units of work without a loop", artifacts: of([]) },
    { name: "four repeats in the longest run", artifacts: of([few({ most: 4, runs: 1_000 })]) },
    {
      name: "ten repeats below a raised threshold",
      artifacts: of([few({ most: 10 })]),
      thresholds: { minRepeats: 11 },
    },
    {
      name: "five quick repeats of one transaction, which cost less than the gate",
      artifacts: of([few({ scopeClass: "transaction", savedMs: 1, callSite })]),
    },
    {
      name: "five quick repeats that were put together by time",
      artifacts: of([few({ scopeClass: "stitched", savedMs: 1 })]),
    },
    {
      name: "a ratio of few calls",
      artifacts: of([few({ scopeClass: "aggregate", savedMs: 1 })]),
    },
    {
      name: "a stitched loop below a raised cost",
      artifacts: of([stitched]),
      thresholds: { minLossMs: 1_000 },
    },
    {
      name: "a loop that loses nothing but round trips of no length",
      artifacts: of([queryLoop(USER, { scopeClass: "transaction", savedMs: 9 })]),
      thresholds: { roundTripMs: 0 },
    },
    ...(["redundant-query", "row-by-row-write"] as const).map((kind) => ({
      name: `a loop of the kind ${kind}, which has its own rule`,
      artifacts: of([queryLoop(USER, { kind })]),
    })),
    {
      name: "batched reads with many calls",
      artifacts: of([], [statement("select id from users where id = any($1)", { calls: 10_000, totalMs: 100_000 })]),
    },
    {
      name: "a transaction of many statements, which has its own rule",
      artifacts: artifacts({
        queryLoops: queryLoops({
          transactions: [
            {
              scopeClass: "trace",
              route: null,
              application: null,
              statements: [loggedStatement(USER)],
              runs: 1,
              executions: 100,
              durationMs: 1_000,
              idleMs: 900,
              callSite: null,
              listed: [],
            },
          ],
        }),
      }),
    },
    { name: "a loop without a statement", artifacts: of([queryLoop([])]) },
    ...(["transaction", "stitched", "aggregate"] as const).map((scopeClass) => ({
      name: `twenty repeats of 9.9 ms with their round trips, by ${scopeClass}`,
      artifacts: of([few({ scopeClass, most: 20, savedMs: 0.4 })]),
    })),
    { name: "a look-up of many calls alone", artifacts: counters([LOOK_UPS]) },
    {
      name: "a look-up with half as many calls as rows",
      artifacts: counters([PAGES, statement(USER, { calls: 1_000 })]),
    },
    { name: "counters that match without a foreign key", artifacts: counters([PAGES, LOOK_UPS], { constraints: [] }) },
    {
      name: "counters of another database than that of the foreign keys",
      artifacts: counters([PAGES, LOOK_UPS], { databaseCounters: databaseCounters({ database: "admin" }) }),
    },
    {
      name: "matching counters of repeats that a trace shows to be the same look-up again",
      artifacts: counters([PAGES, LOOK_UPS], {
        queryLoops: queryLoops({ loops: [queryLoop(USER, { kind: "redundant-query" })] }),
      }),
    },
    { name: "counters without constraints", artifacts: artifacts({ statements: statements([PAGES, LOOK_UPS]) }) },
    {
      name: "many runs of one repeat each",
      artifacts: of([few({ most: 1, runs: 100_000, callsSaved: 0, savedMs: 0 })]),
    },
    {
      name: "four repeats of a cycle",
      artifacts: of([queryLoop([USER, COMMENTS], { most: 4, source: ORDERS })]),
    },
  ],
});

function pickTimes({ from, to }: { readonly from: string; readonly to: string }) {
  return { from, to };
}

const found = (loop: QueryLoop, constraints: readonly Constraint[] = []) =>
  findingsOf(rule, { artifacts: withKeys(loop, constraints) });
const comments = (fields: Partial<Omit<QueryLoop, "source">> = {}) => queryLoop(COMMENTS, { source: POSTS, ...fields });

describe("the advice of n-plus-one", () => {
  it.each([
    ["sequelize", /^Load comments together with posts instead of 50 times: .*`include` .* the `findAll` of posts\.$/],
    ["typeorm", /with TypeORM, name the relation to comments in `relations`/],
    ["prisma", /with Prisma, name the relation to comments in `include`/],
    ["drizzle", /with Drizzle, name the relation to comments in `with`/],
    ["mikro-orm", /with MikroORM, name the relation to comments in `populate`/],
    ["objection", /with Objection, chain `withGraphFetched` with the relation to comments/],
    ["knex", /with Knex, collect the keys of posts and read comments once with `whereIn` on post_id/],
  ] as const)("begins with the form of %s, and has the statement as well", (orm, form) => {
    const [first, second] = summaries(found(comments({ orm })));
    assert.match(first ?? "", form);
    assert.match(second ?? "", /: `select \* from comments where post_id = any\(\$1\) order by id`\.$/);
  });

  it("names the foreign key from the repeated table to the source's", () => {
    const findings = found(comments(), [
      foreignKey("comments_post_id_fkey", "comments", ["post_id"], { table: "posts" }),
      foreignKey("comments_author_id_fkey", "comments", ["author_id"], { table: "users" }),
    ]);
    const label = "the foreign key comments_post_id_fkey (comments.post_id → posts.id)";
    assert.deepEqual(notes(findings), [`The loop follows ${label}.`]);
    assert.ok(firstSummary(findings).includes(`instead of 50 times by ${label}: `), firstSummary(findings));
  });

  it("names the foreign key from the source's table to the repeated one", () => {
    const findings = found(traced, [
      foreignKey("orders_user_id_fkey", "orders", ["user_id"], { table: "users" }),
      foreignKey("carts_user_id_fkey", "carts", ["user_id"], { table: "users" }),
    ]);
    assert.match(notes(findings).join(), /orders_user_id_fkey/);
  });

  it.each([
    [
      "two that fit",
      [
        ["orders", "user_id", "users"],
        ["orders", "seller_id", "users"],
      ],
    ],
    ["one of other columns", [["users", "tenant_id", "orders"]]],
    ["one between other tables", [["carts", "user_id", "users"]]],
  ] as const)("names no foreign key of %s", (_, keys) => {
    const constraints = keys.map(([table, column, to]) => foreignKey(`${column}_fkey`, table, [column], { table: to }));
    assert.deepEqual(notes(found(traced, constraints)), []);
  });

  it("is DataLoader for a route of GraphQL, and for a cycle without a source", () => {
    const graphql = found(queryLoop(USER, { route: "POST /graphql", source: ORDERS }));
    assert.match(firstSummary(graphql), /^Look up users by id through DataLoader.* instead of 50 times\.$/);
    assert.match(firstSummary(found(queryLoop([USER, COMMENTS]))), /^Look up users and comments through DataLoader/);
  });

  it("has no DataLoader for a cycle with a source", () => {
    assert.doesNotMatch(firstSummary(found(queryLoop([USER, COMMENTS], { source: ORDERS }))), /DataLoader/);
  });

  it("is written for MySQL where the log is MySQL's", () => {
    const loop = queryLoop("select id, name from users where id = ?");
    const mysql = artifacts({ queryLoops: queryLoops({ loops: [loop] }), log: logFacts({ engine: "mysql" }) });
    assert.match(firstSummary(findingsOf(rule, { artifacts: mysql })), /where id in \(…\)`\.$/);
  });

  it("is words alone where the text does not make the batched form certain", () => {
    const findings = found(queryLoop("select id from prices where item_id = $1 and until > $2", { source: ORDERS }));
    assert.match(firstSummary(findings), /^Read prices once .*collect the keys .*join it to the read of orders\.$/);
  });

  it("is words alone where the statement cannot be read", () => {
    const findings = found(queryLoop("call price_of($1)"));
    assert.match(firstSummary(findings), /^Read what the loop looks up once for all keys instead of 50 times/);
  });
});
