import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Connection, createConnection, type RowDataPacket } from "mysql2/promise";
import type pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { PostgresServer } from "../../src/change/local-server/postgres-server.ts";
import type { Analysis } from "../../src/index.ts";
import type { Finding } from "../../src/model/finding.ts";
import { isBuilt, runBuilt } from "../support/built-cli.ts";
import {
  customersOf,
  independentRequests,
  LOOP_ROWS,
  LOOP_SCHEMA,
  otherTraffic,
  roomForLoop,
  type Send,
} from "../support/looped-traffic.ts";
import { type MariadbServer, mariadbAvailable, startMariadb } from "../support/mariadb.ts";
import { logSettings, takeLogs } from "../support/postgres-logs.ts";
import { schemaErrors } from "../support/report-schema.ts";
import { describeIf } from "../support/require-or-skip.ts";
import { liveServers } from "../support/servers.ts";
import { execute, openClient, withClient } from "../support/shop.ts";

const FAMILY = ["n-plus-one", "row-by-row-write", "redundant-query"];
const LOOK_UP = "select name from customers where id = $1";
/** As a report of a log names it. */
const SEEN_LOOK_UP = "select name from customers where id = ?";
const SOURCE = "select id, customer_id from orders order by id limit 12";
/** So many repeats cost more than what is ignored, however fast the machine is. */
const MANY = 40;
const SOURCE_OF_MANY = `select id, customer_id from orders order by id limit ${MANY}`;

