import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mutatedText } from "../../../../support/mutated-text.ts";
import { inTwoRanges, readSlowLog, slowClasses } from "../../../../support/slow-log.ts";

const RUNS = 200;

const recorded = readFileSync(join(import.meta.dirname, "../../../../../fixtures/logs/mariadb-10.11/slow.log"));

/** One event, whose statement is as given up to its last byte. */
function event(statement: string, seconds = "0.000250"): string {
  return `# Time: 2026-03-01T10:00:01.000000Z
# User@Host: app[app] @ web1 [10.0.0.5]  Id:    12
# Query_time: ${seconds}  Lock_time: 0.000010 Rows_sent: 1  Rows_examined: 2
SET timestamp=1772359201;
${statement}`;
}

const NEIGHBOURS = event("select a from t where b = 'x';\n") + event("select \"it's\" from u -- don't\n;\n");

/** Classes without their numbers. */
function textsOf(log: string | Uint8Array): string[] {
  return slowClasses(readSlowLog(log)).map((line) => line.replace(/ @\S* \d+ \S+ \S+ \S+$/, ""));
}

const NEIGHBOUR_TEXTS = ["1 x select ? from u", "1 x select a from t where b = ?"];

describe("a statement that holds a whole event", () => {
  const inside = event("select evil from nowhere;\n", "99.000000");

  it.each([
    ["in a string", `insert into t values ('before\n${inside}after');\n`],
    ["in a string with quotes", `insert into t values ('it''s \\' "\n${inside}after', "b");\n`],
    ["in double quotes", `insert into t values ("before\n${inside}");\n`],
    ["in a comment", `insert /* before\n${inside}*/ into t values (1);\n`],
    ["twice", `insert into t values ('\n${inside}', '\n${inside}');\n`],
    ["behind an introducer", `insert into t values (N'\n${inside}', X'00'), (_utf8mb4'\n${inside}', b'1');\n`],
  ])("is one statement: %s", (_, statement) => {
    const [insert, ...others] = textsOf(event(statement) + NEIGHBOURS);
    expect(insert).toMatch(/^1 x insert into t values \(.*\?\)$/);
    expect(others).toEqual(NEIGHBOUR_TEXTS);
  });

  it.each([
    ["behind a doubled quote", `'it''s', '\n${inside}after'`],
    ["behind a doubled quote of its own", `'it''s\n${inside}after'`],
    ["behind an escaped quote", `'it\\'s', '\n${inside}after'`],
    ["behind a name with a quote", `\`it's\`, '\n${inside}after'`],
    ["behind a string with a backtick", `'a\`b', '\n${inside}after'`],
    ["behind a string in double quotes", `"it's", '\n${inside}after'`],
    ["behind a comment", `1, -- it's\n'\n${inside}after'`],
  ])("is one statement wherever it lies: %s", (_, values) => {
    for (let spaces = 0; spaces < 64; spaces += 1) {
      const [insert, ...others] = textsOf(event(`insert into t${" ".repeat(spaces)} (${values});\n`) + NEIGHBOURS);
      expect(insert).toMatch(/^1 x insert into t\(.*\?\)$/);
      expect(others).toEqual(NEIGHBOUR_TEXTS);
    }
  });

  it.each([
    ["1 x select `it's`, `it``s`, ? from t", "select `it's`, `it``s`, 'a' from t;\n"],
    ["1 x select ?, `-- '` from t", "select '`', `-- '` from t;\n"],
    ["1 x select ? - ? / ?, ? from t", "select 9\n - 3 / 2,\n '# -- /*' from t;\n"],
  ])("and one without it ends where it ends: %s", (text, statement) => {
    for (let spaces = 0; spaces < 64; spaces += 1) {
      const padded = statement.replace(" ", " ".repeat(spaces + 1));
      expect(textsOf(event(padded) + NEIGHBOURS)).toEqual([text, ...NEIGHBOUR_TEXTS].toSorted());
    }
  });

  it("and one that only looks so ends where it ends", () => {
    const comments = "select 1 # Time: 2026\n# Time: noon\n# User: nobody\n- 2;\n";
    expect(textsOf(event(comments) + NEIGHBOURS)).toEqual(["1 x select ? - ?", ...NEIGHBOUR_TEXTS]);
  });
});

