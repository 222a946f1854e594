import { describe, expect, it } from "vitest";
import { CsvReader } from "../../../../../src/engines/postgres/logs/csv.ts";
import { LogDigest } from "../../../../../src/logs/digest/digest.ts";
import type { ReaderContext } from "../../../../../src/logs/format.ts";
import { Kernel, READ } from "../../../../../src/logs/kernel/kernel.ts";
import { ByteTally } from "../../../../../src/logs/scan/byte-tally.ts";
import { comparableDigest } from "../../../../support/comparable-digest.ts";
import { testLogReader } from "../../../../support/log-reader-suite.ts";
import { POSTGRES_15_LOGS } from "../../../../support/postgres-15-logs.ts";
import { readLog } from "../../../../support/read-log.ts";

const { stderr, csv } = POSTGRES_15_LOGS;
const open = (context: ReaderContext) => new CsvReader(context);

/** A record of PostgreSQL 12 (23 columns); `message` is as it stands in the file. */
function record(message: string, { rest = ',,,,,,,,,"shop web"', user = '"bob"', severity = "LOG" } = {}): string {
  return `2026-11-24 14:17:25.543 UTC,${user},"shop",9,"127.0.0.1:4000",6b059c74.9,1,"SELECT",2026-11-24 14:17:24 UTC,3/0,0,${severity},00000,"${message}"${rest}`;
}

function read(text: string, keepLiterals = false) {
  const { digest, tally } = readLog(Buffer.from(text), { open, keepLiterals });
  const { statements, facts } = comparableDigest(digest);
  return { tally, facts, digest, queries: statements.map(({ query, numbers }) => [query, numbers[0]]), statements };
}

function contextOf(kernel: Kernel): ReaderContext {
  const limits = { sinceMs: null, untilMs: null, toleranceMs: 2 };
  const digest = new LogDigest({ isMysql: false, isOpen: false, keepLiterals: false, ...limits });
  return { kernel, digest, counts: new ByteTally(), keepLiterals: false };
}

/** Records of a csv file, as any reader of csv has them. */
function csvRecords(text: string): string[][] {
  const records: string[][] = [[]];
  for (const [, quoted, plain = "", end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n)/g)) {
    records.at(-1)?.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === "\n") records.push([]);
  }
  return records.filter((columns) => columns.length > 0);
}

describe("the reader of PostgreSQL's csvlog", () => {
  testLogReader(csv);

  it("finds what stderr of the same run has", () => {
    for (const keepLiterals of [false, true]) {
      const expected = comparableDigest(readLog(stderr.text, { ...stderr, keepLiterals }).digest);
      expect(comparableDigest(readLog(csv.text, { open, keepLiterals }).digest)).toEqual(expected);
    }
  });

  it("counts the executions that the records have, and no more", () => {
    const records = csvRecords(csv.text.toString());
    const messages = records.map((columns) => columns[13] ?? "");
    const timed = messages.flatMap((text) => /^duration: ([\d.]+) ms {2}(?:statement|execute )/.exec(text)?.[1] ?? []);
    const { digest, tally } = readLog(csv.text, { open });
    const { statements } = comparableDigest(digest);
    const sum = (column: number) => statements.reduce((total, { numbers }) => total + (numbers[column] ?? 0), 0);
    expect(tally.events).toBe(records.length);
    // Four more came in two records: their duration stands in the second one.
    const paired = messages.filter((text) => /^(?:statement: |execute )/.test(text)).length;
    expect([timed.length, paired]).toEqual([40, 4]);
    expect(sum(0)).toBe(timed.length + paired);
    const stray = messages.flatMap((text) => /^duration: ([\d.]+) ms$/.exec(text)?.[1] ?? []);
    const micros = [...timed, ...stray].reduce((total, ms) => total + Math.round(Number(ms) * 1000), 0);
    expect(sum(2) + digest.strayUs).toBeCloseTo(micros, 3);
  });
});

