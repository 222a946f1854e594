import { describe, expect, it } from "vitest";
import type { Analysis, LogsInput } from "../../../src/model/analysis.ts";
import { arrange } from "../../../src/report/arrange.ts";
import { renderFinding } from "../../../src/report/finding.ts";
import { PLAIN } from "../../../src/report/index.ts";
import { notCheckedLines, remarks } from "../../../src/report/remarks.ts";
import { renderText } from "../../../src/report/text.ts";
import { displayWidth } from "../../../src/util/text.ts";
import { reporters } from "../../support/reporters.ts";
import { cleanAnalysis, sampleAnalysis, sampleFinding } from "../../support/sample-analysis.ts";
import { sampleLogAnalysis, sampleLogInput } from "../../support/sample-log-analysis.ts";
import { sampleDeadlock, sampleErrors, sampleLockWaits } from "../../support/sample-log-events.ts";
import { sampleLogFacts, sampleLogStatements } from "../../support/sample-log-statements.ts";

const text = (analysis: Analysis, width = 100): string => renderText(analysis, { width, color: PLAIN });
const withInput = (rest: Partial<LogsInput>): Analysis => ({
  ...sampleLogAnalysis,
  input: { ...sampleLogInput, ...rest },
});

describe("the text report of a log", () => {
  it.each([60, 80, 100, 120])("stays within %i columns", (width) => {
    for (const verbose of [false, true]) {
      const lines = renderText(sampleLogAnalysis, { width, color: PLAIN, verbose }).split("\n");
      expect(lines.filter((line) => displayWidth(line) > width)).toEqual([]);
      expect(lines.filter((line) => /^\s+$/.test(line))).toEqual([]);
    }
  });

  it("shows as many percentiles as leave room for the statement", () => {
    const heads = [60, 80, 100, 120].map((width) => /^ .*share.*statement$/m.exec(text(sampleLogAnalysis, width))?.[0]);
    expect(heads.map((head) => head?.trim().split(/\s+/))).toEqual([
      ["share", "calls", "mean", "p95", "statement"],
      ["share", "total", "calls", "mean", "p95", "max", "statement"],
      ["share", "total", "calls", "mean", "p50", "p95", "p99", "max", "statement"],
      ["share", "total", "calls", "mean", "p50", "p95", "p99", "max", "statement"],
    ]);
  });

  it("has no column of percentiles where nobody knows one", () => {
    expect(text(sampleAnalysis, 120)).not.toMatch(/ p50 | p95 .*statement$/m);
  });

  it("keeps the statements beside many findings", () => {
    const findings = Array.from({ length: 9 }, (_, index) => sampleFinding(`rule-${index}:aaaa11112222`));
    expect(text({ ...sampleLogAnalysis, findings })).toContain("select id, total from orders");
    expect(text({ ...sampleAnalysis, findings })).not.toContain("select id, total from orders");
  });

  it("names the session at the end of a chain, and no root where the holder is one", () => {
    const [first, second] = sampleLockWaits;
    const chain = text(sampleLogAnalysis);
    expect(chain).toContain("held by pid 9012, last statement: select id, total");
    expect(chain).toContain("behind it pid 8841, last statement: update invoices");
    expect(first === undefined ? "" : text({ ...sampleLogAnalysis, lockWaits: [first] })).not.toContain("behind it");
    expect(second === undefined ? "" : text({ ...sampleLogAnalysis, lockWaits: [second] })).not.toContain(
      "pid 8841, l",
    );
  });

  it("shortens the lists and says where the rest is", () => {
    const errors = Array.from({ length: 9 }, () => sampleErrors)
      .flat()
      .slice(0, 9);
    const report = text({ ...sampleLogAnalysis, errors });
    expect(report).toContain("   4 more: dbperf logs --format json");
  });

  it("has no section for what did not happen", () => {
    const report = text({ ...sampleLogAnalysis, lockWaits: [], deadlocks: [], errors: [] });
    expect(report).not.toMatch(/^ (Deadlocks|Lock waits|Errors)$/m);
  });
});

describe("what was read", () => {
  const head = (analysis: Analysis): string => text(analysis, 120).split("\n\n")[0]?.replace(/\s+/g, " ") ?? "";

  it("is named with format, amount and prefix", () => {
    expect(head(sampleLogAnalysis)).toBe(
      "dbperf postgresql-2026-11-23.log and 1 more file · PostgreSQL · 214 statements · log of 2 h 3 min " +
        "PostgreSQL stderr log in syslog lines · 412 MB in 2 files (1 gzip) · 3,352,012 lines · 461,207 events · " +
        "prefix “%m [%p] %q%u@%d/%a”, detected, fits > 99.9 % of the lines 1,240 lines not parsed: see not checked",
    );
  });

  it.each([
    ["postgres-csv", "postgres", "PostgreSQL csvlog ·"],
    ["postgres-json", "postgres", "PostgreSQL jsonlog ·"],
    ["mysql-slow", "mysql", "MySQL slow log ·"],
    ["mysql-slow", "mariadb", "MariaDB slow log ·"],
  ] as const)("%s of %s is a %s", (format, engine, words) => {
    expect(head(withInput({ format, engine, wrap: null, prefix: null }))).toContain(words);
  });

  it("is said of a log beside a database too, whose engine the target names", () => {
    const { kind: _, engine: __, capturedFrom: ___, capturedTo: ____, ...log } = sampleLogInput;
    const input = { ...sampleAnalysis.input, kind: "capture", log: { ...log, format: "mysql-slow" } } as const;
    const target =
      sampleAnalysis.target === undefined ? {} : { target: { ...sampleAnalysis.target, engine: "mariadb" } as const };
    expect(head({ ...sampleAnalysis, ...target, input })).toContain("counters of the last 2 d 3 h MariaDB slow log");
    expect(head(sampleAnalysis)).not.toContain("log");
  });
});

