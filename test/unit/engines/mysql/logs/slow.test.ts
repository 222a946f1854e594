import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readSlowLog, slowClasses } from "../../../../support/slow-log.ts";

function logOf(name: string): Buffer {
  return readFileSync(join(import.meta.dirname, "../../../../../fixtures/logs", name));
}

/** Header lines of the log, those inside strings among them. */
function queryTimes(log: Buffer): number {
  return log.toString("latin1").match(/^# Query_time: /gm)?.length ?? 0;
}

const EVENT = `# Time: 2026-03-01T10:00:01.000000Z
# User@Host: app[app] @ web1 [10.0.0.5]  Id:    12
# Query_time: 0.000250  Lock_time: 0.000010 Rows_sent: 1  Rows_examined: 2
SET timestamp=1772359201;
`;

describe("MySQL 5.6", () => {
  const part = readSlowLog(logOf("mysql-slow/mysql-5.6.log"));

  it("goes on with the database and time of the event before, and forgets both when the log is opened again", () => {
    expect(slowClasses(part)).toEqual([
      "1 x select * from orders where customer = ? @shop 1500000 3 100 3000",
      "1 x select count(*) from orders where placed > ? @reports 2000001 1 0 90000",
      "1 x select version() @ 100000 1 0 0",
      "1 x update orders set state = ? where id = ? @shop 250000 - 50 12",
    ]);
    expect(part.tally).toMatchObject({ events: 6, unparsedBytes: 0 });
  });

  it("takes the time from SET timestamp where that of the header has no zone", () => {
    expect(new Date(part.digest.firstMs).toISOString()).toBe("2026-03-01T07:05:07.000Z");
    expect(new Date(part.digest.lastMs).toISOString()).toBe("2026-03-01T10:10:00.000Z");
    expect(part.unknownZones).toEqual([]);
  });

  it("says so where it has to read the server's own time as UTC", () => {
    const log = "# Time: 260301  9:05:07\n# User@Host: a[a] @ h []\n# Query_time: 2  Lock_time: 0\nselect 1;\n";
    const { digest, unknownZones } = readSlowLog(log);
    expect(new Date(digest.firstMs).toISOString()).toBe("2026-03-01T09:05:07.000Z");
    expect(unknownZones).toEqual(["the server's own zone"]);
  });
});

describe("MySQL 5.7 and later", () => {
  it("reads times with zone and microseconds, inserts, and administrator commands", () => {
    const part = readSlowLog(logOf("mysql-slow/mysql-5.7.log"));
    expect(slowClasses(part)).toEqual([
      "1 x administrator command:Quit @shop 5 0 0 0",
      "1 x insert into orders(customer, note) values (?) @shop 20010 - 200 0",
      "1 x select * from items where id in (?) @stock 30000 2 0 2",
      "1 x select * from orders where customer = ? @shop 10020 3 100 3000",
    ]);
    expect(part.digest.firstMs).toBeCloseTo(Date.parse("2026-03-01T10:00:01.123Z") + 0.456, 2);
    expect(part.database).toBe("stock");
    expect(part.unknownZones).toEqual([]);
  });

  it("reads an offset instead of Z", () => {
    const { digest } = readSlowLog(logOf("mysql-slow/mysql-8.4-offset.log"));
    expect(new Date(digest.firstMs).toISOString()).toBe("2026-03-01T10:00:01.500Z");
  });

  it("tells errors, time limits and lock time-outs of log_slow_extra", () => {
    const { facts } = readSlowLog(logOf("mysql-slow/mysql-8.0-extra.log")).digest;
    const errors = [...facts.kinds.errors.values()].map(
      ({ code, message, database }) => `${code} ${message} @${database}`,
    );
    expect(errors).toEqual([
      "1062 Duplicate entry ? for key ? @shop",
      "3024 Query execution was interrupted, maximum statement execution time exceeded @shop",
      "1205 Lock wait timeout exceeded @shop",
    ]);
    expect([...facts.kinds.cancellations.values()].map(({ cause, at }) => [cause, at.count])).toEqual([
      ["statement-timeout", 1],
      ["lock-timeout", 1],
    ]);
  });

  it("counts a statement that was killed once, as its user's request", () => {
    const header = EVENT.replace("Rows_examined: 2", "Rows_examined: 2 Thread_id: 12 Errno: 1317 Killed: 1317");
    const { facts } = readSlowLog(`${header}select sleep(5);\n`).digest;
    expect([...facts.kinds.errors.values()].map(({ code, at }) => [code, at.count])).toEqual([["1317", 1]]);
    expect([...facts.kinds.cancellations.values()].map(({ cause }) => cause)).toEqual(["user-request"]);
  });
});

describe("Percona Server", () => {
  it("counts a sampled statement as often as it stands for, and one that is always written once", () => {
    const part = readSlowLog(logOf("mysql-slow/percona-5.7-sampled.log"));
    expect(slowClasses(part)).toEqual([
      "100 x insert into shop.customers(name) values (?) @ 10000 200 1000 0",
      "101 x select name from customers where id = ? @shop 12022800 101 11514 101",
    ]);
    expect(part.sampledOneIn).toBe(100);
    const [select] = part.digest.statements.details;
    expect([...(select?.sketch.bins() ?? [])].map(([, count]) => count)).toEqual([100, 1]);
    expect(select?.hours.map(({ calls, totalUs }) => [calls, totalUs])).toEqual([[101, 12_022_800]]);
    expect(select?.users.at(1)).toBe(101);
  });

  it("does not scale what was sampled by session, nor what was not sampled", () => {
    for (const line of [
      "# Log_slow_rate_type: session  Log_slow_rate_limit: 100",
      "# Log_slow_rate_type: query  Log_slow_rate_limit: 1",
    ]) {
      const part = readSlowLog(`${EVENT.replace("SET", `${line}\nSET`)}select 1;\n`);
      expect([slowClasses(part), part.sampledOneIn]).toEqual([["1 x select ? @ 250 1 10 2"], null]);
    }
  });

  it("does not take the number of a warning for an error", () => {
    expect(readSlowLog(logOf("mysql-slow/percona-5.7-sampled.log")).digest.facts.kinds.errors.size).toBe(0);
    const header = EVENT.replace("# Query_time", "# Schema: shop  Last_errno: 1205  Killed: 0\n# Query_time");
    const { facts } = readSlowLog(`${header}select 1;\n`).digest;
    expect([...facts.kinds.cancellations.values()].map(({ cause }) => cause)).toEqual(["lock-timeout"]);
  });

  it("reads log_slow_extra with schema and rows at its end", () => {
    expect(slowClasses(readSlowLog(logOf("mysql-slow/percona-8.0-extra.log")))).toEqual([
      "1 x delete from orders where state = ? @shop 259 4 4 7",
    ]);
  });
});

describe("MariaDB 10.11", () => {
  const log = logOf("mariadb-10.11/slow.log");
  const part = readSlowLog(log);
  const classes = slowClasses(part);

  it("reads every event and not the one inside a string", () => {
    // One fake header, two banners.
    expect(part.tally).toMatchObject({ events: queryTimes(log) - 1 + 2, unparsedBytes: 0, bytes: log.length });
    expect(classes.some((line) => line.includes("nowhere"))).toBe(false);
    const inserts = classes.find((line) => line.includes("insert into customers(name, note)"));
    expect(inserts).toMatch(/^3 x insert into customers\(name, note\) values \(\?\) @shop \d+ 5 /);
  });

  it("takes rows that were changed for writes, and the database of each event", () => {
    expect(
      classes.filter((line) => line.includes("@stock room")).map((line) => line.replace(/ \d+ (\S+) \d+ \d+$/, " $1")),
    ).toEqual([
      "1 x create table items(id int primary key, label varchar(?)) @stock room 0",
      "1 x delete from items where id = ? @stock room 1",
      "1 x insert into items select ?, ? returning id @stock room 1",
      "1 x insert into items values (?) @stock room 2",
      "1 x select * from shop.customers c join items i on i.id = c.id @stock room 2",
      "1 x update items set label = ? where id = ? @stock room 1",
      "1 x use `stock room` @stock room 0",
    ]);
  });

  it("reads routes from comments, and comments with a quote in them", () => {
    const { digest } = part;
    const routes = digest.statements.details.flatMap(({ routes: pairs }) => pairs.filter((_, at) => at % 2 === 0));
    expect(routes.map((route) => digest.names.text(route))).toEqual(["orders#show", "/orders/:id"]);
    expect(classes.some((line) => line.includes("select id from customers where id in (?)"))).toBe(true);
  });

  it("reads the same statements with plans and more numbers between the header and the statement", () => {
    const texts = (lines: readonly string[]): string[] => lines.map((line) => line.replace(/(?: \S+){4}$/, ""));
    const full = readSlowLog(logOf("mariadb-10.11/slow-explain.log"));
    expect(texts(slowClasses(full))).toEqual(texts(classes));
    expect(full.tally.unparsedBytes).toBe(0);
  });

  it("reads the same with carriage returns", () => {
    const crlf = Buffer.from(log.toString("latin1").replaceAll("\n", "\r\n"), "latin1");
    const read = readSlowLog(crlf);
    expect(slowClasses(read)).toEqual(classes);
    expect(read.tally).toMatchObject({ unparsedBytes: 0, lines: part.tally.lines });
  });
});

describe("the statement", () => {
  it("is without its semicolon, and as long as it is", () => {
    const long = `select '${"x".repeat(70 * 1024)}' from t`;
    const part = readSlowLog(`${EVENT}${long};\n${EVENT}select 1;\n`, { keepLiterals: true });
    expect(slowClasses(part)).toEqual(["1 x select ? @ 250 1 10 2", "1 x select ? from t @ 250 1 10 2"]);
    const queries = part.digest.statements.details.map(({ examples }) => examples[0]?.query);
    expect(queries).toEqual([long.slice(0, 65_536), "select 1"]);
  });

  it("is `use` where nothing else follows, and sets the database", () => {
    const untimed = "# User@Host: app[app] @ web1 [10.0.0.5]\n# Query_time: 1.0  Lock_time: 0\n";
    const part = readSlowLog(`${EVENT}use \`a b\`;\n${untimed}select 1;\n${untimed}select 2;\n`);
    expect(slowClasses(part)).toEqual(["1 x use `a b` @ 250 1 10 2", "2 x select ? @ 2000000 - 0 -"]);
  });

  it("of dbperf itself is counted apart", () => {
    const { digest } = readSlowLog(`${EVENT}/* dbperf */ select 1;\n`);
    expect([digest.ownCalls, digest.ownUs, digest.statements.size]).toEqual([1, 250, 0]);
  });

  it("may take no time that a clock measures", () => {
    const part = readSlowLog(`${EVENT.replace("0.000250", "18446744073709.551615")}select 1;\n`);
    expect(slowClasses(part)).toEqual(["1 x select ? @ 0 1 10 2"]);
    expect(readSlowLog(`${EVENT.replace("0.000250", "34.000009")}select 1;\n`).digest.statements.numbers[2]).toBe(
      34_000_009,
    );
  });
});