describe("a record of csvlog", () => {
  it("may have the columns of version 12, 13 or 14 and later", () => {
    const statement = "duration: 1.500 ms  statement: select 1";
    const records = ["", ',"client backend"', ',"client backend",,77'].map((more) => `${record(statement)}${more}\n`);
    const { tally, queries } = read(records.join(""));
    expect([tally.events, tally.unparsedBytes]).toEqual([3, 0]);
    expect(queries).toEqual([["select ?", 3]]);
  });

  it("has the text of doubled quotes, line breaks and commas in any field", () => {
    const detail = 'Key (name)=(a ""b"", c)\nsecond line';
    const rest = `,"${detail}",,,,,"insert into ""t""\nvalues ('x,y')",,,"a ""b"", c"`;
    const text = `${record('duplicate key value violates unique constraint ""k""', { rest, user: '"o""d,d"', severity: "ERROR" })}\n`;
    const { facts, tally } = read(text);
    expect([tally.events, tally.lines]).toEqual([1, 3]);
    expect(JSON.stringify(facts)).toContain(JSON.stringify('insert into "t" values (\u0002)').slice(1, -1));
    const lock = record("process 9 still waiting for X on relation 1 after 5.0 ms", {
      user: '"o""d,d"',
      rest: ',,,,,,,,,"a ""b"", c"',
    });
    expect(read(`${lock}\n`).digest.facts.lockWaits[0]?.session).toEqual({
      ...{ pid: 9, user: 'o"d,d', database: "shop", application: 'a "b", c' },
    });
  });

  it("may end with a carriage return", () => {
    const { tally, queries } = read(`${record("duration: 1 ms  statement: select 1\r\nfrom t")}\r\n`.repeat(2));
    expect([tally.events, tally.lines, queries]).toEqual([2, 4, [["select ? from t", 2]]]);
  });

  it("keeps its parameters", () => {
    const rest = `,"parameters: $1 = 'it''s ""x""'",,,,,,,,"shop web"`;
    const { statements } = read(`${record("duration: 1 ms  execute s: select $1", { rest })}\n`, true);
    expect(statements[0]?.examples?.[0]).toMatchObject({ query: "select $1", parameters: `$1 = 'it''s "x"'` });
  });

  it("counts as far as it goes where the file ends", () => {
    const whole = `${record('duration: 1 ms  statement: select ""a"" from t')}\n`;
    for (const cut of [`${record("duration: 1 ms  statement: select 1")}`, record("x", { rest: ',"half' })]) {
      expect(read(whole + cut).tally).toMatchObject({ events: 2, lines: 2, unparsedBytes: 0 });
    }
    const head = whole.slice(0, 60);
    expect(read(whole + head).tally).toMatchObject({ events: 1, lines: 2, unparsedBytes: head.length });
  });

  it("is read wherever it is cut and closed", () => {
    const whole = record('a ""b"", c', { rest: ',"d ""e""' });
    const from = whole.indexOf('"a ""b') + 1;
    const { closing } = new CsvReader(contextOf(new Kernel(1 << 16)));
    for (let cut = from; cut <= whole.length; cut += 1) {
      const text = whole.slice(0, cut) + closing;
      expect([cut, read(text).tally]).toEqual([cut, expect.objectContaining({ events: 1, bytes: text.length })]);
    }
  });

  it("is cut where it is too long, and its neighbours are read", () => {
    const next = `${record("duration: 2 ms  statement: select 2")}\n`;
    const long = `${record(`duration: 1 ms  statement: select '${'x""\n'.repeat(3_000_000)}'`)}\n`;
    const { digest, tally } = readLog(Buffer.from(next + long + next), { open, pieceBytes: 1_000_000 });
    expect(tally).toMatchObject({ events: 3, cutEvents: 1, bytes: 2 * next.length + long.length, unparsedBytes: 0 });
    expect(tally.lines).toBe(3_000_003);
    expect(comparableDigest(digest).statements.map(({ query, numbers }) => [query, numbers[0]])).toEqual([
      ["select ?", 3],
    ]);
  });
});

describe("a line that is no record of csvlog", () => {
  const good = `${record("duration: 1 ms  statement: select 1")}\n`;

  it.each([
    ["no time", "hello, world\n", /begin/],
    ["no severity", `${record("x", { severity: "LOUD" })}\n`, /begin/],
    ["a line of stderr's that belongs to another", `${record("x", { severity: "DETAIL" })}\n`, /begin/],
    ["no message in quotes", `${record("x").replace('"x"', "x")}\n`, /begin/],
    ["too few columns", `${record("x", { rest: ",,," })}\n`, /columns/],
    ["too many columns", `${record("x")},,,,,,\n`, /columns/],
    ["25 columns", `${record("x")},"client backend",\n`, /columns/],
    ["a quote inside a field", `${record('x" y')}\n`, /quotes/],
  ])("is unparsed with a reason: %s", (_, line, reason) => {
    const { tally, queries } = read(good + line + good);
    expect([tally.events, tally.unparsedBytes, tally.unparsedLines]).toEqual([2, line.length, 1]);
    expect(tally.stretches[0]).toMatchObject({ line: 1, reason: expect.stringMatching(reason) });
    expect(queries).toEqual([["select ?", 2]]);
  });

  it("does not swallow what follows an open quote", () => {
    const open = `${record("x", { rest: "" }).slice(0, -1)}\n`;
    const { tally } = read(open + good.repeat(3));
    expect([tally.events, tally.unparsedBytes]).toEqual([3, open.length]);
  });
});

describe("a line inside a string", () => {
  it("is no start of a range, even where it has every column of a record", () => {
    const inside = record("", { rest: ",,,,,,,,,", user: "" }).replace(/"[^"]*"/g, (text) =>
      text === '""' ? text : "",
    );
    expect(read(`${inside}\n`).tally.events).toBe(1);
    const literal = `duration: 1 ms  statement: select 'x\n${inside.replaceAll('"', '""')}\ny'`;
    expect(literal).toContain('00000,"""",');
    const text = Buffer.from(`${record(literal)}\n`.repeat(3));
    for (let cut = 1; cut < text.length; cut += 1) {
      const first = readLog(text, { open, stop: cut });
      expect([cut, readLog(text, { open, from: cut }).startOffset]).toEqual([cut, first.endOffset]);
    }
  });
});

describe("the bytes of a record", () => {
  const kernel = new Kernel(1 << 16);
  const text = Buffer.from(`${record('duration: 1 ms  statement: select ""a""')}\n`);
  const from = kernel.inputFrom;
  const put = () => kernel.bytes.set(text, from);
  const now = () => Buffer.from(kernel.bytes.subarray(from, from + text.length)).toString();

  it("stay as they are while it is not whole, and where it is only looked at", () => {
    put();
    for (let length = 0; length < text.length; length += 1) {
      expect([length, kernel.readCsv(from, from + length, 0)]).toEqual([length, READ.incomplete]);
    }
    expect(kernel.peekCsv(from, from + text.length, 0)).toBe(READ.event);
    expect(now()).toBe(text.toString());
    expect(kernel.readCsv(from, from + text.length, 0)).toBe(READ.event);
    expect(now()).toContain('select "a"');
  });
});
