import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { PostgresServer } from "../../src/change/local-server/postgres-server.ts";
import type { WhatIfPlan } from "../../src/engines/engine.ts";
import { openSession } from "../../src/engines/postgres/open.ts";
import { type ExplainOutcome, explainStatement } from "../../src/engines/postgres/plan/explain.ts";
import type { PostgresSession } from "../../src/engines/postgres/session.ts";
import { fidelityOf } from "../../src/engines/postgres/what-if/fidelity.ts";
import { collectTwinSource } from "../../src/engines/postgres/what-if/source/collect-source.ts";
import { Twin } from "../../src/engines/postgres/what-if/twin.ts";
import type { TwinSource } from "../../src/engines/postgres/what-if/twin-source.ts";
import { twinWhatIf } from "../../src/engines/postgres/what-if/twin-what-if.ts";
import { loadSqlParser } from "../../src/sql/parser.ts";
import { describeIf } from "../support/require-or-skip.ts";
import { liveServers } from "../support/servers.ts";
import { TWIN_SCHEMA, TWIN_STATEMENTS } from "../support/twin-schema.ts";

const SPEC = { name: null, passwordCommand: null, role: null, writable: false };
const OPTIONS = {
  environment: { variables: {}, homeDirectory: "/nonexistent", userName: "nobody" },
  statementTimeoutMs: 10_000,
};

const live = liveServers().find(({ majorVersion, available }) => majorVersion === 15 && available);

