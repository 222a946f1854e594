import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { CollectContext } from "../../../../src/engines/engine.ts";
import { columnStatistics } from "../../../../src/engines/postgres/collectors/column-statistics.ts";
import { constraints } from "../../../../src/engines/postgres/collectors/constraints.ts";
import { databaseCounters } from "../../../../src/engines/postgres/collectors/database-counters.ts";
import { indexes } from "../../../../src/engines/postgres/collectors/indexes.ts";
import { lockWaits } from "../../../../src/engines/postgres/collectors/lock-waits.ts";
import { plans } from "../../../../src/engines/postgres/collectors/plans.ts";
import { server } from "../../../../src/engines/postgres/collectors/server.ts";
import { sessions } from "../../../../src/engines/postgres/collectors/sessions.ts";
import { settings } from "../../../../src/engines/postgres/collectors/settings.ts";
import { statements } from "../../../../src/engines/postgres/collectors/statements.ts";
import { tableStatistics } from "../../../../src/engines/postgres/collectors/table-statistics.ts";
import { tables } from "../../../../src/engines/postgres/collectors/tables.ts";
import type { PostgresSession, Row } from "../../../../src/engines/postgres/session.ts";
import type { ArtifactResult } from "../../../../src/model/artifact.ts";
import { loadSqlParser } from "../../../../src/sql/parser.ts";

beforeAll(loadSqlParser);

const context: CollectContext = {
  explainTop: 0,
  allDatabases: false,
  keepLiterals: false,
  knownQueries: () => new Map(),
  collected: {},
};

/** A session that answers each read with the next recorded rows. */
function replay(file: string): PostgresSession {
  const url = new URL(`../../../../fixtures/rows/postgres-15/${file}.json`, import.meta.url);
  const answers: readonly (readonly Row[])[] = JSON.parse(readFileSync(url, "utf8"));
  let next = 0;
  return {
    target: { engine: "postgres", host: "localhost", port: 5432, database: "shop", user: "bare", name: null },
    notices: [],
    majorVersion: 15,
    versionNumber: 150020,
    pooler: null,
    read: async (_sql, _parameters, fromRow) => (answers[next++] ?? []).map(fromRow),
    transaction: () => Promise.reject(new Error("no transaction was recorded")),
    close: async () => undefined,
  };
}

function presentValue<T>(result: ArtifactResult<T>): T {
  if (result.status === "absent") throw new Error(result.hint);
  return result.value;
}

describe("collectors on recorded rows", () => {
  it("server", async () => {
    const value = presentValue(await server.collect(replay("server"), context));
    expect(value).toMatchObject({ majorVersion: 15, isStandby: false, standbyCount: 0, blockSizeBytes: 8192 });
    expect(value.extensions.map(({ name }) => name)).toContain("pg_stat_statements");
  });

  it("settings hold no path, command or address", async () => {
    const names = presentValue(await settings.collect(replay("settings"), context)).map(({ name }) => name);
    expect(names).toContain("work_mem");
    expect(names.filter((name) => /_file$|director|command|socket|listen/.test(name))).toEqual([]);
  });

  it("statements keep own ones apart and sum to the database's share", async () => {
    const value = presentValue(await statements.collect(replay("statements"), context));
    expect(value.hidden.calls).toBe(0);
    expect(value.own.calls).toBeGreaterThan(0);
    expect(value.items.some(({ query }) => query.includes("pg_stat_activity"))).toBe(false);
    const total = value.items.reduce((sum, { totalMs }) => sum + totalMs, 0);
    expect(value.databases.find(({ database }) => database === "shop")?.totalMs).toBeCloseTo(total);
  });

  it("statements of a role without rights are absent with the grant", async () => {
    const result = await statements.collect(replay("bare-statements"), context);
    expect(result).toEqual({ status: "absent", reason: "permission-denied", hint: "grant pg_monitor to bare;" });
  });

  it("tables", async () => {
    const value = presentValue(await tables.collect(replay("tables"), context));
    const byName = new Map(value.map((table) => [table.name, table]));
    expect(byName.get("logs")).toMatchObject({ kind: "partitioned-table", sizeBytes: null });
    expect(byName.get("logs_1")?.partitionOf).toEqual({ schema: "public", name: "logs" });
    expect(byName.get("customers")?.estimatedRows).toBe(5000);
    expect(byName.get("mv")?.kind).toBe("materialized-view");
  });

  it("indexes", async () => {
    const value = presentValue(await indexes.collect(replay("indexes"), context));
    const byName = new Map(value.map((index) => [index.name, index]));
    expect(byName.get("orders_open")).toMatchObject({
      predicate: "status = 'open'::text",
      keys: [{ column: "placed_on", descending: true }],
    });
    expect(byName.get("customers_lower")?.keys[0]).toMatchObject({ column: null, expression: "lower(email)" });
    expect(byName.get("customers_incl")?.includedColumns).toEqual(["email"]);
    expect(byName.get("customers_pkey")).toMatchObject({
      isPrimaryKey: true,
      constraint: "customers_pkey",
      referencedBy: ["orders_customer_id_fkey"],
    });
    expect(byName.get("logs_1_at_idx")?.partOfIndex).toEqual({ schema: "public", name: "logs_at_idx" });
  });

  it("constraints", async () => {
    const value = presentValue(await constraints.collect(replay("constraints"), context));
    expect(value.find(({ kind }) => kind === "foreign-key")).toMatchObject({
      columns: ["customer_id"],
      references: { table: { schema: "public", name: "customers" }, columns: ["id"] },
      onDelete: "cascade",
      onUpdate: "no-action",
    });
  });

  it("tableStatistics and databaseCounters", async () => {
    const value = presentValue(await tableStatistics.collect(replay("tableStatistics"), context));
    expect(value.find(({ name }) => name === "orders")?.rowsInserted).toBe(50_000);
    expect(value.find(({ name }) => name === "never")?.indexScans).toBeNull();
    const counters = presentValue(await databaseCounters.collect(replay("databaseCounters"), context));
    expect(counters).toMatchObject({ database: "shop", connectionLimit: null });
    expect(counters.sizeBytes).toBeGreaterThan(0);
  });

  it("columnStatistics name the tables that the role may not read", async () => {
    const seen = await columnStatistics.collect(replay("columnStatistics"), context);
    expect(seen).toMatchObject({ status: "present", gaps: [] });
    const bare = await columnStatistics.collect(replay("bare-columnStatistics"), context);
    expect(bare).toMatchObject({
      gaps: [
        {
          reason: "permission-denied",
          hint: "grant usage on schema public to bare; grant select on all tables in schema public to bare;",
        },
      ],
    });
  });

  it("sessions are redacted; hidden ones are counted", async () => {
    const { items, hiddenCount } = presentValue(await sessions.collect(replay("sessions"), context));
    expect(hiddenCount).toBe(0);
    expect(items.length).toBeGreaterThan(0);
    expect(items.some(({ query }) => query?.includes("'Z'"))).toBe(false);
    const bare = await sessions.collect(replay("bare-sessions"), context);
    expect(bare).toMatchObject({ value: { items: [] }, gaps: [{ hint: "grant pg_monitor to bare;" }] });
  });

  it("lockWaits", async () => {
    const [wait, ...others] = presentValue(await lockWaits.collect(replay("lockWaits"), context));
    expect(others).toEqual([]);
    expect(wait).toMatchObject({ mode: "ShareLock", objectKind: "transactionid", relation: null });
  });

  it("plans that nobody asked for are absent", async () => {
    expect(await plans.collect(replay("server"), context)).toMatchObject({ status: "absent", reason: "not-requested" });
  });
});
