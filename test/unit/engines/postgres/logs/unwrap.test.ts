import { describe, expect, it } from "vitest";
import { unwraps } from "../../../../../src/engines/postgres/logs/unwrap/index.ts";
import { syslogTime } from "../../../../../src/engines/postgres/logs/unwrap/syslog-time.ts";
import type { OuterSpan, UnwrapOptions } from "../../../../../src/engines/postgres/logs/unwrap/unwrap.ts";
import { cutForSyslog } from "./wrapping.ts";

const HEAD = "Nov 24 14:18:53 db1 postgres[42]: ";

describe("syslog", () => {
  it("gives each inner line the outer bytes that it stands for", () => {
    const lines = [
      `${HEAD}[5-1] LOG:  a`,
      "Nov 24 14:18:53 db1 cron[7]: x",
      `${HEAD}[5-2] #011b`,
      `${HEAD}[6-1] LOG:  c`,
    ];
    const { inner, spans } = unwrap("syslog", `${lines.join("\n")}\nrubbish`);
    expect(inner).toBe("LOG:  a\n\tb\nLOG:  c\n");
    const sizes = lines.map((line) => line.length + 1);
    expect(spans).toEqual([
      span("line", 8, sizes[0]),
      span("line", 3, sizes[2]),
      span("foreign", 0, sizes[1]),
      span("line", 8, sizes[3]),
      span("unreadable", 0, "rubbish".length),
    ]);
  });

  it("joins a line that was cut for its length, at white space and within a word", () => {
    for (const line of [
      `LOG:  select ${"wörd ".repeat(500)}`,
      `LOG:  ${"x".repeat(3000)}`,
      `LOG:  ${"ä".repeat(1500)} end`,
    ]) {
      const pieces = cutForSyslog(line);
      expect(pieces.length).toBeGreaterThan(2);
      const outer = pieces.map((piece, at) => `${HEAD}[5-${at + 1}] ${piece}\n`).join("");
      expect(unwrap("syslog", outer).inner).toBe(`${line}\n`);
    }
  });

  it("begins a line with a field of the message, also after a long one", () => {
    const long = `x ERROR:  ${"y".repeat(885)}`;
    const outer = `${HEAD}[5-1] ${long}\n${HEAD}[5-2] 2026-11-24 13:00:00 UTC STATEMENT:  select 1\n`;
    expect(unwrap("syslog", outer).inner).toBe(`${long}\n2026-11-24 13:00:00 UTC STATEMENT:  select 1\n`);
  });

  it("reads messages that are not split, and those without numbers", () => {
    expect(unwrap("syslog", `${HEAD}[5] LOG:  a#012#011b#012STATEMENT:  c#012\n${HEAD}[6] LOG:  d\n`).inner).toBe(
      "LOG:  a\n\tb\nSTATEMENT:  c\nLOG:  d\n",
    );
    expect(unwrap("syslog", `${HEAD}[1] LOG:  a\n${HEAD}[2] #011b\n${HEAD}[1] LOG:  c\n`).inner).toBe(
      "LOG:  a\n\tb\nLOG:  c\n",
    );
    expect(unwrap("syslog", `${HEAD}LOG:  a\n${HEAD}#011b\n${HEAD}LOG:  c\n`).inner).toBe("LOG:  a\n\tb\nLOG:  c\n");
  });

  it("holds back what may go on, however the bytes come", () => {
    const outer = Buffer.from(`${HEAD}[5-1] LOG:  a\n${HEAD}[5-2] #011bé\n${HEAD}[6-1] LOG:  c\n`);
    const unwrapper = find("syslog").create({ isStamped: false });
    const first = unwrapper.push(outer.subarray(0, outer.indexOf("[5-2]")), false);
    expect([first.inner.length, first.spans.length]).toEqual([0, 0]);
    const whole = Array.from({ length: outer.length }, (_, at) => outer.subarray(at, at + 1));
    const bytewise = find("syslog").create({ isStamped: false });
    const inner = [...whole.map((byte) => bytewise.push(byte, false)), bytewise.push(new Uint8Array(), true)];
    expect(Buffer.concat(inner.map((chunk) => chunk.inner)).toString()).toBe("LOG:  a\n\tbé\nLOG:  c\n");
  });

  it("lets go of a message of a process that is silent", () => {
    const other = (number: number): string => `Nov 24 14:18:53 db1 postgres[43]: [${number}-1] LOG:  b\n`;
    const unwrapper = find("syslog").create({ isStamped: false });
    const many = Array.from({ length: 300 }, (_, at) => other(at + 1)).join("");
    const { inner } = unwrapper.push(Buffer.from(`${HEAD}[5-1] LOG:  a\n${many}`), false);
    expect(Buffer.from(inner).toString().startsWith("LOG:  a\nLOG:  b\n")).toBe(true);
  });

  it("stamps lines that begin one, not those that go on", () => {
    const outer = `${HEAD}[5-1] LOG:  a\n${HEAD}[5-2] #011b\n${HEAD}[5-3] DETAIL:  c\n`;
    const { inner } = unwrap("syslog", outer, { isStamped: true, nowMs: Date.parse("2026-11-30T00:00:00Z") });
    const stamp = "2026-11-24 14:18:53 UTC [42] ";
    expect(inner).toBe(`${stamp}LOG:  a\n\tb\n${stamp}DETAIL:  c\n`);
  });

  it("takes the latest year that is not in the future", () => {
    const now = Date.parse("2026-01-02T00:00:00Z");
    expect(syslogTime("Jan  2 14:18:53", now)).toBe("2026-01-02 14:18:53 UTC");
    expect(syslogTime("Dec 31 14:18:53", now)).toBe("2025-12-31 14:18:53 UTC");
    expect(syslogTime("2026-11-24T14:18:53,5+01:00", now)).toBe("2026-11-24T14:18:53.5+01:00");
  });
});

