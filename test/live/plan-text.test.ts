import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { PostgresServer } from "../../src/change/local-server/postgres-server.ts";
import { normalizePlan } from "../../src/engines/postgres/plan/normalize.ts";
import { parsePlanText } from "../../src/engines/postgres/plan/parse-text.ts";
import type { PlanActual, PlanNode } from "../../src/model/plan.ts";
import { PLAN_SCHEMA, PLAN_STATEMENTS } from "../support/plan-statements.ts";
import { describeIf } from "../support/require-or-skip.ts";
import { liveServers } from "../support/servers.ts";

const options = { keepLiterals: true, bareRelations: true };

const VARIANTS = [
  "verbose off",
  "verbose on",
  "analyze on, timing off, buffers off, verbose off",
  "analyze on, timing off, buffers off, verbose on",
  "analyze on, timing off, buffers on, verbose on",
  "analyze on, timing on, buffers on, verbose off",
  "analyze on, timing on, buffers on, settings on, verbose on",
];

for (const live of liveServers()) {
  describeIf(live.available, live.why)(`plans as text on ${live.label}`, () => {
    let server: PostgresServer;
    let client: pg.Client;

    beforeAll(async () => {
      server = await live.start({ jit_above_cost: "5000" });
      client = new pg.Client({ connectionString: server.url("postgres") });
      await client.connect();
      for (const statement of PLAN_SCHEMA) await client.query(statement);
    });

    afterAll(async () => {
      await client?.end();
      await server?.stop();
    });

    for (const { name, sql, settings = [], since = 0 } of PLAN_STATEMENTS) {
      it.runIf(live.majorVersion >= since)(`read as JSON is: ${name}`, async () => {
        for (const variant of VARIANTS) {
          const explain = async (format: string): Promise<unknown[]> =>
            rolledBack(client, [...settings, `explain (format ${format}, ${variant}) ${sql}`]);
          const text = (await explain("text")).join("\n");
          const [json] = await explain("json");
          const hasBuffers = text.includes("Buffers: ");
          const expected = comparable(normalizePlan(json, options), hasBuffers);
          const actual = comparable(normalizePlan([{ Plan: parsePlanText(text) }], options), hasBuffers);
          expect(actual, `${variant}\n${text}`).toEqual(expected);
        }
      });
    }
  });
}

/** Times and cache hits differ from run to run; that there are some does not. */
function comparable(node: PlanNode, hasBuffers: boolean): PlanNode {
  const { actual } = node;
  return {
    ...node,
    actual: actual && {
      ...actual,
      totalMs: actual.totalMs === null ? null : 0,
      ...(hasBuffers ? withoutCounts(actual) : NO_BUFFERS),
    },
    children: node.children.map((child) => comparable(child, hasBuffers)),
  };
}

/** JSON prints zeros where the text of a plan without any block is silent. */
const NO_BUFFERS = { sharedBlocksHit: null, sharedBlocksRead: null, tempBlocksWritten: null };

function withoutCounts({ sharedBlocksHit: hit, sharedBlocksRead: read }: PlanActual): Partial<PlanActual> {
  return hit === null || read === null ? {} : { sharedBlocksHit: Math.sign(hit + read), sharedBlocksRead: 0 };
}

async function rolledBack(client: pg.Client, statements: readonly string[]): Promise<unknown[]> {
  await client.query("begin");
  try {
    let rows: unknown[] = [];
    for (const statement of statements) {
      const result = await client.query<{ "QUERY PLAN": unknown }>(statement);
      rows = result.rows.map((row) => row["QUERY PLAN"]);
    }
    return rows;
  } finally {
    await client.query("rollback");
  }
}