describeIf(live !== undefined, "postgresql-15 is not installed")("the planner twin", () => {
  let server: PostgresServer;
  let client: pg.Client;
  let session: Awaited<ReturnType<typeof openSession>>;
  let source: TwinSource;
  let twin: Twin;

  beforeAll(async () => {
    if (live === undefined) return;
    await loadSqlParser();
    server = await live.start();
    client = new pg.Client({ connectionString: server.url("postgres") });
    await client.connect();
    for (const statement of TWIN_SCHEMA) await client.query(statement);
    session = await openSession({ ...SPEC, url: server.url("postgres") }, OPTIONS);
    source = await collectTwinSource(session, Object.values(TWIN_STATEMENTS));
    twin = await Twin.build(source);
  });

  afterAll(async () => {
    await twin?.close();
    await session?.close();
    await client?.end();
    await server?.stop();
  });

  it("holds what the statements touch and nothing else", () => {
    expect(twin.gaps).toEqual([]);
    const names = source.relations.map(({ schema, name }) => `${schema}.${name}`);
    expect(names).toContain("public.visits_rest");
    expect(names).toContain("public.audit_logs");
    expect(names).not.toContain("public.untouched");
  });

  it("plans as the target does", async () => {
    const pairs = [];
    for (const [name, sql] of Object.entries(TWIN_STATEMENTS)) {
      const target = await explainStatement(session, sql, { keepLiterals: false });
      pairs.push({ name, target, twin: await twin.explain(sql) });
    }
    const { statements } = fidelityOf(pairs);
    expect(statements.filter(({ status }) => status !== "planned")).toEqual([]);
    // A Hash Right Anti Join, which came with 16.
    const others = statements.filter(({ sameShape }) => sameShape !== true).map(({ name }) => name);
    expect(others).toEqual(["with a subquery"]);
    // What a GIN index holds cannot be read without an extension: the planner's assumption stands in.
    const apart = statements.filter(({ costRatio }) => costRatio === null || Math.abs(costRatio - 1) > 0.01);
    expect(apart.map(({ name }) => name)).toEqual(["by a pattern"]);
    expect(apart[0]?.costRatio).toBeCloseTo(1, 0);
  });

  const cases: readonly (readonly [name: string, ddl: string, sql: string])[] = [
    [
      "several columns",
      "create index i on sales.orders (customer_id, placed_at)",
      "select note from sales.orders where customer_id = 77 and placed_at > timestamptz '2026-01-20'",
    ],
    [
      "ORDER BY … LIMIT",
      "create index i on sales.orders (placed_at desc)",
      "select id, note from sales.orders order by placed_at desc limit 10",
    ],
    [
      "covering",
      "create index i on sales.orders (customer_id) include (amount)",
      "select amount from sales.orders where customer_id between 70 and 90",
    ],
    [
      "partial",
      "create index i on sales.orders (customer_id) where note is not null",
      "select note from sales.orders where note is not null and customer_id = 9",
    ],
    [
      "an expression",
      "create index i on sales.customers ((profile ->> 'ref'))",
      "select id from sales.customers where profile ->> 'ref' = '88'",
    ],
    [
      "GIN over jsonb",
      "create index i on sales.customers using gin (profile jsonb_path_ops)",
      `select id from sales.customers where profile @> '{"ref": 88}'`,
    ],
    [
      "GIN over trigrams",
      "create index i on sales.customers using gin (town gin_trgm_ops)",
      "select id from sales.customers where town like '%wn 123%'",
    ],
    [
      "BRIN",
      "create index i on sales.orders using brin (placed_at)",
      "select sum(amount) from sales.orders where placed_at between timestamptz '2026-01-03' and timestamptz '2026-01-04'",
    ],
    [
      "of all partitions",
      "create index i on visits (region, at)",
      "select id from visits where region = 3 and at = date '2026-02-03'",
    ],
  ];

  for (const [name, ddl, sql] of cases) {
    it(`promises of an index what building it brings: ${name}`, async () => {
      const outcome = await twin.createIndex(ddl);
      if (outcome.status === "refused") throw new Error(outcome.because);
      const { index } = outcome;
      const promised = await twin.explain(sql);
      await twin.setVisible(index.oids, false);
      const without = await twin.explain(sql);
      await twin.dropIndex(index);
      const { built, bytes } = await reallyBuilt(ddl, sql);
      const { statements } = fidelityOf([{ name, target: built, twin: promised }]);
      expect(statements[0]).toMatchObject({ status: "planned", sameShape: true });
      expect(costOf(promised)).toBeLessThan(costOf(without) * 0.8);
      expect(costOf(promised) / costOf(built)).toBeGreaterThan(0.8);
      expect(costOf(promised) / costOf(built)).toBeLessThan(1.25);
      expect(index.basis).toBe(/GIN|BRIN|expression/.test(name) ? "rough" : "formula");
      if (index.basis === "formula") expect(Math.abs(index.sizeBytes / bytes - 1)).toBeLessThan(0.1);
    });
  }

  it("looks away from an index of the target, and back", async () => {
    const whatIf = await twinWhatIf(source);
    try {
      const sql = "select count(*) from visits where town = 'town 7' and at = date '2026-02-03'";
      const index = await whatIf.define("create index on visits (town, at)");
      if ("refused" in index) throw new Error(index.refused);
      const town = { schema: "public", name: "visits_town" };
      const plans = [
        await whatIf.plan(sql, { added: [], removed: [] }),
        await whatIf.plan(sql, { added: [], removed: [town] }),
        await whatIf.plan(sql, { added: [index], removed: [town] }),
        await whatIf.plan(sql, { added: [index], removed: [] }),
        await whatIf.plan(sql, { added: [], removed: [] }),
      ];
      const [now, without, replaced, widened, back] = plans.map(whatIfCost);
      expect(without).toBeGreaterThan((now ?? 0) * 2);
      expect(replaced).toBeLessThan((now ?? 0) * 0.8);
      expect(widened).toBe(replaced);
      expect(back).toBe(now);
      await expect(whatIf.plan(sql, { added: [], removed: [{ schema: "public", name: "none" }] })).rejects.toThrow(
        "public.none",
      );
    } finally {
      await whatIf.close();
    }
  });

  it("knows plans of several processes", async () => {
    const settings =
      "set local parallel_setup_cost = 0; set local parallel_tuple_cost = 0; set local min_parallel_table_scan_size = 0";
    const explain = (side: Pick<PostgresSession, "transaction">): Promise<ExplainOutcome> =>
      explainStatement(
        {
          transaction: (run) =>
            side.transaction(async (query) => {
              for (const setting of settings.split("; ")) await query(setting);
              return run(query);
            }),
        },
        "select count(*) from sales.orders where amount = 5",
        { keepLiterals: false },
      );
    const [target, onTwin] = [await explain(session), await explain(twin)];
    const { statements } = fidelityOf([{ name: "parallel", target, twin: onTwin }]);
    expect(JSON.stringify(onTwin)).toContain('"operator":"gather"');
    expect(statements[0]).toMatchObject({ sameShape: true, costRatio: 1 });
  });

  it("says what a role may not read, and what a lock keeps closed", async () => {
    await client.query("create role reader login password 'secret'");
    await client.query("grant usage on schema sales to reader; grant select on logs, audit_logs to reader");
    const url = server.url("postgres").replace(/\/\/[^@]*@/, "//reader:secret@");
    const reader = await openSession({ ...SPEC, url }, OPTIONS);
    try {
      const statements = ["select * from logs where id = 1", "select * from sales.orders where id = 1"];
      const { gaps } = await collectTwinSource(reader, statements);
      expect(gaps).toMatchObject([{ what: "statistics of 6 columns", reason: "permission-denied" }]);
      await client.query("begin; lock table sales.orders in access exclusive mode");
      const locked = await collectTwinSource(reader, statements);
      expect(locked.gaps).toMatchObject([{ what: "sales.orders", hint: "another session locks it" }]);
      expect(locked.relations.map(({ name }) => name)).toEqual(["audit_logs", "logs"]);
    } finally {
      await client.query("rollback");
      await reader.close();
    }
  });

  it("names the statement that it cannot plan, and plans the next", async () => {
    const refused = await twin.explain("select * from untouched where id = 1");
    expect(refused).toMatchObject({ status: "refused", error: { message: 'relation "untouched" does not exist' } });
    expect(await twin.explain("select * from logs where id = 1")).toMatchObject({ status: "planned" });
  });

  it("refuses what makes no index, and stays whole", async () => {
    for (const ddl of [
      "drop table logs",
      "create index on logs (missing)",
      "create index concurrently on logs (level)",
    ]) {
      expect(await twin.createIndex(ddl)).toMatchObject({ status: "refused" });
    }
    expect(costOf(await twin.explain("select count(*) from only logs"))).toBeGreaterThan(100);
  });

  /** The plan with an index that the target has for a moment, and the index's size. */
  async function reallyBuilt(ddl: string, sql: string): Promise<{ built: ExplainOutcome; bytes: number }> {
    await client.query(ddl);
    try {
      const built = await explainStatement(session, sql, { keepLiterals: false });
      const { rows } = await client.query<{ bytes: string }>(
        "select sum(pg_relation_size(c.oid)) as bytes from pg_class c where c.relname = 'i' or c.oid in (select inhrelid from pg_inherits where inhparent = to_regclass('public.i'))",
      );
      return { built, bytes: Number(rows[0]?.bytes) };
    } finally {
      await client.query("drop index if exists sales.i, public.i");
    }
  }
});

function costOf(outcome: ExplainOutcome): number {
  const cost = outcome.status === "planned" ? outcome.root.totalCost : null;
  if (cost === null) throw new Error("no plan");
  return cost;
}

function whatIfCost(plan: WhatIfPlan): number {
  if (plan.status === "refused") throw new Error(plan.because);
  return plan.root.totalCost ?? 0;
}
