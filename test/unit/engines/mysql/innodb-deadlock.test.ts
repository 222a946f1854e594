import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  type InnodbDeadlockBlock,
  innodbDeadlocks,
  looksLikeInnodbStatus,
  parseInnodbDeadlock,
} from "../../../../src/engines/mysql/logs/innodb-deadlock.ts";
import type { Deadlock, LoggedStatement } from "../../../../src/model/log.ts";
import { fingerprintSql } from "../../../../src/sql/fingerprint.ts";
import { loadSqlParser } from "../../../../src/sql/parser.ts";
import { redactSql } from "../../../../src/sql/redact.ts";
import { MYSQL_55_TOO_DEEP, MYSQL_57_STATUS, MYSQL_80_ERROR_LOG } from "../../../support/innodb-deadlock-texts.ts";

await loadSqlParser();

const options = { offsetMinutes: null, nameStatement };

function nameStatement(sql: string): LoggedStatement {
  return { fingerprint: fingerprintSql(sql), query: redactSql(sql, { dialect: "mysql" }).text };
}

function recorded(name: string): string {
  return readFileSync(join(import.meta.dirname, "../../../../fixtures/logs/mariadb-10.11", name), "utf8");
}

function blocks(text: string): InnodbDeadlockBlock[] {
  return [
    ...innodbDeadlocks(
      text.split("\n").map((line, index) => ({ number: index + 1, text: line })),
      options,
    ),
  ];
}

function parsed(text: string, offsetMinutes: number | null = null): Deadlock {
  const deadlock = parseInnodbDeadlock(text, { ...options, offsetMinutes });
  if (deadlock === null) throw new Error("no deadlock in the text");
  return deadlock;
}

function record(mode: string, relation: string, index = "PRIMARY"): unknown {
  return { mode, object: { kind: "record", relation, index } };
}

const EXCLUSIVE = "X locks rec but not gap";

describe("deadlocks of MariaDB", () => {
  const log = blocks(recorded("deadlocks.err"));

  it("are found one by one in the error log, each with its lines", () => {
    expect(log.map(({ fromLine, toLine }) => [fromLine, toLine])).toEqual([
      [2, 58],
      [60, 133],
      [135, 188],
      [190, 243],
      [245, 330],
      [332, 390],
    ]);
    expect(log.map(({ deadlock }) => deadlock.at)).toEqual([
      "2026-11-24T13:55:00.000Z",
      "2026-11-24T13:55:05.000Z",
      "2026-11-24T13:55:12.000Z",
      "2026-11-24T13:55:17.000Z",
      "2026-11-24T13:55:25.000Z",
      "2026-11-24T14:03:04.000Z",
    ]);
    expect(log.map(({ isRepeat }) => isRepeat)).not.toContain(true);
  });

  it("show gap locks that both hold, and statements of several lines", () => {
    expect(log[0]?.deadlock).toMatchObject({
      database: "shop",
      context: null,
      members: [
        {
          id: "62",
          pid: 9,
          statement: { query: "insert into orders (customer_id, note) values (?, '?')" },
          waitsFor: record("X locks gap before rec insert intention", "shop.orders", "orders_customer"),
          blockedBy: ["61"],
          holds: [record("X locks gap before rec", "shop.orders", "orders_customer")],
          earlierStatement: null,
          isVictim: true,
        },
        {
          id: "61",
          pid: 8,
          statement: { query: "insert into orders (customer_id, note) values (?, '?')" },
          blockedBy: ["62"],
          holds: [record("X locks gap before rec", "shop.orders", "orders_customer")],
          isVictim: false,
        },
      ],
    });
  });

  it("show a shared lock that both want alone", () => {
    expect(log[1]?.deadlock.members).toMatchObject([
      { waitsFor: record(EXCLUSIVE, "shop.stock"), holds: [record("S locks rec but not gap", "shop.stock")] },
      { holds: [record("S locks rec but not gap", "shop.stock")], isVictim: true },
    ]);
  });

  it("name partitions and odd tables", () => {
    const [first, second] = log[2]?.deadlock.members ?? [];
    expect(first?.waitsFor).toEqual(record(EXCLUSIVE, "shop.event (partition p1, subpartition p1sp1)"));
    expect(second?.waitsFor).toEqual(record(EXCLUSIVE, "shop.event (partition p2, subpartition p2sp0)"));
    expect(first?.holds).toEqual([second?.waitsFor]);
    expect(log[3]?.deadlock.members[0]?.waitsFor).toEqual(record(EXCLUSIVE, "shop.odd `name"));
  });

  it("show a circle of three", () => {
    const members = log[4]?.deadlock.members ?? [];
    expect(members.map(({ id, blockedBy, isVictim }) => [id, blockedBy, isVictim])).toEqual([
      ["76", ["77"], false],
      ["77", ["78"], false],
      ["78", ["76"], true],
    ]);
    expect(members.map(({ holds }) => holds)).toEqual(Array(3).fill([record(EXCLUSIVE, "shop.stock")]));
  });

  it("are the same in the status as in the error log", () => {
    expect(parsed(recorded("innodb-status.txt"))).toEqual(log[5]?.deadlock);
  });

  it("keep neither literals nor records", () => {
    const kept = JSON.stringify([log, parsed(recorded("innodb-status.txt"))]);
    expect(kept).not.toMatch(/secret|7777|8888|marker|80000001|hex|green/);
  });

  it("do not take a lock that is waited for as one that is held", () => {
    const queued = recorded("innodb-status.txt").replaceAll(
      /trx id 82 lock_mode X locks rec but not gap$/gm,
      "$& waiting",
    );
    expect(parsed(queued).members).toMatchObject([{ blockedBy: ["82"] }, { id: "82", holds: [] }]);
  });

  it("have no victim where the server prints (0)", () => {
    const unknown = recorded("innodb-status.txt").replace("TRANSACTION (1)\n---", "TRANSACTION (0)\n---");
    expect(parsed(unknown).members.map(({ isVictim }) => isVictim)).toEqual([null, null]);
  });
});