for (const live of liveServers().filter(({ majorVersion }) => majorVersion === 15)) {
  describeIf(live.available && isBuilt, isBuilt ? live.why : "npm run build was not run")(
    `loops in the log of ${live.label}`,
    () => {
      let server: PostgresServer;
      let cwd: string;

      beforeAll(async () => {
        cwd = await mkdtemp(join(tmpdir(), "dbperf-live-"));
        server = await live.start(logSettings(live.majorVersion));
        await execute(server.url("postgres"), ["create database shop"]);
        await execute(server.url("shop"), [...LOOP_SCHEMA, ...LOOP_ROWS, "analyze"]);
      });

      afterAll(async () => {
        await server?.stop();
        await rm(cwd, { recursive: true, force: true });
      });

      it("finds the trace with a loop among traces that ask once", async () => {
        const log = await recorded("traces", async (client) => {
          await roomForLoop();
          const comment = traceComment(0);
          const send = senderOf(client);
          for (const [index, id] of (await customersOf(send, `${SOURCE} ${comment}`)).entries()) {
            await send(`select name from customers where id = ${id} ${comment}`);
            await send(`select name from customers where id = ${id + 20} ${traceComment(index + 1)}`);
          }
        });
        const [finding, ...others] = await loopsOf(log);
        expect(others).toEqual([]);
        expect(finding).toMatchObject({
          ruleId: "n-plus-one",
          confidence: "measured",
          subject: { kind: "loop", query: SEEN_LOOK_UP, route: "/orders" },
          instances: [{ count: 12, query: SEEN_LOOK_UP }],
        });
        expect(finding?.headline).toContain("/orders");
        expect(finding?.evidence).toContainEqual({
          kind: "definition",
          label: "source statement",
          sql: expect.stringMatching(/^select id, customer_id from orders order by id limit \?$/),
        });
      });

      it("finds no loop in traces that ask once", async () => {
        const log = await recorded("single-traces", async (client) => {
          for (let trace = 1; trace <= 24; trace += 1) {
            await client.query(`select name from customers where id = ${trace} ${traceComment(trace)}`);
          }
        });
        expect(await loopsOf(log)).toEqual([]);
      });

      it.each([
        ["one session", 1, false],
        ["three sessions in turn", 3, false],
        ["a pool of three, all at once", 3, true],
      ])("finds a loop through %s by its times", async (name, sessions, isConcurrent) => {
        const log = await recorded(name.replaceAll(" ", "-"), async (client) => {
          const pool = await Promise.all(Array.from({ length: sessions }, () => openClient(server.url("shop"))));
          await roomForLoop();
          for (let round = 0; round < 3; round += 1) {
            await otherTraffic(senderOf(client));
            const ids = await customersOf(senderOf(pool[0] ?? client), SOURCE);
            const lookUp = async (id: number, at: number) => (pool[at % sessions] ?? client).query(LOOK_UP, [id]);
            // Each session has its own share of them, which it sends one after the other.
            const share = async (session: number): Promise<void> => {
              for (const [at, id] of ids.entries()) if (at % sessions === session) await lookUp(id, at);
            };
            if (isConcurrent) await Promise.all(pool.map((_, session) => share(session)));
            else for (const [at, id] of ids.entries()) await lookUp(id, at);
          }
          await otherTraffic(senderOf(client));
          await Promise.all(pool.map((session) => session.end()));
        });
        const [finding, ...others] = await loopsOf(log);
        expect(others).toEqual([]);
        expect(finding).toMatchObject({
          ruleId: "n-plus-one",
          confidence: "estimated",
          subject: { kind: "loop", query: SEEN_LOOK_UP, route: null },
        });
        const counts = finding?.instances?.map(({ count }) => count) ?? [];
        expect(Math.max(...counts)).toBeLessThanOrEqual(12);
      });

      it("finds no loop in as many requests on their own", async () => {
        const log = await recorded("requests", async (client) => {
          await roomForLoop();
          await independentRequests(36, (id) => client.query(LOOK_UP, [id]));
        });
        expect(await callsOf(log, SEEN_LOOK_UP)).toBe(36);
        expect(await loopsOf(log)).toEqual([]);
      });

      it("finds look-ups in a loop within a transaction", async () => {
        const log = await recorded("transaction", async (client) => {
          await roomForLoop();
          await client.query("begin");
          for (const id of await customersOf(senderOf(client), SOURCE_OF_MANY)) await client.query(LOOK_UP, [id]);
          await client.query("commit");
        });
        const findings = await loopsOf(log);
        expect(findings).toMatchObject([
          {
            ruleId: "n-plus-one",
            confidence: "measured",
            subject: { query: SEEN_LOOK_UP },
            instances: [{ count: MANY, query: SEEN_LOOK_UP }],
          },
        ]);
        expect(findings[0]?.subject).not.toMatchObject({ source: null });
      });

      it("finds an update for each row within a transaction", async () => {
        const update = "update customers set name = $1 where id = $2";
        const log = await recorded("updates", async (client) => {
          await roomForLoop();
          await client.query("begin");
          for (let id = 1; id <= MANY; id += 1) await client.query(update, [`name ${id}`, id]);
          await client.query("commit");
        });
        expect(await loopsOf(log)).toMatchObject([
          {
            ruleId: "row-by-row-write",
            confidence: "measured",
            subject: { query: "update customers set name = ? where id = ?" },
            instances: [{ count: MANY }],
          },
        ]);
      });

      it("finds no loop in transactions that each look up and write once", async () => {
        const log = await recorded("short-transactions", async (client) => {
          await independentRequests(24, async (id) => {
            await client.query("begin");
            await client.query(LOOK_UP, [id]);
            await client.query("update customers set name = $1 where id = $2", [`name ${id}`, id]);
            await client.query("commit");
          });
        });
        expect(await loopsOf(log)).toEqual([]);
      });

      /** What the server logs of `run`, as a file. */
      async function recorded(name: string, run: (client: pg.Client) => Promise<void>): Promise<string> {
        const [before, after] = [join(cwd, `${name}-before`), join(cwd, `${name}-after`)];
        await takeLogs(server, ["log"], before);
        await withClient(server.url("shop"), run);
        await takeLogs(server, ["log"], after);
        const from = (await readFile(`${before}.log`)).length;
        const log = join(cwd, `${name}.log`);
        await writeFile(log, (await readFile(`${after}.log`)).subarray(from));
        return log;
      }
    },
  );
}