describe("a statement whose quote is never closed", () => {
  it.each([
    ["single", "select 'garbled;\n"],
    ["double", 'select "garbled;\n'],
    ["backtick", "select `garbled;\n"],
    ["comment", "select /* garbled;\n"],
    ["one too many", "select 'x'' from t;\n"],
    ["no semicolon either", "select 'garb\n"],
  ])("costs no neighbour: %s", (_, statement) => {
    const { tally } = readSlowLog(event(statement) + NEIGHBOURS);
    expect(tally).toMatchObject({ events: 3, unparsedBytes: 0 });
    expect(textsOf(event(statement) + NEIGHBOURS)).toEqual(expect.arrayContaining(NEIGHBOUR_TEXTS));
  });

  it("costs none among many of the same kind, in linear time", () => {
    const log = (event("select 'garbled;\n") + event("select b from t where c = 'd';\n")).repeat(500);
    const { tally } = readSlowLog(log);
    expect(tally).toMatchObject({ events: 1000, unparsedBytes: 0 });
  });

  it("costs none where the server was killed while it wrote and wrote its banner next", () => {
    const banner =
      "/usr/sbin/mysqld, Version: 8.0.36 (MySQL). started with:\nTcp port: 0  Unix socket: /s\nTime                 Id Command    Argument\n";
    const { tally } = readSlowLog(`${event("select 'cut o")}\n${banner}${NEIGHBOURS}`);
    expect(tally).toMatchObject({ events: 4, unparsedBytes: 0 });
  });
});

describe("damage", () => {
  it("keeps an event whose time is garbled, at the time of SET timestamp", () => {
    const { digest, tally } = readSlowLog(
      event("select 1;\n").replace("2026-03-01T10:00:01", "2026-0\u00003-\u000001T"),
    );
    expect([tally.events, new Date(digest.firstMs).toISOString()]).toEqual([1, "2026-03-01T10:00:01.000Z"]);
  });

  it("counts an event without Query_time as unparsed, and its neighbours", () => {
    const damaged = event("select 'lost';\n").replace("# Query_time", "# Quer\u0000_time");
    const { tally } = readSlowLog(NEIGHBOURS + damaged + NEIGHBOURS);
    expect(tally).toMatchObject({ events: 4, unparsedBytes: damaged.length });
    expect(tally.stretches).toEqual([{ line: 11, bytes: damaged.length, reason: "its header has no Query_time" }]);
  });

  it("counts a header without a statement as unparsed, and its neighbours", () => {
    const { tally } = readSlowLog(NEIGHBOURS + event("") + NEIGHBOURS);
    expect(tally).toMatchObject({ events: 4, unparsedBytes: event("").length });
    expect(tally.stretches[0]?.reason).toBe("its header is followed by no statement");
  });

  it("counts what stands before the first event line by line", () => {
    const { tally } = readSlowLog(`from t;\n# Thread_id: 5  Schema: s\n${NEIGHBOURS}`);
    expect(tally).toMatchObject({ events: 2, unparsedLines: 2, unparsedBytes: 8 + 26 });
    expect(tally.stretches.map(({ reason }) => reason)).toEqual(Array(2).fill("it is not the first line of an event"));
  });

  it("takes a log that ends in the middle of a line", () => {
    expect(textsOf(`${NEIGHBOURS}${event("select c, 'cut of")}`)).toEqual(
      ["1 x select ? from u", "1 x select a from t where b = ?", "1 x select c, ?"].toSorted(),
    );
    for (let end = 1; end <= NEIGHBOURS.length; end += 1) {
      const { tally } = readSlowLog(NEIGHBOURS.slice(0, end));
      expect([tally.bytes, tally.lines]).toEqual([end, NEIGHBOURS.slice(0, end).replace(/\n$/, "").split("\n").length]);
    }
  });

  it("takes any damage, and accounts for each byte and line", () => {
    fc.assert(
      fc.property(mutatedText(recorded), (bytes) => {
        const { tally } = readSlowLog(bytes);
        expect([tally.bytes, tally.lines]).toEqual([bytes.length, linesOf(bytes)]);
        // A piece is damaged, not the log.
        expect(tally.events).toBeGreaterThan(0);
      }),
      { seed: 57, numRuns: RUNS },
    );
  });

  it("accounts for each byte where damage meets the border of two ranges", () => {
    fc.assert(
      fc.property(mutatedText(recorded), fc.nat(999), (bytes, thousandths) => {
        const [first, second] = inTwoRanges(bytes, Math.max(1, Math.floor((bytes.length * thousandths) / 1000)));
        expect(first.tally.bytes).toBe(first.endOffset);
        expect(second.tally.bytes).toBe(bytes.length - second.startOffset);
      }),
      { seed: 58, numRuns: RUNS },
    );
  });
});

function linesOf(bytes: Uint8Array): number {
  const breaks = bytes.reduce((sum, byte) => sum + (byte === 10 ? 1 : 0), 0);
  return bytes.length === 0 || bytes.at(-1) === 10 ? breaks : breaks + 1;
}