describe("deadlocks of MySQL", () => {
  it("5.7: what the first one holds is not printed, so it is not said; the two block each other", () => {
    expect(parsed(MYSQL_57_STATUS)).toEqual({
      at: "2025-03-04T09:08:07.000Z",
      database: "depot",
      context: null,
      members: [
        {
          id: "7421",
          pid: 31,
          statement: nameStatement("update parcel set state = 'secret-a'\n where id = 48151"),
          waitsFor: record(EXCLUSIVE, "depot.parcel"),
          blockedBy: ["7422"],
          holds: [],
          earlierStatement: null,
          isVictim: false,
        },
        {
          id: "7422",
          pid: 32,
          statement: nameStatement('delete from lorry where plate = "secret-b"'),
          waitsFor: record("X", "depot.lorry", "lorry plate"),
          blockedBy: ["7421"],
          holds: [record("S locks rec but not gap", "depot.parcel")],
          earlierStatement: null,
          isVictim: true,
        },
      ],
    });
    expect(JSON.stringify(parsed(MYSQL_57_STATUS))).not.toMatch(/secret|48151|beef|c0de/);
  });

  it("8.0: reads the circle from the records, past a message of another thread", () => {
    const [block, ...others] = blocks(MYSQL_80_ERROR_LOG);
    expect(others).toEqual([]);
    expect(block).toMatchObject({ fromLine: 2, toLine: MYSQL_80_ERROR_LOG.split("\n").length - 2 });
    expect(block?.deadlock.at).toBe("2025-03-04T09:08:07.123Z");
    expect(block?.deadlock.members.map(({ id, pid, blockedBy, isVictim }) => [id, pid, blockedBy, isVictim])).toEqual([
      ["501", 61, ["502"], false],
      ["502", 62, ["503"], false],
      ["503", 63, ["501"], true],
    ]);
    expect(block?.deadlock.members.map(({ statement }) => statement?.query)).toEqual(
      Array(3).fill("select * from lorry where id = ? for update"),
    );
  });

  it("8.0: goes by the order of the circle where records are not printed", () => {
    const bare = MYSQL_80_ERROR_LOG.replaceAll(/^Record lock.*$/gm, "");
    expect(blocks(bare)[0]?.deadlock.members.map(({ blockedBy }) => blockedBy)).toEqual([["502"], ["503"], ["501"]]);
  });

  it("8.0: says nothing of who blocks whom in a circle that does not show it", () => {
    const withoutLocks = MYSQL_80_ERROR_LOG.replace(/^RECORD LOCKS.*lock_mode X locks rec but not gap$/gm, "");
    expect(blocks(withoutLocks)[0]?.deadlock.members.map(({ blockedBy }) => blockedBy)).toEqual([[], [], []]);
  });

  it("5.5: the search was too deep, and the only one shown is rolled back", () => {
    expect(parsed(MYSQL_55_TOO_DEEP)).toMatchObject({
      at: "2013-07-04T09:08:07.000Z",
      context: "the search for the circle was too deep or too long",
      members: [
        {
          id: "9F3A",
          pid: 12,
          statement: { query: "insert into parcel (state) values ('?'" },
          waitsFor: { mode: "AUTO-INC", object: { kind: "table", relation: "depot.parcel", index: null } },
          blockedBy: [],
          isVictim: true,
        },
      ],
    });
  });

  it.each([
    ["5.7 error log", "2025-03-04T09:08:07.000000Z 32 [Note] InnoDB: ", "\n"],
    ["5.6 error log", "2025-03-04 09:08:07 7f0ab4c52700InnoDB: ", "\n2025-03-04 09:08:07 7f0ab4c52700\n"],
    ["5.5 error log", "250304  9:08:07  InnoDB: ", "\n250304  9:08:07\n"],
  ])("%s: reads the same as the status", (_, prefix, gap) => {
    const body = MYSQL_57_STATUS.slice(MYSQL_57_STATUS.indexOf("*** (1) TRANSACTION"));
    const log = `${prefix}Transactions deadlock detected, dumping detailed information.${gap}${body}`;
    expect(blocks(log)).toMatchObject([{ fromLine: 1, deadlock: parsed(MYSQL_57_STATUS) }]);
  });

  it("5.0 to 5.1: names of one piece, and transaction ids of two", () => {
    const old = MYSQL_57_STATUS.replaceAll("`depot`.`parcel`", "`depot/parcel#P#p3`")
      .replaceAll("index PRIMARY", "index `PRIMARY`")
      .replaceAll("7421", "0 7421");
    expect(parsed(old).members[0]).toMatchObject({
      id: "0 7421",
      waitsFor: record(EXCLUSIVE, "depot.parcel (partition p3)"),
    });
  });

  it("Percona: names in double quotes, and counts around the mode", () => {
    const percona = MYSQL_57_STATUS.replaceAll("`", '"')
      .replaceAll(" trx id 7421", " trx table locks 1 total table locks 2  trx id 7421".replace("  ", " "))
      .replaceAll("gap waiting\n", "gap waiting lock hold time 9 wait time before grant 0 \n");
    expect(parsed(percona).members[0]?.waitsFor).toEqual(record(EXCLUSIVE, "depot.parcel"));
  });
});

