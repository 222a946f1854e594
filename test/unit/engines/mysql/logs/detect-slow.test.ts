import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { detectSlow } from "../../../../../src/engines/mysql/logs/detect-slow.ts";
import { slowLog } from "../../../../../src/engines/mysql/logs/index.ts";

function logOf(name: string): string {
  return readFileSync(join(import.meta.dirname, "../../../../../fixtures/logs", name), "utf8");
}

const BANNER =
  "/usr/sbin/mysqld, Version: 8.0.36 (MySQL Community Server - GPL). started with:\nTcp port: 3306  Unix socket: /s\nTime                 Id Command    Argument\n";

describe("detectSlow", () => {
  it.each([
    ["mysql-slow/mysql-5.6.log", "mysql"],
    ["mysql-slow/mysql-5.7.log", "mysql"],
    ["mysql-slow/mysql-8.0-extra.log", "mysql"],
    ["mysql-slow/mysql-8.4-offset.log", "mysql"],
    ["mysql-slow/percona-5.7-sampled.log", "mysql"],
    ["mysql-slow/percona-8.0-extra.log", "mysql"],
    ["mariadb-10.11/slow.log", "mariadb"],
    ["mariadb-10.11/slow-explain.log", "mariadb"],
  ])("knows %s for %s", (name, engine) => {
    expect(detectSlow(logOf(name))).toEqual({ engine, share: 1 });
    expect(slowLog.detect({ text: logOf(name), prefixes: [] })?.dialect).toMatchObject({
      format: "mysql-slow",
      engine,
    });
  });

  it("knows MariaDB without the banner, and with carriage returns", () => {
    const text = logOf("mariadb-10.11/slow.log").split("\n").slice(3).join("\r\n");
    expect(detectSlow(text)).toEqual({ engine: "mariadb", share: 1 });
  });

  it("does not take a thread id alone for MariaDB's", () => {
    const old =
      "# User@Host: a[a] @ h []\n# Thread_id: 5  Schema: s  Last_errno: 0  Killed: 0\n# Query_time: 1  Lock_time: 0\nselect 1;\n";
    expect(detectSlow(old)?.engine).toBe("mysql");
  });

  it("says what share of the lines stands before the first event", () => {
    const event =
      "# Time: 2026-03-01T10:00:01.000000Z\n# User@Host: a[a] @ h []  Id: 1\n# Query_time: 1.0  Lock_time: 0.0\nselect 1;\n";
    expect(detectSlow(`from t\nwhere a;\n${event}`)?.share).toBeCloseTo(4 / 6);
  });

  it("takes a log without events for one, but not the general log, which begins the same", () => {
    expect(detectSlow(BANNER + BANNER)).toEqual({ engine: "mysql", share: 1 });
    expect(detectSlow(`${BANNER}2026-03-01T10:00:01.000000Z\t    8 Query\tselect 1\n`)).toBeNull();
  });

  it.each([
    ["", "nothing"],
    ["2026-03-01 10:00:01.000 UTC [1] LOG:  duration: 1.0 ms  statement: select 1\n", "PostgreSQL"],
    ["# Time: soon\n# a page of notes\n", "text with such a line"],
    [
      "2026-03-01T10:00:01.000000Z 0 [System] /usr/sbin/mysqld: ready for connections. Version: '8.0.36'\n",
      "an error log",
    ],
  ])("leaves other texts alone: %#", (text) => {
    expect(detectSlow(text)).toBeNull();
  });
});