describe("what was not parsed", () => {
  const first = (analysis: Analysis) => notCheckedLines(analysis, arrange(analysis))[0];

  it("comes first under not checked, with its places", () => {
    expect(first(sampleLogAnalysis)).toMatchObject({
      what: "1,240 lines that could not be parsed (47 kB, < 0.1 % of the log): no number counts what is in them",
      details: [
        "/var/log/postgresql/postgresql-2026-11-23.log:120044: it does not begin with the prefix (47 kB)",
        "/var/log/postgresql/postgresql-2026-11-23.log.1.gz:340112: the last line has no end (309 bytes)",
      ],
    });
  });

  it.each(reporters)("$format: is told with its reason", ({ render }) => {
    expect(render(sampleLogAnalysis, { width: 120, color: PLAIN })).toMatch(/it does not begin\s+with the prefix/);
  });

  it("is not mentioned where there is nothing", () => {
    const whole = withInput({ unparsed: { bytes: 0, lines: 0, examples: [] } });
    expect(first(whole)?.what).toMatch(/^server and role/);
    expect(text(whole)).not.toContain("parsed");
  });
});

describe("not checked", () => {
  const lines = (notChecked: Analysis["notChecked"]) => {
    const analysis = { ...cleanAnalysis, outcomes: [], notChecked };
    return notCheckedLines(analysis, arrange(analysis)).map(({ what, hint }) => [what, hint]);
  };
  const gap = { artifact: "x", what: "tables", reason: "not-requested", hint: "dbperf analyze TARGET" } as const;

  it("tells what one line makes visible in one line", () => {
    expect(lines([gap, { ...gap, reason: "failed" }, { ...gap, what: "indexes" }])).toEqual([
      ["tables, indexes (not asked for)", "dbperf analyze TARGET"],
      ["tables (failed)", "dbperf analyze TARGET"],
    ]);
  });

  it("keeps apart what has different hints, and names with commas readable", () => {
    expect(lines([gap, { ...gap, what: "sessions", hint: "" }, { ...gap, what: "p95, p99" }])).toEqual([
      ["tables; p95, p99 (not asked for)", "dbperf analyze TARGET"],
      ["sessions (not asked for)", null],
    ]);
  });
});

describe("remarks about a log", () => {
  const quiet = { callsOfOtherClasses: 0, shortenedTexts: 0, cutEvents: 0, unlistedEvents: 0 };

  it("count what was left out", () => {
    const lines = remarks(sampleLogAnalysis).join("\n");
    for (const words of ["312 calls of", "2 statement classes were", "of 1 event of", "4 lock waits"])
      expect(lines).toContain(words);
  });

  it("say nothing of what was not left out", () => {
    const lines = remarks(withInput({ dropped: quiet })).join("\n");
    expect(lines).not.toMatch(/beyond|shortened|64 KiB|log_slow_rate_limit/);
  });

  it("say that the server sampled", () => {
    expect(remarks(withInput({ sampledOneIn: 10 })).join("\n")).toContain("one statement in 10 (log_slow_rate_limit)");
  });

  it("say what shares are of, by database, and what has no duration", () => {
    const lines = remarks(sampleLogAnalysis);
    expect(lines).toContain("By database: shop 84 %, billing 16 %.");
    expect(lines.join("\n")).toContain("log_min_duration_statement above 0");
    expect(lines.join("\n")).toContain("1,204 calls of the listed statements have no duration");
    expect(remarks(withInput({ engine: "mysql" })).join("\n")).toContain("long_query_time above 0");
    expect(remarks(sampleAnalysis).join("\n")).not.toMatch(/log|By database/);
  });
});