describe("innodbDeadlocks", () => {
  it("takes times without a zone as the server's clock", () => {
    expect(parsed(MYSQL_57_STATUS, 120).at).toBe("2025-03-04T07:08:07.000Z");
    expect(parsed(MYSQL_57_STATUS, -330).at).toBe("2025-03-04T14:38:07.000Z");
    expect(blocks(MYSQL_80_ERROR_LOG.replaceAll(/(\.\d+)Z/g, "$1+02:00"))[0]?.deadlock.at).toBe(
      "2025-03-04T07:08:07.123Z",
    );
  });

  it("has no time where the text has none", () => {
    expect(parsed(MYSQL_57_STATUS.replace(/^.*0x7f0ab4c52700\n/m, "")).at).toBeNull();
    expect(parsed(MYSQL_57_STATUS.replace("09:08:07 0x7f0ab4c52700", "99:08:07 0x7f0ab4c52700")).at).toBeNull();
  });

  it("marks what a status shows again", () => {
    expect(blocks(`${MYSQL_57_STATUS}${MYSQL_57_STATUS}`).map(({ isRepeat }) => isRepeat)).toEqual([false, true]);
    const later = MYSQL_57_STATUS.replaceAll("7422", "7500");
    expect(blocks(`${MYSQL_57_STATUS}${later}`).map(({ isRepeat }) => isRepeat)).toEqual([false, false]);
  });

  it("reads a status that the client wrote as one line", () => {
    const line = MYSQL_57_STATUS.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
    expect(blocks(`Type\tName\tStatus\nInnoDB\t\t${line}\n`)).toMatchObject([
      { fromLine: 2, toLine: 2, deadlock: parsed(MYSQL_57_STATUS) },
    ]);
    expect(looksLikeInnodbStatus(`Type\tName\tStatus\nInnoDB\t\t${line}\n`)).toBe(true);
  });

  it("reads lines that end as on Windows", () => {
    expect(parsed(MYSQL_57_STATUS.replaceAll("\n", "\r\n"))).toEqual(parsed(MYSQL_57_STATUS));
  });

  it("yields a cut block as far as it goes, and the next one whole", () => {
    const cut = MYSQL_80_ERROR_LOG.slice(0, MYSQL_80_ERROR_LOG.indexOf("*** (3)"));
    const [first, second] = blocks(`${cut}\n${MYSQL_80_ERROR_LOG}`);
    expect(first?.deadlock.members.map(({ id, isVictim }) => [id, isVictim])).toEqual([
      ["501", null],
      ["502", null],
    ]);
    expect(second?.deadlock.members).toHaveLength(3);
  });

  it("does not take an announcement without a deadlock for the beginning of a later one", () => {
    const announced =
      "2025-01-01T00:00:00.000000Z 5 [Note] InnoDB: Transactions deadlock detected, dumping detailed information.\n";
    expect(blocks(announced)).toEqual([]);
    expect(blocks(`${announced}${MYSQL_80_ERROR_LOG}`)).toMatchObject([
      { fromLine: 3, deadlock: { at: "2025-03-04T09:08:07.123Z" } },
    ]);
  });

  it("finds none where there is none", () => {
    const quiet = MYSQL_57_STATUS.replace(/^LATEST DETECTED[\s\S]*?^\*\*\* WE ROLL.*\n/m, "");
    expect(blocks(quiet)).toEqual([]);
    expect(parseInnodbDeadlock("", options)).toBeNull();
  });

  it("ends before a part of the status that follows a deadlock without an end", () => {
    const [block] = blocks(MYSQL_57_STATUS.replace(/^\*\*\* WE ROLL.*\n/m, ""));
    expect(block?.deadlock.members.map(({ isVictim }) => isVictim)).toEqual([null, null]);
    expect(block?.toLine).toBe(MYSQL_57_STATUS.split("\n").findIndex((line) => line.startsWith("*** WE ROLL")) - 1);
  });

  it("does not read on without end behind a cut block, nor counts what follows as its lines", () => {
    const cut = MYSQL_80_ERROR_LOG.slice(0, MYSQL_80_ERROR_LOG.indexOf("*** (3)"));
    const [block, ...others] = blocks(`${cut}${"\nunrelated".repeat(50_000)}\n*** WE ROLL BACK TRANSACTION (2)\n`);
    expect(others).toEqual([]);
    expect(block?.toLine).toBeLessThanOrEqual(cut.split("\n").length);
    expect(block?.deadlock.members.map(({ isVictim }) => isVictim)).toEqual([null, null]);
  });

  it("names a member whose first line was lost by its number", () => {
    const lost = MYSQL_57_STATUS.replace(/^TRANSACTION 7421.*\n/m, "");
    expect(parsed(lost).members.map(({ id, blockedBy }) => [id, blockedBy])).toEqual([
      ["(1)", ["7422"]],
      ["7422", ["(1)"]],
    ]);
  });
});

describe("looksLikeInnodbStatus", () => {
  it.each([
    ["a status of MySQL", MYSQL_57_STATUS],
    ["a status of MariaDB", recorded("innodb-status.txt")],
    ["a status without a deadlock", "=====\n111010  9:56:19 INNODB MONITOR OUTPUT\n====="],
    ["an error log with deadlocks", MYSQL_80_ERROR_LOG],
    ["the section alone", MYSQL_55_TOO_DEEP],
  ])("knows %s", (_, text) => {
    expect(looksLikeInnodbStatus(text)).toBe(true);
  });

  it.each([
    ["nothing", ""],
    ["an error log without deadlocks", "2026-11-24 13:54:17 0 [Note] InnoDB: Using io_uring\n"],
    [
      "a slow log that speaks of it",
      "# Time: 250304  9:08:07\nselect 'LATEST DETECTED DEADLOCK', '*** (1) TRANSACTION:';\n",
    ],
    ["a deadlock of PostgreSQL", "2025-03-04 09:08:07 UTC [12] ERROR:  deadlock detected\n"],
  ])("does not take %s for one", (_, text) => {
    expect(looksLikeInnodbStatus(text)).toBe(false);
  });
});
