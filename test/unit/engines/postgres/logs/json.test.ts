import { describe, expect, it } from "vitest";
import { JsonReader } from "../../../../../src/engines/postgres/logs/json.ts";
import type { ReaderContext } from "../../../../../src/logs/format.ts";
import { Kernel, READ, SLOT } from "../../../../../src/logs/kernel/kernel.ts";
import { comparableDigest } from "../../../../support/comparable-digest.ts";
import { testLogReader } from "../../../../support/log-reader-suite.ts";
import { POSTGRES_15_LOGS } from "../../../../support/postgres-15-logs.ts";
import { readLog } from "../../../../support/read-log.ts";

const { stderr, json } = POSTGRES_15_LOGS;
const open = (context: ReaderContext) => new JsonReader(context);
const HEAD = '"timestamp":"2026-11-24 14:17:25.543 UTC","pid":9,"error_severity":"LOG"';

function line(message: string, more: Readonly<Record<string, unknown>> = {}): string {
  const start = { timestamp: "2026-11-24 14:17:25.543 UTC", user: "bob", dbname: "shop", pid: 9 };
  return `${JSON.stringify({ ...start, error_severity: "LOG", message, ...more, application_name: "shop web" })}\n`;
}

function read(text: string, keepLiterals = false) {
  const { digest, tally } = readLog(Buffer.from(text), { open, keepLiterals });
  const { statements, facts } = comparableDigest(digest);
  return { tally, facts, digest, queries: statements.map(({ query, numbers }) => [query, numbers[0]]), statements };
}

describe("the reader of PostgreSQL's jsonlog", () => {
  testLogReader(json);

  it("finds what stderr of the same run has", () => {
    for (const keepLiterals of [false, true]) {
      const expected = comparableDigest(readLog(stderr.text, { ...stderr, keepLiterals }).digest);
      expect(comparableDigest(readLog(json.text, { open, keepLiterals }).digest)).toEqual(expected);
    }
  });

  it("has one event a line", () => {
    const { tally } = readLog(json.text, { open });
    expect([tally.events, tally.lines, tally.unparsedBytes]).toEqual([92, 92, 0]);
  });
});

describe("a record of jsonlog", () => {
  it("has its keys in any order, with spaces, and others beside", () => {
    const text =
      ' { "ps" : "SELECT" , "list":[1,{"message":"no"},"]"], "nested": {"error_severity":"FATAL","x":{}}, "none":null,' +
      ' "yes":true,"message" : "duration: 1.5 ms  statement: select 1", "error_severity":"LOG", "n":-1.5e3,' +
      ' "timestamp":"2026-11-24 14:17:25.543 UTC" } \r\n';
    const { queries, digest } = read(text);
    expect(queries).toEqual([["select ?", 1]]);
    expect(digest.firstMs).toBe(Date.parse("2026-11-24T14:17:25.543Z"));
  });

  it("has every escape of JSON in its text", () => {
    const value = 'tab\t "quoted" \\ slash / \b\f\n\r é 日 😀 \u0001 end';
    const escaped = JSON.stringify(value)
      .replace("/", "\\/")
      .replace("é", "\\u00e9")
      .replace("日", "\\u65e5")
      .replace("😀", "\\uD83D\\ude00");
    const text = `{${HEAD},"message":"duration: 1 ms  statement: select 1","detail":"parameters: $1 = ${escaped.slice(1, -1)}"}\n`;
    expect(JSON.parse(text)).toMatchObject({ detail: `parameters: $1 = ${value}` });
    // A carriage return is of the line's end in the other formats.
    expect(read(text, true).statements[0]?.examples?.[0]?.parameters).toBe(`$1 = ${value.replace("\r", "")}`);
  });

  it("keeps what is no escape, and replaces half of a surrogate pair", () => {
    const text = `{${HEAD},"message":"duration: 1 ms  statement: select 1","detail":"parameters: \\x \\u12 \\ud83d \\ud83dx \\ude00 \\ud83d\\u0041"}\n`;
    expect(read(text, true).statements[0]?.examples?.[0]?.parameters).toBe("\\x \\u12 \ufffd \ufffdx \ufffd \ufffdA");
  });

  it("makes the same class of a statement whatever is escaped in it", () => {
    const statement = 'duration: 1 ms  statement: select "a" from t';
    const text = line(statement) + line(statement).replace("select", "\\u0073elect").replace(" from", "\\nfrom");
    expect(read(text).queries).toEqual([['select "a" from t', 2]]);
  });

  it("has its session, escaped names too", () => {
    const text = line("process 9 still waiting for X on relation 1 after 5.0 ms", { user: 'o"d\\d' });
    expect(read(text).digest.facts.lockWaits[0]?.session).toEqual({
      ...{ pid: 9, user: 'o"d\\d', database: "shop", application: "shop web" },
    });
  });

  it("counts as far as it goes where the file ends", () => {
    const whole = line("duration: 1 ms  statement: select 1");
    for (const cut of [`{${HEAD},"message":"x`, `{${HEAD},"message":"x\\`, `{${HEAD},"message":"x","det`]) {
      expect(read(whole + cut).tally).toMatchObject({ events: 2, lines: 2, unparsedBytes: 0 });
    }
    const head = whole.slice(0, 60);
    expect(read(whole + head).tally).toMatchObject({ events: 1, lines: 2, unparsedBytes: head.length });
  });

  it("is cut where it is too long, and its neighbours are read", () => {
    const next = line("duration: 2 ms  statement: select 2");
    const long = line(`duration: 1 ms  statement: select '${'x"\n'.repeat(2_200_000)}'`);
    const { digest, tally } = readLog(Buffer.from(next + long + next), { open, pieceBytes: 1_000_000 });
    expect(tally).toMatchObject({ events: 3, cutEvents: 1, bytes: 2 * next.length + long.length, unparsedBytes: 0 });
    expect(tally.lines).toBe(3);
    expect(comparableDigest(digest).statements.map(({ query, numbers }) => [query, numbers[0]])).toEqual([
      ["select ?", 3],
    ]);
  });
});

