import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { postgresLogs } from "../../../../../src/engines/postgres/logs/index.ts";
import type { LogSample } from "../../../../../src/logs/format.ts";
import { csvRows, recorded } from "./recorded-prefixes.ts";
import { asCloudSql, asCnpg, asHeroku, asSyslog } from "./wrapping.ts";

const STDERR = recorded("p06");
const CSV = readFileSync(new URL("../../../../../fixtures/logs/postgres-15-prefixes/p06.csv", import.meta.url), "utf8");
const JSON_LINE =
  '{"timestamp":"2026-11-24 13:47:32.869 UTC","pid":13725,"session_id":"6b059574.359d","line_num":1,"txid":0,"error_severity":"LOG","message":"ready","backend_type":"postmaster","query_id":0}\n';

describe("formats are detected by content", () => {
  it.each([
    ["stderr", STDERR.text, "postgres-stderr", null, STDERR.prefix],
    ["csvlog", CSV, "postgres-csv", null, undefined],
    ["csvlog of version 13", columns(24), "postgres-csv", null, undefined],
    ["csvlog of version 12", columns(23), "postgres-csv", null, undefined],
    [
      "csvlog that ends inside a record",
      CSV.slice(0, CSV.indexOf("LOG:  duration: 99") + 5),
      "postgres-csv",
      null,
      undefined,
    ],
    ["jsonlog", JSON_LINE.repeat(3), "postgres-json", null, undefined],
    ["syslog", asSyslog(STDERR.text), "postgres-stderr", "syslog", STDERR.prefix],
    ["heroku", asHeroku(STDERR.text), "postgres-stderr", "heroku", STDERR.prefix],
    ["cloudsql", asCloudSql(STDERR.text), "postgres-stderr", "cloudsql", STDERR.prefix],
    ["cnpg", asCnpg(csvRows(CSV)), "postgres-json", "cnpg", undefined],
  ])("%s", (_, text, format, wrap, prefix) => {
    const found = detect(text);
    expect(found.map(({ dialect }) => [dialect.format, dialect.wrap, dialect.prefix?.text])).toEqual([
      [format, wrap, prefix],
    ]);
    expect(found[0]?.share).toBe(1);
  });

  it.each([
    ["an empty file", ""],
    ["an nginx log", '10.0.0.1 - - [24/Nov/2026:13:00:00 +0000] "GET / HTTP/1.1" 200 512\n'.repeat(20)],
    ["a syslog without a server", "Nov 24 14:18:53 db1 sshd[991]: Accepted publickey\n".repeat(20)],
    ["a CSV file", "id,name\n1,a\n2,b\n"],
    ["a CSV file with times", "2026-11-24 13:00:00.123 UTC,1,2\n".repeat(20)],
    ["JSON of another kind", '{"level":"info","ts":1,"logger":"app","msg":"LOG:  x","pid":3}\n'.repeat(20)],
    [
      "Cloud SQL for MySQL",
      asCloudSql("2026-11-24T13:00:00Z 0 [Note] ready\n").replaceAll("postgres.log", "mysql.err"),
    ],
    ["MySQL's slow log", "# Time: 2026-11-24T13:00:00.1Z\n# User@Host: a[a] @ b []  Id: 1\nselect 1;\n".repeat(20)],
  ])("nothing: %s", (_, text) => {
    expect(detect(text)).toEqual([]);
  });

  it("says how much of a log fits", () => {
    const [found] = detect(`${STDERR.text}${"not of the server\n".repeat(30)}`);
    expect(found?.share).toBeGreaterThan(0.5);
    expect(found?.share).toBeLessThan(0.8);
  });

  it("keeps a given prefix that fits nothing, with its share", () => {
    const given = { text: "%t-%c-", origin: "given" } as const;
    const [found] = detect(STDERR.text, [given]);
    expect(found).toMatchObject({ share: 0, dialect: { prefix: given } });
  });

  it("knows how exact the times are", () => {
    const exactness = (text: string) => detect(text)[0]?.dialect.toleranceMs;
    expect(exactness(STDERR.text)).toBe(2);
    expect(exactness(recorded("p03").text)).toBe(1001);
    expect(exactness(asSyslog(recorded("p11").text))).toBe(1001);
  });
});

function columns(count: number): string {
  const quoted = (value: string): string => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  return csvRows(CSV)
    .map((row) => `${row.slice(0, count).map(quoted).join(",")}\n`)
    .join("");
}

function detect(text: string, prefixes: LogSample["prefixes"] = []) {
  return postgresLogs.map((format) => format.detect({ text, prefixes })).filter((found) => found !== null);
}