describe("shares of statement time", () => {
  it.each(reporters.filter(({ format }) => format !== "json"))(
    "$format: are of the log where it is one",
    ({ render }) => {
      const options = { width: 120, color: PLAIN, verbose: true };
      const findings = sampleLogAnalysis.findings.map((finding) => ({
        ...finding,
        subject: { kind: "server" } as const,
      }));
      expect(render({ ...sampleLogAnalysis, findings }, options)).not.toContain("database's statement time");
      expect(render(sampleAnalysis, options)).not.toContain("logged statement time");
    },
  );

  it("are of the log in a single finding as well", () => {
    const [finding = sampleFinding("a:1")] = sampleLogAnalysis.findings;
    const shown = (analysis: Parameters<typeof renderFinding>[0]) =>
      renderFinding(analysis, finding, { width: 120, color: PLAIN });
    expect(shown(sampleLogAnalysis)).toContain("66 % of the logged statement time");
    const { window: _, ...stored } = sampleLogAnalysis;
    expect(shown(stored)).toContain("66 % of the database's statement time");
  });
});

describe("one finding of a log", () => {
  const shown = (key: string): string => {
    const finding = sampleLogAnalysis.findings.find((one) => one.key.startsWith(key)) ?? sampleFinding("a:1");
    return renderFinding(sampleLogAnalysis, finding, { width: 100, color: PLAIN });
  };

  it("has every statement of a deadlock whole, and each time it was seen", () => {
    const report = shown("deadlock");
    expect(report).toContain(" 2 statements\n");
    expect(report).toContain(
      "\n Statements\n   - update products set stock = stock - $1 where id = $2\n   - update orders",
    );
    expect(report).toContain("   - 1 time, 2026-11-23 09:41:07 UTC\n");
    expect(report).toContain("   - 2 times, 2026-11-23 08:20:10 to 09:40:55 UTC\n");
  });

  it("names an error by code and text", () => {
    expect(shown("error-burst")).toContain("\n 53300 sorry, too many clients already\n");
  });

  it("has the plans of all its statements", () => {
    const [, change] = sampleLogStatements.slice(1);
    const subject = {
      kind: "statements",
      statements: [
        { fingerprint: "0", query: "select 1" },
        { fingerprint: change?.fingerprint ?? "", query: change?.query ?? "" },
      ],
    } as const;
    const report = renderFinding(sampleLogAnalysis, sampleFinding("a:1", { subject }), { width: 100, color: PLAIN });
    expect(report).toContain("Plan of 90ab44ce0d77f121");
  });
});

describe("hostile text in a log", () => {
  const HOSTILE = "<img src=x onerror=alert(1)> a|b `c` \u001b[2J \u202e";
  const statement = { fingerprint: "f", query: HOSTILE };
  const session = { pid: 1, user: HOSTILE, database: HOSTILE, application: HOSTILE };
  const object = { kind: HOSTILE, relation: HOSTILE, index: HOSTILE };
  const shares = [{ name: HOSTILE, calls: 1 }];
  const [item] = sampleLogStatements;
  const at = "2026-11-23T09:00:00.000Z";
  const hostile: Analysis = {
    ...withInput({
      files: [{ path: HOSTILE, bytes: 1, lines: 1, compression: null }],
      prefix: { text: HOSTILE, origin: "given", matchedShare: 1 },
      unparsed: { bytes: 1, lines: 1, examples: [{ file: HOSTILE, line: 1, bytes: 1, reason: HOSTILE }] },
    }),
    findings: [sampleFinding("a:1", { subject: { kind: "statements", statements: [statement, statement] } })],
    deadlocks: [
      {
        at: null,
        database: HOSTILE,
        context: HOSTILE,
        members: sampleDeadlock.members.map((member) => ({
          ...member,
          id: HOSTILE,
          pid: null,
          statement,
          earlierStatement: statement,
          blockedBy: [HOSTILE],
          waitsFor: { mode: HOSTILE, object },
        })),
      },
    ],
    lockWaits: sampleLockWaits.map((wait) => ({
      ...wait,
      waiter: session,
      statement,
      mode: HOSTILE,
      object,
      holders: [{ pid: 2, lastStatement: statement }],
    })),
    errors: sampleErrors.map((error) => ({ ...error, code: HOSTILE, message: HOSTILE, statement })),
    ...(sampleLogAnalysis.statements === undefined || item === undefined
      ? {}
      : {
          statements: {
            ...sampleLogAnalysis.statements,
            databases: [
              { database: HOSTILE, calls: 1, totalMs: 1 },
              { database: "b", calls: 1, totalMs: 1 },
            ],
            items: [
              {
                ...item,
                query: HOSTILE,
                plan: null,
                log: sampleLogFacts({
                  users: shares,
                  applications: shares,
                  routes: shares,
                  ptQueryDigestId: HOSTILE,
                  examples: [
                    { at, durationMs: 1, user: HOSTILE, application: HOSTILE, query: HOSTILE, parameters: HOSTILE },
                  ],
                }),
              },
            ],
          },
        }),
  };

  it.each(reporters.filter(({ format }) => format !== "json"))("$format: stays inert", ({ format, render }) => {
    const report = render(hostile, { width: 100, color: PLAIN, verbose: true });
    expect(report).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
    expect(report).toContain("\\x1b");
    if (format === "html") expect(report).not.toContain("<img");
    if (format === "markdown") expect(report.replace(/(`+)[^\n]*?\1/g, "")).not.toMatch(/<img|[^\\]\|b/);
  });
});
