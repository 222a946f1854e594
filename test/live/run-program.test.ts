import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { PostgresServer } from "../../src/change/local-server/postgres-server.ts";
import type { Analysis, Finding } from "../../src/index.ts";
import { isBuilt } from "../support/built-cli.ts";
import { type MariadbServer, mariadbAvailable, startMariadb } from "../support/mariadb.ts";
import { markedLine, reportOf, runIn } from "../support/ran-program.ts";
import { describeIf } from "../support/require-or-skip.ts";
import { liveServers } from "../support/servers.ts";
import { execute } from "../support/shop.ts";

const SCHEMA = [
  "create table customers (id int primary key, name text)",
  "create table orders (id int primary key, customer_id int references customers, total int)",
  "insert into customers select i, 'c' || i from generate_series(1, 10) i",
  "insert into orders select i, 1 + i % 10, i from generate_series(1, 30) i",
];

/** Each sends one query a customer where it is told to be lazy, on the line that it marks. */
const SAMPLES = [
  ["pg", "plain-pg.mjs"],
  ["Sequelize", "sequelize.cjs"],
  ["TypeORM", "typeorm.mjs"],
  ["Knex", "knex.cjs"],
  ["Drizzle, as TypeScript", "drizzle.ts"],
  ["postgres", "postgres-js.mjs"],
] as const;

const [live] = liveServers().filter(({ available }) => available);

describeIf(isBuilt && live !== undefined, "it needs npm run build and a server")("dbperf run", () => {
  let server: PostgresServer;
  let scratch: string;

  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), "dbperf-live-"));
    if (live === undefined) throw new Error("there is a server");
    server = await live.start();
    await execute(server.url("postgres"), SCHEMA);
  });

  afterAll(async () => {
    await server?.stop();
    rmSync(scratch, { recursive: true, force: true });
  });

  it.each(SAMPLES)("names the line of the N+1 of a program with %s, and fails the gate", (_, file) => {
    const { code, analysis, programOutput } = report(file, "lazy");
    expect(programOutput).toBe("30 orders\n");
    expect(nPlusOnes(analysis).map(({ subject }) => subject)).toMatchObject([
      { kind: "loop", callSite: { file, line: markedLine(file) } },
    ]);
    expect(code).toBe(1);
  });

  it.each(SAMPLES)("finds none in the eager version of the program with %s", (_, file) => {
    const { code, analysis, programOutput } = report(file, "eager");
    expect(programOutput).toBe("30 orders\n");
    expect(analysis.statements?.calls).toBeGreaterThanOrEqual(1);
    expect(nPlusOnes(analysis)).toEqual([]);
    expect(code).toBe(0);
  });

  it("gives each HTTP request a scope of its own, also where all wait for one connection", () => {
    const { analysis } = report("http-server.mjs");
    const [found, ...others] = nPlusOnes(analysis);
    expect(others).toEqual([]);
    expect(found?.subject).toMatchObject({
      callSite: { file: "http-server.mjs", line: markedLine("http-server.mjs") },
    });
    expect(JSON.stringify(found)).toContain("GET /customers/:id");
    expect(found?.instances).toHaveLength(3);
    expect(found?.instances?.map(({ count }) => count)).toEqual([6, 6, 6]);
  });

  it("watches worker threads and child processes", () => {
    for (const file of ["worker-thread.mjs", "child-process.cjs"]) {
      const { analysis } = report(file);
      expect(nPlusOnes(analysis).map(({ subject }) => subject)).toMatchObject([
        { callSite: { file: "plain-pg.mjs", line: markedLine("plain-pg.mjs") } },
      ]);
    }
  });

  it("gives each test of node:test a scope of its own", () => {
    const { analysis } = report("node-test.mjs");
    const found = nPlusOnes(analysis);
    expect(found).toHaveLength(1);
    expect(JSON.stringify(found)).toContain("customers > counts orders one by one");
  });

  it("passes the program's own exit code on before the gate's, and a signal as 128 + n", () => {
    expect(run(["--fail-on", "n-plus-one", "--", process.execPath, "plain-pg.mjs", "lazy", "7"]).status).toBe(7);
    expect(run(["--", process.execPath, "-e", "process.kill(process.pid, 'SIGTERM')"]).status).toBe(143);
  });

  it("prints the report on standard error, and nothing of its own on standard output", () => {
    const { stdout, stderr } = run(["--", process.execPath, "plain-pg.mjs", "lazy"]);
    expect(stdout).toBe("30 orders\n");
    expect(stderr).toContain(`plain-pg.mjs:${markedLine("plain-pg.mjs")}`);
  });

  it("leaves nothing of what the program sent in the capture but shapes, and no folder behind", () => {
    const before = runFolders();
    const file = join(scratch, "capture.json");
    const secret = "select total from orders where id = 30 and 'secret' = 'secret'";
    const program = `const pg = require("pg"); const c = new pg.Client(process.env.DATABASE_URL);
      c.connect().then(() => c.query(${JSON.stringify(secret)})).then(() => c.query("select $1::text", ["confidential"])).then(() => c.end())`;
    expect(run(["--save-capture", file, "--", process.execPath, "-e", program]).status).toBe(0);
    const saved = readFileSync(file, "utf8");
    expect(saved).toContain("select total from orders where id = ?");
    expect(saved).not.toContain("secret");
    expect(saved).not.toContain("confidential");
    expect(runFolders()).toEqual(before);
  });

  it("says it where nothing was seen, where nothing was named, and where the program is not there", () => {
    expect(run(["--", process.execPath, "-e", "1"])).toMatchObject({ status: 0, stdout: "" });
    expect(run(["--", process.execPath, "-e", "1"]).stderr).toContain("nothing was checked");
    expect(run([process.execPath, "plain-pg.mjs"])).toMatchObject({ status: 2, stdout: "" });
    expect(run(["--", "no-such-program"])).toMatchObject({ status: 2 });
    expect(run(["--", "no-such-program"]).stderr).toContain("no-such-program cannot be started");
  });

  it("names a driver that is not watched", () => {
    const program = `require("better-sqlite3")`;
    expect(run(["--", process.execPath, "-e", program]).stderr).toContain("better-sqlite3, which is not watched");
  });

  function report(file: string, ...args: readonly string[]) {
    return reportOf(scratch, { DATABASE_URL: server.url("postgres") }, file, ...args);
  }

  function run(args: readonly string[]) {
    return runIn(scratch, { DATABASE_URL: server.url("postgres") }, args);
  }
});