describe("a line that is no record of jsonlog", () => {
  const good = line("duration: 1 ms  statement: select 1");

  it.each([
    ["no object", "hello\n", /JSON object/],
    ["an object that does not end", `${good.slice(0, -2)}\n`, /JSON object/],
    ["a string that does not end", `{${HEAD},"message":"x}\n`, /JSON object/],
    ["something after the object", `${good.slice(0, -1)} x\n`, /JSON object/],
    ["a list", `[${good.slice(0, -1)}]\n`, /JSON object/],
    ["no message", `{${HEAD}}\n`, /timestamp/],
    ["a message that is no string", `{${HEAD},"message":null}\n`, /timestamp/],
    ["no time", good.replace("2026-11-24 14", "yesterday"), /timestamp/],
    ["no severity of a message", good.replace('"LOG"', '"DETAIL"'), /timestamp/],
    ["keys inside another object", `{"record":${good.slice(0, -1)}}\n`, /timestamp/],
  ])("is unparsed with a reason: %s", (_, text, reason) => {
    const { tally, queries } = read(good + text + good);
    expect([tally.events, tally.unparsedBytes, tally.unparsedLines]).toEqual([2, text.length, 1]);
    expect(tally.stretches[0]).toMatchObject({ line: 1, reason: expect.stringMatching(reason) });
    expect(queries).toEqual([["select ?", 2]]);
  });
});

describe("the bytes of a record", () => {
  const kernel = new Kernel(1 << 16);
  const from = kernel.inputFrom;

  it("stay as they are while it is not whole, and where it is only looked at", () => {
    const text = Buffer.from(line('duration: 1 ms  statement: select "a"'));
    kernel.bytes.set(text, from);
    const now = () => Buffer.from(kernel.bytes.subarray(from, from + text.length)).toString();
    for (let length = 0; length < text.length; length += 1) {
      expect([length, kernel.readJson(from, from + length, 0)]).toEqual([length, READ.incomplete]);
    }
    expect(kernel.peekJson(from, from + text.length, 0)).toBe(READ.event);
    expect(now()).toBe(text.toString());
    expect(kernel.readJson(from, from + text.length, 0)).toBe(READ.event);
    expect(kernel.text(kernel.slots[SLOT.text] ?? 0, kernel.slots[SLOT.text + 1] ?? 0)).toBe('select "a"');
  });
});
