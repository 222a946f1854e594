import { describe, expect, it } from "vitest";
import { readableText } from "../../../../../src/logs/digest/texts.ts";
import { comparableDigest } from "../../../../support/comparable-digest.ts";
import { testLogReader } from "../../../../support/log-reader-suite.ts";
import { FULL_PREFIX, POSTGRES_15_LOGS, stderrWith } from "../../../../support/postgres-15-logs.ts";
import { readLog } from "../../../../support/read-log.ts";

const { stderr } = POSTGRES_15_LOGS;

describe("the reader of PostgreSQL's stderr", () => {
  testLogReader(stderr);
});

describe("what stderr tells", () => {
  const { facts, statements } = comparableDigest(readLog(stderr.text, { ...stderr, keepLiterals: true }).digest);
  const recorded = readLog(stderr.text, stderr).digest.facts;

  it("has every execution once and nothing of what a string holds", () => {
    const calls = (part: string) =>
      statements.filter(({ query }) => query.includes(part)).reduce((sum, { numbers }) => sum + (numbers[0] ?? 0), 0);
    expect(calls("select id, name from customers")).toBe(2);
    expect(calls("select city from customers")).toBe(2);
    expect(calls("insert into orders(note)")).toBe(1);
    expect(calls("fake")).toBe(0);
  });

  it("gives a text of several lines back as the client sent it", () => {
    const update = statements.find(({ query }) => query.startsWith("update orders set total = total"));
    expect(update?.examples?.[0]?.query).toBe(
      "/* route='/orders/:id',framework='x' */ update orders\n\tset total = total + 1,\n\n" +
        "\t    note = 'two\nlines\t\"quoted\"'\r\nwhere id = 1;\n",
    );
    const select = statements.find(({ query }) => query.startsWith("select id, name"));
    expect(select?.examples?.[0]?.parameters).toMatch(/^\$1 = '\d', \$2 = 'it''s "x" \\ y'$/);
  });

  it("reads how long a lock was waited for, also where the message ends with a position", () => {
    const relation = recorded.lockWaits.filter(({ object }) => object.kind === "relation");
    expect(relation.map(({ outcome, objectText, waitedUs }) => [outcome, objectText, waitedUs > 50_000])).toEqual([
      ["waiting", "relation 16394 of database 5", true],
      ["acquired", "relation 16394 of database 5", true],
    ]);
  });

  it("knows the deadlock, its victim and both statements", () => {
    expect(
      recorded.deadlocks[0]?.members.map(({ statement, isVictim }) => [readableText(statement ?? ""), isVictim]),
    ).toEqual([
      ["update orders set total = ? where id = ?", true],
      ["update orders set total = ? where id = ?", false],
    ]);
  });

  it("counts refusals, timeouts, temporary files and errors", () => {
    const text = JSON.stringify(facts);
    for (const part of ['"role-limit"', '"statement-timeout"', '"22012"', '"42703"', '"23505"', '"23503"', '"57P01"'])
      expect(text).toContain(part);
    expect(text).toContain('"totalBytes":');
    expect(text).not.toContain("at character");
  });
});