const hasMysql2 = existsSync(join(import.meta.dirname, "../../node_modules/mysql2"));

describeIf(isBuilt && mariadbAvailable && hasMysql2, "it needs npm run build, MariaDB and the package mysql2")(
  "dbperf run with mysql2",
  () => {
    let server: MariadbServer;
    let scratch: string;

    beforeAll(async () => {
      scratch = mkdtempSync(join(tmpdir(), "dbperf-live-"));
      server = await startMariadb();
      const rows = Array.from({ length: 30 }, (_, id) => `(${id}, ${1 + (id % 10)}, ${id})`).join(", ");
      const said = await server.run(`create database shop; use shop;
      create table customers (id int primary key, name text);
      create table orders (id int primary key, customer_id int, total int, key (customer_id));
      insert into customers select seq, 'c' from seq_1_to_10; insert into orders values ${rows};
      create user app@'127.0.0.1' identified by 'p'; grant all on shop.* to app@'127.0.0.1';`);
      expect(said).toBe("");
    });

    afterAll(async () => {
      await server?.stop();
      rmSync(scratch, { recursive: true, force: true });
    });

    it.each(["query", "execute", "callback"])("names the line of an N+1 by %s", (way) => {
      const { code, analysis, programOutput } = reported("lazy", way);
      expect(programOutput).toBe("30 orders\n");
      expect(nPlusOnes(analysis).map(({ subject }) => subject)).toMatchObject([
        { callSite: { file: "mysql2.mjs", line: markedLine("mysql2.mjs", way) } },
      ]);
      expect(code).toBe(1);
    });

    it("finds none in the eager version", () => {
      const { code, analysis, programOutput } = reported("eager");
      expect(programOutput).toBe("30 orders\n");
      expect(analysis.statements?.calls).toBe(2);
      expect(nPlusOnes(analysis)).toEqual([]);
      expect(code).toBe(0);
    });

    it("names the line of a join whose rows multiply", () => {
      const { analysis } = reported("joined");
      // A slow machine has a slow statement as well.
      const found = analysis.findings.filter(({ ruleId }) => ruleId === "cartesian-explosion");
      expect(found).toMatchObject([
        {
          confidence: "measured",
          subject: { callSite: { file: "mysql2.mjs", line: markedLine("mysql2.mjs", "joined") } },
        },
      ]);
    });

    function reported(...args: readonly string[]) {
      const url = `mysql://app:p@127.0.0.1:${server.port}/shop`;
      return reportOf(scratch, { MYSQL_URL: url }, "mysql2.mjs", ...args);
    }
  },
);

function nPlusOnes(analysis: Analysis): Finding[] {
  return analysis.findings.filter(({ ruleId }) => ruleId === "n-plus-one");
}

function runFolders(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith("dbperf-run-"));
}
