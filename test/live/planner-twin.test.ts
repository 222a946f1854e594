import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { PostgresServer } from "../../src/change/local-server/postgres-server.ts";
import { openSession } from "../../src/engines/postgres/open.ts";
import { type ExplainOutcome, explainStatement } from "../../src/engines/postgres/plan/explain.ts";
import { fidelityOf } from "../../src/engines/postgres/what-if/fidelity.ts";
import { collectTwinSource } from "../../src/engines/postgres/what-if/source/collect-source.ts";
import { Twin } from "../../src/engines/postgres/what-if/twin.ts";
import type { TwinSource } from "../../src/engines/postgres/what-if/twin-source.ts";
import { loadSqlParser } from "../../src/sql/parser.ts";
import { describeIf } from "../support/require-or-skip.ts";
import { liveServers } from "../support/servers.ts";
import { TWIN_SCHEMA, TWIN_STATEMENTS } from "../support/twin-schema.ts";

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
    const environment = { variables: {}, homeDirectory: "/nonexistent", userName: "nobody" };
    const spec = { name: null, url: server.url("postgres"), passwordCommand: null, role: null, writable: false };
    session = await openSession(spec, { environment, statementTimeoutMs: 10_000 });
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