describe("a log_line_prefix", () => {
  /** What a line says of its session, through an error. */
  function sessionOf(prefix: string, head: string) {
    const digest = readLog(Buffer.from(`${head}LOG:  process 9 still waiting for X on relation 1 after 5.0 ms\n`), {
      open: stderrWith(prefix),
    }).digest;
    const [line] = digest.facts.lockWaits;
    return line === undefined ? null : { ...line.session, at: new Date(line.timeMs).toISOString() };
  }
  const at = "2026-11-24T14:17:25.543Z";

  it("is read with every field, empty ones and spaces in names too", () => {
    const client =
      "2026-11-24 14:17:25.543 UTC 9 bob shop shop web 127.0.0.1(34070) client backend 6b059c74.9 32 2026-11-24 14:17:24 UTC 3/123 777 00000 -1178109841773526086 ";
    expect(sessionOf(FULL_PREFIX, client)).toEqual({
      pid: 9,
      user: "bob",
      database: "shop",
      application: "shop web",
      at,
    });
    const background =
      "2026-11-24 14:17:25.543 UTC 9     autovacuum worker 6b059c74.9 3 2026-11-24 14:17:24 UTC  0 00000 0 ";
    expect(sessionOf(FULL_PREFIX, background)).toEqual({ pid: 9, user: null, database: null, application: null, at });
  });

  it("tells an application of several words from the address after it", () => {
    const prefix = "%m %p %u %d %a %h %b ";
    const head = "2026-11-24 14:17:25.543 UTC 9 bob shop my shop web 10.1.2.3 client backend ";
    expect(sessionOf(prefix, head)?.application).toBe("my shop web");
  });

  it("may have its time zone before a colon", () => {
    const prefix = "%t:%r:%u@%d:[%p]:";
    const line = { pid: 9, user: "bob", database: "shop", application: null, at: "2026-11-24T14:17:25.000Z" };
    expect(sessionOf(prefix, "2026-11-24 14:17:25 UTC:10.1.2.3(5000):bob@shop:[9]:")).toEqual(line);
    expect(sessionOf(prefix, "2026-11-24 14:17:25 UTC:fe80::1(5000):bob@shop:[9]:")).toEqual(line);
    expect(sessionOf(prefix, "2026-11-24 14:17:25 UTC::@:[9]:")).toEqual({ ...line, user: null, database: null });
    expect(sessionOf(prefix, "2026-11-24 19:47:25 +0530::@:[9]:")?.at).toBe(line.at);
  });

  it("may pad its fields", () => {
    const prefix = "%m [%-6p] %10u|%-8d %-12v %a ";
    expect(sessionOf(prefix, "2026-11-24 14:17:25.543 UTC [9     ]        bob|shop     3/12         psql ")).toEqual({
      ...{ pid: 9, user: "bob", database: "shop", application: "psql", at },
    });
    expect(sessionOf(prefix, "2026-11-24 14:17:25.543 UTC [9     ]           |                       ")?.pid).toBe(9);
  });
});

describe("the pid of a line", () => {
  const deadlock = (prefix: string, head: string) => {
    const lines = `${head}ERROR:  deadlock detected\n${head}DETAIL:  Process 3198 waits for X on transaction 1; blocked by process 7.\n`;
    return readLog(Buffer.from(lines), { open: stderrWith(prefix) }).digest.facts.deadlocks[0]?.members;
  };

  it("is the second part of the session's id where the prefix has no pid", () => {
    const members = deadlock("%m %c ", "2026-11-24 14:17:25.543 UTC 6b059c74.c7e ");
    expect(members?.map(({ isVictim }) => isVictim)).toEqual([true]);
  });

  it("is not known where the prefix has neither", () => {
    const members = deadlock("%m ", "2026-11-24 14:17:25.543 UTC ");
    expect(members?.map(({ isVictim }) => isVictim)).toEqual([null]);
  });
});

describe("a line that is no line of the prefix", () => {
  const open = stderrWith(FULL_PREFIX);

  it("is unparsed, with its continuation lines", () => {
    const { tally } = readLog(Buffer.from("2026-11-24 14:17:25.543 UTC 9 no severity\n\tmore\n"), { open });
    expect(tally.stretches).toEqual([
      { line: 0, bytes: 48, reason: "it does not begin with the prefix and a severity" },
    ]);
  });

  it("costs no more than its length, however many ways there are to read it", () => {
    const line = `2026-11-24 14:17:25.543 UTC 9${" a".repeat(60)}\n`;
    const text = Buffer.from(line.repeat(3000));
    const start = performance.now();
    expect(readLog(text, { open }).tally.unparsedLines).toBe(3000);
    // Every way to share 60 words among six fields would be more than 10^7 a line.
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