describeIf(mariadbAvailable && isBuilt, "mariadb-server is not installed, or npm run build was not run")(
  "loops in the slow log of MariaDB",
  () => {
    let server: MariadbServer;
    let cwd: string;

    beforeAll(async () => {
      cwd = await mkdtemp(join(tmpdir(), "dbperf-live-"));
      server = await startMariadb({ log_output: "FILE", long_query_time: "0" });
      await server.run(["create database shop", "use shop", ...LOOP_SCHEMA, ...LOOP_ROWS].join(";\n"));
    });

    afterAll(async () => {
      await server?.stop();
      await rm(cwd, { recursive: true, force: true });
    });

    it.each(["query", "execute"] as const)("finds a loop within a transaction, sent with %s", async (protocol) => {
      const log = await recorded(`transaction-${protocol}`, async (connection) => {
        await roomForLoop();
        await connection.query("start transaction");
        const [orders] = await connection.query<(RowDataPacket & { customer_id: number })[]>(SOURCE_OF_MANY);
        for (const { customer_id: id } of orders) {
          if (protocol === "query") await connection.query(SEEN_LOOK_UP, [id]);
          else await connection.execute(SEEN_LOOK_UP, [id]);
        }
        await connection.query("commit");
      });
      expect(await loopsOf(log)).toMatchObject([
        {
          ruleId: "n-plus-one",
          confidence: "measured",
          subject: { kind: "loop", query: SEEN_LOOK_UP },
          instances: [{ count: MANY }],
        },
      ]);
    });

    it("finds no loop in requests on their own", async () => {
      const log = await recorded("requests", async (connection) => {
        await independentRequests(MANY, async (id) => {
          await connection.query(SEEN_LOOK_UP, [id]);
          await connection.query("select count(*) from orders where customer_id = ?", [id]);
        });
      });
      expect(await callsOf(log, SEEN_LOOK_UP)).toBe(MANY);
      expect(await loopsOf(log)).toEqual([]);
    });

    /** The slow log of `run` alone. */
    async function recorded(name: string, run: (connection: Connection) => Promise<void>): Promise<string> {
      const file = join(server.directory, `${name}.log`);
      await server.run(`set global slow_query_log_file = '${file}'; set global slow_query_log = 1`);
      const connection = await createConnection({
        host: "127.0.0.1",
        port: server.port,
        user: "root",
        database: "shop",
      });
      try {
        await run(connection);
      } finally {
        await connection.end();
      }
      await server.run("set global slow_query_log = 0");
      await copyFile(file, join(cwd, `${name}.log`));
      return join(cwd, `${name}.log`);
    }
  },
);

function senderOf(client: pg.Client): Send {
  return async (sql, values = []) => (await client.query<{ customer_id?: number }>(sql, [...values])).rows;
}

function traceComment(trace: number): string {
  const id = (0x4bf9_2f35 + trace).toString(16).padStart(32, "a");
  return `/*traceparent='00-${id}-${id.slice(-16)}-01',route='%2Forders'*/`;
}

async function analysisOf(log: string): Promise<Analysis> {
  const { code, out, err } = await runBuilt(["logs", log, "--no-store", "--format", "json"], join(log, ".."));
  expect([0, 1], err).toContain(code);
  const analysis: Analysis = JSON.parse(out);
  expect(schemaErrors(analysis)).toEqual([]);
  return analysis;
}

async function loopsOf(log: string): Promise<readonly Finding[]> {
  return (await analysisOf(log)).findings.filter(({ ruleId }) => FAMILY.includes(ruleId));
}

async function callsOf(log: string, query: string): Promise<number | undefined> {
  return (await analysisOf(log)).statements?.items.find((item) => item.query === query)?.calls;
}
