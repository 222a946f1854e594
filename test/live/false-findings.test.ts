import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { PostgresServer } from "../../src/change/local-server/postgres-server.ts";
import type { Analysis } from "../../src/index.ts";
import { awkwardWorkload, lackingWorkload, MISSING } from "../support/awkward-schema.ts";
import { runCli } from "../support/cli.ts";
import { describeIf } from "../support/require-or-skip.ts";
import { liveServers } from "../support/servers.ts";
import { execute, withClient } from "../support/shop.ts";

/** Small tables count, and how long anything took does not. */
const CONFIG = `rules:
  duplicate-index: { thresholds: { minBytes: 8kB } }
  redundant-index: { thresholds: { minBytes: 8kB } }
  missing-index: { thresholds: { minMeanMs: 0ms, minShare: "0%" } }
  slow-statement: { thresholds: { minMeanMs: 1h } }
`;

const live = liveServers().find(({ majorVersion, available }) => majorVersion !== 12 && available);

describeIf(live !== undefined, "no server package for this platform")("false findings", () => {
  let server: PostgresServer;
  let cwd: string;

  beforeAll(async () => {
    if (live === undefined) return;
    cwd = await mkdtemp(join(tmpdir(), "dbperf-live-"));
    await writeFile(join(cwd, "dbperf.config.yaml"), CONFIG);
    server = await live.start();
    await execute(server.url("postgres"), ["create database awkward", "create database lacking"]);
  });

  afterAll(async () => {
    await server?.stop();
    await rm(cwd, { recursive: true, force: true });
  });

  it("says nothing above information about an awkward but healthy schema", async () => {
    await awkwardWorkload(server.url("awkward"));
    const { findings, outcomes } = await analyze(server.url("awkward"));
    expect(findings.filter(({ severity }) => severity !== "info").map(({ message }) => message)).toEqual([]);
    // What it does say is a hint about ranges: how wide they are is unknown.
    expect(findings.map(({ ruleId, confidence }) => `${ruleId} ${confidence}`)).toEqual([
      "missing-index heuristic",
      "missing-index heuristic",
    ]);
    expect(outcomes.filter(({ status }) => status === "crashed")).toEqual([]);
  });

  it("finds each index that is missing, and the planner takes each one that it prints", async () => {
    const url = server.url("lacking");
    await lackingWorkload(url);
    const { findings, recommendations } = await analyze(url);
    const missing = findings.filter(({ ruleId }) => ruleId === "missing-index");
    const places = missing.map(({ subject }) =>
      subject.kind === "columns" ? place(subject.table.name, subject.columns) : subject.kind,
    );
    expect(places.toSorted()).toEqual(MISSING.map(({ table, columns }) => place(table, columns)).toSorted());

    const costs = await Promise.all(MISSING.map(({ sql, values }) => costOf(url, sql, values(1))));
    const keys = new Set(missing.map(({ key }) => key));
    const printed = recommendations.filter(({ because }) => because.some((key) => keys.has(key)));
    await execute(url, [...new Set(printed.flatMap(({ ddl }) => (ddl === null ? [] : [ddl])))]);
    for (const [position, { table, columns, sql, values }] of MISSING.entries()) {
      const after = await costOf(url, sql, values(1));
      expect(after.indexes, sql).toContain(`${table}_${columns.join("_")}_idx`);
      expect(after.cost, sql).toBeLessThan((costs[position]?.cost ?? 0) / 4);
    }
  });

  async function analyze(url: string): Promise<Analysis> {
    const { out, err } = await runCli(["analyze", url, "--format", "json", "--no-store", "--top", "100"], { cwd });
    expect(out, err).not.toBe("");
    return JSON.parse(out);
  }
});

function place(table: string, columns: readonly string[]): string {
  return `${table} (${columns.join(", ")})`;
}

/** The planner's cost of a statement, and the indexes that its plan uses. */
async function costOf(url: string, sql: string, values: readonly unknown[]) {
  return withClient(url, async (client) => {
    const { rows } = await client.query({ text: `explain ${sql}`, values: [...values], rowMode: "array" });
    const text = rows.flat().join("\n");
    const indexes = [...text.matchAll(/(?:using|Index Scan on) (\w+_idx)\b/g)].map(([, name]) => name);
    return { indexes, cost: Number(/cost=[\d.]+?\.\.([\d.]+)/.exec(text)?.[1]) };
  });
}
