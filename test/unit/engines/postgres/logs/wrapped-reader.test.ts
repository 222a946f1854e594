import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { postgresLogs } from "../../../../../src/engines/postgres/logs/index.ts";
import type { LogDialect, LogFormat, ReaderContext } from "../../../../../src/logs/format.ts";
import { comparableDigest } from "../../../../support/comparable-digest.ts";
import { readLog } from "../../../../support/read-log.ts";
import { csvRows, recorded } from "./recorded-prefixes.ts";
import { asCloudSql, asCnpg, asHeroku, asSyslog } from "./wrapping.ts";

const PLAIN = recorded("p06");
const PREFIX = { text: PLAIN.prefix, origin: "detected" } as const;
const LONG = `2026-11-24 14:18:53.500 UTC [77] shop@shop/shop web LOG:  duration: 12.000 ms  statement: select ${Array.from(
  { length: 400 },
  (_, at) => `"spälte_${at}"`,
).join(", ")} from orders\n\twhere note = '${"x".repeat(2000)}'\n\tand id = 1\n`;
const STDERR = `${PLAIN.text}${LONG}`;

const RSYSLOG = (pid: string): string => `2026-11-24T14:18:53.123456+00:00 db1 postgres[${pid}]: `;
const RFC5424 = (pid: string): string => `<134>1 2026-11-24T14:18:53.123Z db1 postgres ${pid} - [meta sequenceId="1"] `;
const FOREIGN = [
  "Nov 24 14:18:53 db1 sshd[991]: Accepted publickey for root from 10.0.0.1 port 22",
  "Nov 24 14:18:53 db1 kernel: [12345.678901] eth0: link up",
  "Nov 24 14:18:53 db1 CRON[12]: (root) CMD (LOG:  no)",
];

describe("wrapped logs give the digest of what they wrap", () => {
  const plain = comparableDigest(read(stderrDialect(null), STDERR).digest);

  it("has statements, errors and a lock wait to compare", () => {
    expect(plain.statements.length).toBeGreaterThan(8);
    expect(JSON.stringify(plain.facts)).toContain("division by zero");
    expect(JSON.stringify(plain.facts)).toContain("ShareLock");
    expect(plain.statements.some(({ query }) => query.includes("spälte_399"))).toBe(true);
  });

  it.each([
    ["syslog", asSyslog(STDERR)],
    ["syslog", asSyslog(STDERR, { header: RSYSLOG })],
    ["syslog", asSyslog(STDERR, { header: RFC5424 })],
    ["syslog", asSyslog(STDERR, { foreign: FOREIGN })],
    ["syslog", asSyslog(STDERR).replaceAll("\n", "\r\n")],
    ["syslog", asSyslog(STDERR).replaceAll("#011", "\t")],
    ["heroku", asHeroku(STDERR)],
    ["cloudsql", asCloudSql(STDERR)],
  ] as const)("%s (%#)", (wrap, text) => {
    for (const pieceBytes of [text.length * 2, 1009]) {
      const { digest, tally } = read(stderrDialect(wrap), text, pieceBytes);
      expect(comparableDigest(digest)).toEqual(plain);
      expect(tally.unparsedBytes).toBe(0);
      expect(tally.bytes + tally.foreignBytes).toBe(Buffer.byteLength(text));
      expect(tally.lines + tally.foreignLines).toBe(text.split("\n").length - 1);
    }
  });

  it("puts messages together that run through each other", () => {
    const text = asSyslog(INTERLEAVED, { interleaved: 4 });
    expect(text).toMatch(/\[1-1\].*\n.*\[1-1\].*\n.*\[1-1\].*\n.*\[1-2\]/);
    const inside = read(stderrDialect("syslog"), text);
    expect(comparableDigest(inside.digest)).toEqual(comparableDigest(read(stderrDialect(null), INTERLEAVED).digest));
    expect(inside.tally.unparsedBytes).toBe(0);
    expect(inside.tally.bytes).toBe(Buffer.byteLength(text));
  });

  it("cnpg: as the csvlog of the same run", () => {
    const csv = readFileSync(
      new URL("../../../../../fixtures/logs/postgres-15-prefixes/p06.csv", import.meta.url),
      "utf8",
    );
    const other = '{"level":"info","ts":"2026-11-24T14:18:53Z","logger":"instance-manager","msg":"ready"}\n';
    const text = `${other}${asCnpg(csvRows(csv))}${other}`;
    const { digest, tally } = read(dialectOf("postgres-json", "cnpg"), text, 997);
    expect(comparableDigest(digest)).toEqual(comparableDigest(read(dialectOf("postgres-csv", null), csv).digest));
    expect(digest.statements.size).toBeGreaterThan(5);
    expect([tally.unparsedBytes, tally.foreignLines, tally.foreignBytes]).toEqual([0, 2, other.length * 2]);
    expect(tally.bytes + tally.foreignBytes).toBe(Buffer.byteLength(text));
  });
});

