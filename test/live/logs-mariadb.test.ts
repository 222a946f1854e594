import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Analysis } from "../../src/index.ts";
import { runCli } from "../support/cli.ts";
import { addUp, type Counts } from "../support/logged-truth.ts";
import { type MariadbServer, mariadbAvailable, startMariadb } from "../support/mariadb.ts";
import { schemaErrors } from "../support/report-schema.ts";
import { describeIf } from "../support/require-or-skip.ts";

const SECRET = "geheim-7f3a";

/** What a slow log holds in all. Times in microseconds. */
interface SlowTotals {
  readonly calls: number;
  readonly totalUs: number;
  readonly lockUs: number;
  readonly rows: number;
  readonly rowsExamined: number;
  readonly callsByUser: Counts;
  readonly callsByDatabase: Counts;
  readonly totalUsByDatabase: Counts;
}

/** Settings of log_slow_verbosity by the name of their file. */
const VERBOSITIES = [
  ["plain.log", ""],
  ["extended.log", "query_plan,innodb"],
  ["explained.log", "query_plan,innodb,explain"],
] as const;

describeIf(mariadbAvailable, "mariadb-server is not installed")("the slow log of MariaDB", () => {
  let server: MariadbServer;
  let cwd: string;

  beforeAll(async () => {
    cwd = await mkdtemp(join(tmpdir(), "dbperf-live-"));
    server = await startMariadb({ log_output: "FILE,TABLE", long_query_time: "0" });
    await server.run(SCHEMA);
  });

  afterAll(async () => {
    await server?.stop();
    await rm(cwd, { recursive: true, force: true });
  });

  it.each(VERBOSITIES)(
    "reports of %s what mysql.slow_log holds, with log_slow_verbosity = '%s'",
    async (name, verbosity) => {
      const log = await recordSlowLog(name, verbosity);
      const { code, out, err } = await runCli(["logs", log, "--format", "json", "--no-store", "--top", "500"], { cwd });
      expect(code, err).toBe(0);
      const analysis: Analysis = JSON.parse(out);
      if (analysis.input.kind !== "log") throw new Error("a log was read");
      expect(analysis.input).toMatchObject({ format: "mysql-slow", engine: "mariadb", unparsed: { bytes: 0 } });
      const truth = await totalsOfTable();
      expect(totalsOfReport(analysis)).toEqual(truth);
      expect(Object.keys(truth.callsByUser).toSorted()).toEqual(["night shift", "o'dd", "root"]);
      expect(Object.keys(truth.callsByDatabase).toSorted()).toEqual(["(none)", "archive", "shop"]);
      expect(truth.rows).toBeGreaterThan(250);
      expect(truth.rowsExamined).toBeGreaterThan(1000);
      expect(out).not.toContain(SECRET);
      expect(out).not.toMatch(/fake/);
      expect(schemaErrors(analysis)).toEqual([]);
    },
  );

  /** Runs the workload under a verbosity; resolves to a copy of what the server wrote. */
  async function recordSlowLog(name: string, verbosity: string): Promise<string> {
    const file = join(server.directory, name);
    await server.run(`truncate mysql.slow_log; set global slow_query_log_file = '${file}';
      set global log_slow_verbosity = '${verbosity}'; set global slow_query_log = 1`);
    await server.run(WORKLOAD, { database: "shop" });
    await server.run(OTHER_WORKLOAD, { user: "o'dd", database: "archive" });
    await server.run("select 1;\nselect 'no database'", { user: "night shift" });
    await server.run("set global slow_query_log = 0");
    await copyFile(file, join(cwd, name));
    return join(cwd, name);
  }

  /** The user stands before its bracket: `user_host` is `root[root] @ localhost []`. */
  async function totalsOfTable(): Promise<SlowTotals> {
    const rows = await server.rows(
      `select substring_index(user_host, '[', 1), if(db = '', '(none)', db), count(*),
         cast(sum(time_to_sec(query_time)) * 1000000 as int), cast(sum(time_to_sec(lock_time)) * 1000000 as int),
         sum(rows_sent + rows_affected), sum(rows_examined)
       from mysql.slow_log group by 1, 2`,
    );
    const lines = rows.map(([user = "", database = "", ...numbers]) => ({
      user,
      database,
      numbers: numbers.map(Number),
    }));
    const sum = (column: number): number => lines.reduce((total, { numbers }) => total + (numbers[column] ?? NaN), 0);
    return {
      calls: sum(0),
      totalUs: sum(1),
      lockUs: sum(2),
      rows: sum(3),
      rowsExamined: sum(4),
      callsByUser: addUp(lines.map(({ user, numbers }) => [user, numbers[0] ?? NaN])),
      callsByDatabase: addUp(lines.map(({ database, numbers }) => [database, numbers[0] ?? NaN])),
      totalUsByDatabase: addUp(lines.map(({ database, numbers }) => [database, numbers[1] ?? NaN])),
    };
  }
});

