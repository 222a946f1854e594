import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { joinParts } from "../../../../../src/logs/scan/part.ts";
import { inTwoRanges, readSlowLog, slowSummary } from "../../../../support/slow-log.ts";

function logOf(name: string): Buffer {
  return readFileSync(join(import.meta.dirname, "../../../../../fixtures/logs", name));
}

/** The first events of MariaDB's log up to the one after the string that holds an event. */
function mariadbStart(): Buffer {
  const log = logOf("mariadb-10.11/slow.log");
  const from = log.indexOf("# User@Host", log.indexOf("order by id;"));
  const to = log.indexOf("# User@Host", log.indexOf("select length(note)"));
  return log.subarray(from, to);
}

/** Events without a time of their own, before and behind the banner. */
const UNTIMED = "# User@Host: a[a] @ h []\n# Query_time: 1.0  Lock_time: 0\nselect 1;\n";
const REOPENED = Buffer.from(
  `# Time: 260301 12:00:01\n${UNTIMED}${UNTIMED}mysqld, Version: 5.0.51a-log. started with:\nTcp port: 0\n${UNTIMED}`,
);

describe("a slow log in pieces", () => {
  it.each([1, 97, 1000])("reads the same, %i bytes at a time", (pieceBytes) => {
    const log = mariadbStart();
    expect(slowSummary(readSlowLog(log, { pieceBytes }))).toEqual(slowSummary(readSlowLog(log)));
  });
});

describe("a slow log in two ranges", () => {
  it.each([
    ["MySQL 5.6", logOf("mysql-slow/mysql-5.6.log")],
    ["MySQL 5.7", logOf("mysql-slow/mysql-5.7.log")],
    ["Percona Server, sampled", logOf("mysql-slow/percona-5.7-sampled.log")],
    ["MariaDB, an event inside a string", mariadbStart()],
    ["opened again, without times", REOPENED],
  ])("counts the same whichever byte they meet at: %s", (_, log) => {
    const whole = slowSummary(readSlowLog(log));
    for (let cut = 1; cut < log.length; cut += 1) {
      const [first, second] = inTwoRanges(log, cut);
      expect([cut, second.startOffset]).toEqual([cut, first.endOffset]);
      joinParts(first, second);
      expect([cut, slowSummary(first)]).toEqual([cut, whole]);
    }
  });

  it("gives the database of the first to events of the second that name none", () => {
    const log = logOf("mysql-slow/mysql-5.7.log");
    const cut = log.indexOf("# Time: 2026-03-01T10:00:02");
    const [first, second] = inTwoRanges(log.subarray(0, log.indexOf("# Time: 2026-03-01T10:00:04")), cut);
    expect([first.database, second.database]).toEqual(["shop", null]);
    joinParts(first, second);
    expect(first.database).toBe("shop");
  });

  it("begins the second where the time is known", () => {
    const log = Buffer.from(
      `# Time: 260301 12:00:01\n${UNTIMED}${UNTIMED}${UNTIMED}# Time: 260301 12:00:02\n${UNTIMED}`,
    );
    const [first, second] = inTwoRanges(log, 30);
    expect([first.tally.events, second.tally.events]).toEqual([3, 1]);
    expect(second.startOffset).toBe(log.lastIndexOf("# Time"));
  });

  it("does not begin with an event inside a string", () => {
    const log = mariadbStart();
    const inside = log.indexOf("# Time: 261124 10:00:00");
    const [, second] = inTwoRanges(log, inside);
    expect(second.startOffset).toBe(log.indexOf("# User@Host", log.indexOf("after');")));
  });
});
