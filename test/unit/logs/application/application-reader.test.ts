import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applicationDialect, applicationLog } from "../../../../src/logs/application/index.ts";
import { isoTime } from "../../../../src/logs/digest/occurrences.ts";
import { PartScan } from "../../../../src/logs/scan/part.ts";
import { applicationText, readApplicationLog, refusalsOf } from "../../../support/application-log.ts";
import { mutatedText } from "../../../support/mutated-text.ts";

const HIKARI = "HikariPool-1 - Connection is not available, request timed out after 30000ms.";
const RECORDED = [
  "1 database-limit database=small",
  "1 role-limit user=app",
  "2 pool-timeout pgbouncer",
  "2 pooler-limit pgbouncer",
  "2 reserved-slots",
  "3 pool-timeout node-postgres",
  "3 too-many-clients",
];

describe("ApplicationReader", () => {
  it.each(["node.log", "node.jsonl"] as const)("finds in %s what happened, each once", (name) => {
    const part = readApplicationLog(applicationText(name));
    expect(refusalsOf(part)).toEqual(RECORDED);
    expect(part.engines).toEqual(["postgres"]);
    expect(part.unknownZones).toEqual([]);
  });

  it("finds in pgbouncer's own log what it refused, each once, with who asked", () => {
    expect(refusalsOf(readApplicationLog(applicationText("pgbouncer.log")))).toEqual([
      "2 pool-timeout pgbouncer user=postgres database=postgres",
      "2 pooler-limit pgbouncer",
    ]);
  });

  it("spans the log from its first to its last time, refusals or not", () => {
    const { digest } = readApplicationLog(applicationText("node.log"));
    expect([isoTime(digest.firstMs), isoTime(digest.lastMs)]).toEqual([
      "2026-11-24T14:58:12.463Z",
      "2026-11-24T14:58:16.824Z",
    ]);
    const quiet = readApplicationLog("2026-11-24T13:00:00Z up\n2026-11-24T14:00:00Z down\n").digest;
    expect([isoTime(quiet.firstMs), isoTime(quiet.lastMs)]).toEqual([
      "2026-11-24T13:00:00.000Z",
      "2026-11-24T14:00:00.000Z",
    ]);
  });

  it("counts an entry of Java once, with its nested exceptions and causes", () => {
    const text = `2026-11-24 13:00:00.123 ERROR 1 --- [exec-3] o.a.c.c.C.[dispatcherServlet] : threw exception [nested exception is java.sql.SQLTransientConnectionException: ${HIKARI}] with root cause

java.sql.SQLTransientConnectionException: ${HIKARI}
\tat com.zaxxer.hikari.pool.HikariPool.createTimeoutException(HikariPool.java:696)
2026-11-24 13:00:01.000 ERROR 1 --- [exec-4] c.e.Orders : request failed
org.springframework.jdbc.CannotGetJdbcConnectionException: Failed to obtain JDBC Connection; nested exception is java.sql.SQLTransientConnectionException: ${HIKARI}
\tat org.springframework.jdbc.datasource.DataSourceUtils.getConnection(DataSourceUtils.java:82)
Caused by: java.sql.SQLTransientConnectionException: ${HIKARI}
\t... 92 common frames omitted
`;
    const part = readApplicationLog(text);
    expect(refusalsOf(part)).toEqual(["2 pool-timeout HikariPool-1"]);
    expect(part.engines).toEqual([]);
    expect(part.unknownZones).toEqual(["the application's own zone"]);
  });

  it("counts two failures in a row as two, also between two times", () => {
    const text = `2026-11-24T13:00:00Z GET /a 500
Error: timeout exceeded when trying to connect
    at Timeout._onTimeout (/app/node_modules/pg-pool/index.js:188:27)
Error: timeout exceeded when trying to connect
    at Timeout._onTimeout (/app/node_modules/pg-pool/index.js:188:27)
2026-11-24T13:01:00Z GET /b 500
2026-11-24T13:01:30Z Error: timeout exceeded when trying to connect
2026-11-24T13:01:30Z Error: timeout exceeded when trying to connect
`;
    const part = readApplicationLog(text);
    expect(refusalsOf(part)).toEqual(["4 pool-timeout node-postgres"]);
    const [counts] = part.digest.facts.kinds.refusals.values();
    expect(counts?.at.toModel().perMinute).toEqual([
      { at: "2026-11-24T13:00:00.000Z", count: 2 },
      { at: "2026-11-24T13:01:00.000Z", count: 2 },
    ]);
  });

  it("counts a chain of Python's exceptions once", () => {
    const refused = 'connection to server at "db", port 5432 failed: FATAL:  sorry, too many clients already';
    const text = `2026-11-24 13:00:00,123 ERROR app: Exception on /orders [GET]
Traceback (most recent call last):
  File "/app/db.py", line 3, in connect
psycopg2.OperationalError: ${refused}

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/app/orders.py", line 12, in list_orders
sqlalchemy.exc.OperationalError: (psycopg2.OperationalError) ${refused}
`;
    expect(refusalsOf(readApplicationLog(text))).toEqual(["1 too-many-clients"]);
  });

  it("counts as the server's refusal what a pool could not open because of it", () => {
    const text = `2026-11-24T13:00:00Z ERROR java.sql.SQLTransientConnectionException: ${HIKARI}
\tat com.zaxxer.hikari.pool.HikariPool.createTimeoutException(HikariPool.java:696)
Caused by: org.postgresql.util.PSQLException: FATAL: sorry, too many clients already
\tat org.postgresql.core.v3.ConnectionFactoryImpl.doAuthentication(ConnectionFactoryImpl.java:693)
2026-11-24T13:00:01Z ERROR ${HIKARI}
`;
    expect(refusalsOf(readApplicationLog(text))).toEqual(["1 pool-timeout HikariPool-1", "1 too-many-clients"]);
  });

  it("counts what has no time, and makes none up", () => {
    const part = readApplicationLog("Error: Queue limit reached.\n    at x\nError: Queue limit reached.\n");
    expect(refusalsOf(part)).toEqual(["2 pool-timeout mysql2"]);
    const [counts] = part.digest.facts.kinds.refusals.values();
    expect(counts?.at.toModel().perMinute).toEqual([]);
    expect([part.digest.firstMs, part.engines]).toEqual([Number.POSITIVE_INFINITY, ["mysql"]]);
  });

  it("takes the last time before it, from an earlier chunk as well", () => {
    const scan = new PartScan({
      format: applicationLog,
      dialect: applicationDialect,
      from: 0,
      stop: Number.MAX_SAFE_INTEGER,
      isStart: true,
      isOpen: false,
      keepLiterals: false,
      sinceMs: null,
      untilMs: null,
    });
    const text = `2026-11-24T13:00:00Z up\n${"plain line\n".repeat(300)}Error: ER_CON_COUNT_ERROR: Too many connections\n    at a\n${"    at b\n".repeat(300)}    code: 'ER_CON_COUNT_ERROR'\nError: ER_CON_COUNT_ERROR: Too many connections\n`;
    for (let at = 0; at < text.length; at += 50) scan.push(Buffer.from(text.slice(at, at + 50)));
    scan.end();
    const part = scan.finish();
    expect(refusalsOf(part)).toEqual(["2 too-many-clients"]);
    const [counts] = part.digest.facts.kinds.refusals.values();
    expect(counts?.at.toModel()).toMatchObject({ count: 2, firstAt: "2026-11-24T13:00:00.000Z" });
  });

  it("leaves out what lies outside the times that were asked for", () => {
    const sinceMs = Date.parse("2026-11-24T14:58:14.000Z");
    const untilMs = Date.parse("2026-11-24T14:58:14.300Z");
    const part = readApplicationLog(applicationText("node.log"), { sinceMs, untilMs });
    expect(refusalsOf(part)).toEqual(["2 reserved-slots"]);
    expect([part.digest.outside, part.digest.firstMs >= sinceMs, part.digest.lastMs < untilMs]).toEqual([
      12,
      true,
      true,
    ]);
  });

  it("reads the same in pieces of any size, and accounts for each byte and line of damaged text", () => {
    const text = Buffer.from(applicationText("node.log"));
    const damaged = fc.tuple(mutatedText(text), fc.integer({ min: 50, max: 5000 }));
    fc.assert(
      fc.property(damaged, ([bytes, pieceBytes]) => {
        const whole = readApplicationLog(bytes);
        const pieces = inPieces(bytes, pieceBytes);
        expect(refusalsOf(pieces)).toEqual(refusalsOf(whole));
        expect(pieces.tally).toEqual(whole.tally);
        expect([whole.tally.bytes, whole.tally.events]).toEqual([bytes.length, whole.tally.lines]);
      }),
      { seed: 3, numRuns: 60 },
    );
  });
});

function inPieces(bytes: Uint8Array, pieceBytes: number) {
  const scan = new PartScan({
    format: applicationLog,
    dialect: applicationDialect,
    from: 0,
    stop: Number.MAX_SAFE_INTEGER,
    isStart: true,
    isOpen: false,
    keepLiterals: false,
    sinceMs: null,
    untilMs: null,
  });
  for (let at = 0; at < bytes.length; at += pieceBytes) scan.push(bytes.subarray(at, at + pieceBytes));
  scan.end();
  return scan.finish();
}