function totalsOfReport({ statements }: Analysis): SlowTotals {
  const items = statements?.items ?? [];
  const sum = (numbers: readonly (number | null | undefined)[]): number =>
    numbers.reduce<number>((total, number) => total + (number ?? NaN), 0);
  const us = (ms: number): number => Math.round(ms * 1000);
  const database = (name: string): string => (name === "" ? "(none)" : name);
  return {
    calls: statements?.calls ?? NaN,
    totalUs: us(statements?.totalMs ?? NaN),
    lockUs: us(sum(items.map(({ log }) => log?.lockMs))),
    rows: sum(items.map(({ rows }) => rows)),
    rowsExamined: sum(items.map(({ log }) => log?.rowsExamined)),
    callsByUser: addUp(items.flatMap(({ log }) => (log?.users ?? []).map(({ name, calls }) => [name, calls] as const))),
    callsByDatabase: addUp(items.map((item) => [database(item.database), item.calls])),
    totalUsByDatabase: addUp(items.map((item) => [database(item.database), us(item.totalMs)])),
  };
}

const SCHEMA = `
create database shop; create database archive;
create table shop.customers (id int primary key, email varchar(200) not null, city varchar(200) not null, key (city)) engine = innodb;
create table shop.orders (id int primary key, customer_id int not null, total int not null, note text, key (customer_id)) engine = innodb;
insert into shop.customers select seq, concat('c', seq, '@example.com'), concat('city ', seq % 20) from shop.seq_1_to_400;
insert into shop.orders select seq, 1 + seq % 400, seq % 90, null from shop.seq_1_to_800;
create table archive.orders like shop.orders;
create user 'o''dd'@localhost; grant all on *.* to 'o''dd'@localhost;
create user 'night shift'@localhost; grant all on *.* to 'night shift'@localhost;
`;

const FAKE_EVENT = `# Time: 261124 13:00:00
# User@Host: fake[fake] @ localhost []
# Thread_id: 99  Schema: fake  QC_hit: No
# Query_time: 99.000000  Lock_time: 0.000000  Rows_sent: 7  Rows_examined: 7
# Rows_affected: 0  Bytes_sent: 7
SET timestamp=1795525200;
select fake from fakes;
`;

const WORKLOAD = `
${Array.from({ length: 30 }, (_, id) => `select email, city from customers where id = ${id + 1};`).join("\n")}
${Array.from({ length: 10 }, (_, id) => `select id, total from orders where customer_id in (${id}, ${id + 1});`).join("\n")}
select c.city, count(*), sum(o.total)
from customers c
  join orders o on o.customer_id = c.id -- a comment; with a semicolon
where c.city like 'city 1%'
group by c.city;
insert into orders values (1001, 1, 5, '${FAKE_EVENT}'), (1002, 2, 6, 'first
# Time: 2026-11-24T13:00:00.000000Z
# User@Host: fake[fake] @ localhost []
last');
/* route='%2Forders',framework='express' */ select count(*) from orders where note is not null;
update orders set total = total + 1 where customer_id = 7;
insert into archive.orders select * from orders where id <= 100;
delete from archive.orders where id <= 50;
prepare by_city from 'select count(*) from customers where city = ?';
set @city = 'city 7';
execute by_city using @city;
execute by_city using @city;
deallocate prepare by_city;
select 'Grüße – 日本語 🎉 ${SECRET}', "a ""double"" quote", 'it''s \\\\ \\'quoted\\'';
select sleep(0.02);
begin;
update customers set email = '${SECRET}' where id = 3;
rollback;
select * from no_such_table;
select 1 +;
insert into customers values (1, 'twice', 'twice');
use archive;
select count(*) from orders;
use shop;
select length('${"x".repeat(100_000)}');
select 1 as "a
# administrator command: Quit;
b";
delete from orders where id > 1000;
`;

const OTHER_WORKLOAD = `
select count(*) from orders where total > 10;
SELECT  COUNT(*)   FROM orders WHERE total > 20;
delete from orders;
`;