describe("heroku", () => {
  it("reads the log, the drain, and tabs that became spaces", () => {
    const time = "2026-11-24T13:00:00+00:00";
    const outer = [
      `${time} app[postgres.7]: [DATABASE] [5-1]  sql_error_code = 00000 LOG:  duration: 1.000 ms  statement: select`,
      `${time} app[web.1]: GET / 200`,
      `${time} app[postgres.7]: [DATABASE] [5-2]       a`,
      `${time} app[postgres.7]: [DATABASE] [5-3]  sql_error_code = 00000 DETAIL:  d`,
      `290 <134>1 ${time} host app postgres.8 - [GREEN] [1-1]  sql_error_code = 00000 LOG:  e`,
      "",
    ].join("\n");
    const { inner, spans } = unwrap("heroku", outer);
    expect(inner).toBe(
      " sql_error_code = 00000 LOG:  duration: 1.000 ms  statement: select\n\t      a\n" +
        " sql_error_code = 00000 DETAIL:  d\n sql_error_code = 00000 LOG:  e\n",
    );
    expect(spans.filter(({ kind }) => kind !== "line")).toMatchObject([{ kind: "foreign", outerLines: 1 }]);
  });
});

describe("cloudsql", () => {
  it("makes further lines continuation lines", () => {
    const entry = { insertId: "1", textPayload: "p LOG:  a\n  b\n\tc\n", timestamp: "2026-11-24T13:00:00Z" };
    const outer = `${JSON.stringify(entry)}\n${JSON.stringify({ ...entry, textPayload: undefined, jsonPayload: {} })}\n{"a"\n`;
    const { inner, spans } = unwrap("cloudsql", outer);
    expect(inner).toBe("p LOG:  a\n\t  b\n\tc\n");
    expect(spans.map(({ kind, outerLines }) => [kind, outerLines])).toEqual([
      ["line", 1],
      ["line", 0],
      ["line", 0],
      ["foreign", 1],
      ["unreadable", 1],
    ]);
  });

  it("does not take one JSON array for a log", () => {
    const entries = [{ insertId: "1", textPayload: "p LOG:  a", timestamp: "2026-11-24T13:00:00Z" }];
    expect(find("cloudsql").detect(JSON.stringify(entries, null, 2))).toBe(0);
  });
});

describe("cnpg", () => {
  it("makes a record a line of jsonlog", () => {
    const record = {
      log_time: "2026-11-24 13:00:00.123 UTC",
      user_name: "shop",
      database_name: "",
      process_id: "123",
      connection_from: "10.0.0.7:5123",
      error_severity: "ERROR",
      message: 'a "quoted"\nword',
      location: "ExecEvalStep, execExpr.c:1040",
      query_id: "-8085340880788646241",
    };
    const { inner } = unwrap("cnpg", `${JSON.stringify({ logger: "postgres", msg: "record", record })}\n`);
    expect(inner).toBe(
      '{"timestamp":"2026-11-24 13:00:00.123 UTC","user":"shop","pid":123,"remote_host":"10.0.0.7","remote_port":5123,' +
        '"error_severity":"ERROR","message":"a \\"quoted\\"\\nword","func_name":"ExecEvalStep","file_name":"execExpr.c",' +
        '"file_line_num":1040,"query_id":-8085340880788646241}\n',
    );
  });
});

describe("every wrap", () => {
  it.each(unwraps.map(({ id }) => id))("%s finds nothing in foreign texts", (id) => {
    for (const text of ["", "\n\n", "prose, and more of it\n", "[]", '{"a":1}\n', "\u0000\u0001\ufffd\n"]) {
      expect(find(id).detect(text)).toBe(0);
    }
  });

  it.each(unwraps.map(({ id }) => id))("%s cuts a line without an end, and counts it", (id) => {
    const unwrapper = find(id).create({ isStamped: false });
    const block = Buffer.alloc(4 * 1024 * 1024, "x");
    let outerBytes = 0;
    for (let at = 0; at < 4; at += 1) {
      for (const one of unwrapper.push(block, at === 3).spans) outerBytes += one.outerBytes;
    }
    expect(outerBytes).toBe(4 * block.length);
  });
});

function find(id: string) {
  const found = unwraps.find((unwrap) => unwrap.id === id);
  if (found === undefined) throw new Error(`no such wrap: ${id}`);
  return found;
}

function unwrap(id: string, outer: string, options: UnwrapOptions = { isStamped: false }) {
  const bytes = Buffer.from(outer, "utf8");
  const { inner, spans } = find(id).create(options).push(bytes, true);
  expect(spans.reduce((sum, { outerBytes }) => sum + outerBytes, 0)).toBe(bytes.length);
  expect(spans.reduce((sum, { innerBytes }) => sum + innerBytes, 0)).toBe(inner.length);
  return { inner: Buffer.from(inner).toString("utf8"), spans };
}

function span(kind: OuterSpan["kind"], innerBytes: number, outerBytes = 0): OuterSpan {
  return { kind, innerBytes, outerBytes, outerLines: 1 };
}