describe("wrapped logs account for every byte", () => {
  it("counts what the collector did not write, and what the prefix does not match", () => {
    const good = asSyslog("2026-11-24 14:18:53.500 UTC [77] LOG:  ready\n");
    const bad = asSyslog("this is no message\n", { header: () => "Nov 24 14:18:53 db1 postgres[78]: " });
    const { tally } = read(stderrDialect("syslog"), `${good}no header\n${bad}${FOREIGN[0]}\n${good}`);
    expect(tally.unparsedLines).toBe(2);
    expect(tally.unparsedBytes).toBe("no header\n".length + bad.length);
    expect([tally.events, tally.foreignLines]).toEqual([2, 1]);
    expect(tally.stretches.map(({ reason }) => reason).toSorted()).toEqual([
      "it does not begin with the prefix and a severity",
      "it is not what the log's collector writes",
    ]);
  });

  it("does not give a lost beginning to another message", () => {
    const [first = "", ...rest] = asSyslog(LONG).split("\n");
    const before = asSyslog(
      "2026-11-24 14:18:53.000 UTC [50] shop@shop/a LOG:  duration: 1.000 ms  statement: select 1\n",
    );
    const { digest, tally } = read(stderrDialect("syslog"), before + rest.join("\n"));
    expect(comparableDigest(digest).statements.map(({ query }) => query)).toEqual(["select ?"]);
    expect(tally.unparsedBytes).toBe(Buffer.byteLength(rest.join("\n")));
    expect(first).toContain("[1-1]");
  });

  it("reports other programs' lines apart from events", () => {
    const text = asSyslog("2026-11-24 14:18:53.500 UTC [77] LOG:  ready\n", { foreign: [] });
    const seen: string[] = [];
    const counts = {
      event: () => seen.push("event"),
      unparsed: (_b: number, _l: number, why: string) => seen.push(why),
      foreign: () => seen.push("foreign"),
    };
    const dialect = stderrDialect("syslog");
    readLog(Buffer.from(`${FOREIGN[0]}\n${text}`), {
      open: (context) => formatOf(dialect).open(dialect, { ...context, counts }),
    });
    expect(seen).toEqual(["foreign", "event"]);
  });

  it("survives any bytes", () => {
    const bytes = Buffer.from(asSyslog(PLAIN.text, { foreign: FOREIGN }));
    for (let seed = 1; seed < 40; seed += 1) {
      const broken = Buffer.from(bytes);
      for (let at = seed; at < broken.length; at += 97 * seed) broken[at] = (at * seed) & 255;
      for (const wrap of ["syslog", "heroku", "cloudsql"] as const) {
        const { tally } = read(stderrDialect(wrap), broken, 4096 + seed);
        expect(tally.bytes + tally.foreignBytes).toBe(broken.length);
      }
    }
  });
});

describe("a prefix that leaves time and process to syslog", () => {
  const prefix = { text: "user=%u,db=%d,app=%a ", origin: "given" } as const;
  const text = [
    "2026-11-24T14:18:53.250+01:00 db1 postgres[42]: [7-1] user=shop,db=shop,app=web LOG:  duration: 5.000 ms  statement: select 1",
    "2026-11-24T14:18:53.250+01:00 db1 postgres[42]: [8-1] user=shop,db=shop,app=web ERROR:  division by zero",
    "2026-11-24T14:18:53.250+01:00 db1 postgres[42]: [8-2] user=shop,db=shop,app=web STATEMENT:  select 1/0",
    "",
  ].join("\n");

  it("has them from the wrap", () => {
    const { digest, tally } = read({ ...stderrDialect("syslog"), prefix }, text);
    expect(new Date(digest.firstMs).toISOString()).toBe("2026-11-24T13:18:53.250Z");
    expect(tally.unparsedBytes).toBe(0);
    expect(comparableDigest(digest).statements).toMatchObject([{ query: "select ?", applications: [["web", 1]] }]);
    const facts = JSON.stringify(comparableDigest(digest).facts);
    expect(facts).toContain('"message":"division by zero"');
    expect(facts).toContain("select \\u0002 / \\u0002");
  });
});

const INTERLEAVED = [101, 102, 103, 104]
  .map(
    (pid) =>
      `2026-11-24 14:18:53.${pid} UTC [${pid}] shop@shop/a ERROR:  error ${pid}\n` +
      `2026-11-24 14:18:53.${pid} UTC [${pid}] shop@shop/a DETAIL:  of ${pid}\n\tand more\n` +
      `2026-11-24 14:18:53.${pid} UTC [${pid}] shop@shop/a STATEMENT:  select t${pid}.*\n\tfrom t${pid}\n`,
  )
  .join("");

function stderrDialect(wrap: LogDialect["wrap"]): LogDialect {
  return { ...dialectOf("postgres-stderr", wrap), prefix: PREFIX };
}

function dialectOf(format: LogDialect["format"], wrap: LogDialect["wrap"]): LogDialect {
  return { format, engine: "postgres", wrap, prefix: null, toleranceMs: 2 };
}

function formatOf({ format }: LogDialect): LogFormat {
  const found = postgresLogs.find(({ id }) => id === format);
  if (found === undefined) throw new Error(`no such format: ${format}`);
  return found;
}

/** Reads a log and counts other programs' lines apart. */
function read(dialect: LogDialect, text: string | Uint8Array, pieceBytes?: number) {
  const foreign = { foreignBytes: 0, foreignLines: 0 };
  const open = (context: ReaderContext) => {
    const { counts } = context;
    const apart = {
      event: counts.event.bind(counts),
      unparsed: counts.unparsed.bind(counts),
      foreign: (bytes: number, lines: number) => {
        foreign.foreignBytes += bytes;
        foreign.foreignLines += lines;
      },
    };
    return formatOf(dialect).open(dialect, { ...context, counts: apart });
  };
  const bytes = typeof text === "string" ? Buffer.from(text) : text;
  const { digest, tally } = readLog(bytes, { open, ...(pieceBytes === undefined ? {} : { pieceBytes }) });
  return { digest, tally: { ...tally, ...foreign, stretches: tally.stretches } };
}
