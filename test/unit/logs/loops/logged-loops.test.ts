import { beforeAll, describe, expect, it } from "vitest";
import { logFormats } from "../../../../src/engines/log-formats.ts";
import { closeDigest } from "../../../../src/logs/digest/close.ts";
import { packDigest, unpackDigest } from "../../../../src/logs/digest/pack.ts";
import { queryLoops } from "../../../../src/logs/result/query-loops.ts";
import { StatementNames } from "../../../../src/logs/result/statement-names.ts";
import type { LogPart } from "../../../../src/logs/scan/part.ts";
import { loadSqlParser } from "../../../../src/sql/parser.ts";
import { comparableDigest } from "../../../support/comparable-digest.ts";
import { partOf, partsOf } from "../../../support/log-parts.ts";

const START_MS = Date.UTC(2026, 10, 24, 10, 0, 1);
const LIST = "select id from orders order by id limit 12";
const LOOK_UP = "select name from customers where id = $1";

/** PostgreSQL's log with `%m [%p] %q%u@%d/%a `; times in milliseconds since its start. */
class Log {
  readonly #lines: { readonly atMs: number; readonly text: string }[] = [];

  statement(atMs: number, pid: number, sql: string, parameter?: number | string): this {
    const head = `${new Date(START_MS + atMs).toISOString().replace("T", " ").replace("Z", "")} UTC [${pid}] app@shop/web `;
    const kind = parameter === undefined ? "statement" : "execute <unnamed>";
    const detail = parameter === undefined ? "" : `${head}DETAIL:  parameters: $1 = '${parameter}'\n`;
    this.#lines.push({ atMs, text: `${head}LOG:  duration: 0.250 ms  ${kind}: ${sql}\n${detail}` });
    return this;
  }

  bytes(): Uint8Array {
    const inOrder = this.#lines.toSorted((a, b) => a.atMs - b.atMs);
    return Buffer.from(inOrder.map(({ text }) => text).join(""), "utf8");
  }
}

function read(log: Log) {
  const bytes = log.bytes();
  const text = Buffer.from(bytes.subarray(0, 65_536)).toString("utf8");
  for (const format of logFormats) {
    const found = format.detect({ text, prefixes: [{ text: "%m [%p] %q%u@%d/%a ", origin: "given" }] });
    if (found?.dialect.format === "postgres-stderr") return { format, dialect: found.dialect, bytes };
  }
  throw new Error("not PostgreSQL's log");
}

function loopsOf(part: LogPart) {
  const digest = closeDigest(unpackDigest(packDigest(part.digest)));
  const { loops, scopes } = queryLoops(digest, new StatementNames(false), "postgres");
  const told = loops.map(({ kind, scopeClass, route, source, repeated, runs, executions }) => ({
    kind,
    scopeClass,
    route,
    source: source?.query ?? null,
    query: repeated[0]?.query,
    runs,
    executions,
  }));
  return { loops: told, scopes, digest };
}

function comment(trace: number): string {
  return `/*route='%2Forders',traceparent='00-${String(trace).padStart(32, "0")}-00f067aa0ba902b7-01'*/`;
}

/** A loop over scattered keys on several sessions, each two milliseconds one look-up. */
function plainLoop(log: Log, atMs: number, count = 12): Log {
  log.statement(atMs, 11, LIST);
  for (let index = 0; index < count; index += 1) {
    log.statement(atMs + 2 + index * 2, 11 + (index % 3), LOOK_UP, (index * 7919) % 5003);
  }
  return log;
}

const N_PLUS_ONE = {
  kind: "n-plus-one",
  route: null,
  source: "select id from orders order by id limit ?",
  query: "select name from customers where id = ?",
};

beforeAll(loadSqlParser);

describe("loops of a log", () => {
  it("are found within a trace, whatever else runs the same statement", () => {
    const log = new Log().statement(0, 11, `${LIST} ${comment(1)}`);
    for (let index = 0; index < 12; index += 1) {
      log.statement(200 * (index + 1), 11 + (index % 3), `${LOOK_UP} ${comment(1)}`, index * 7);
      log.statement(200 * (index + 1) + 7, 20, `${LOOK_UP} ${comment(100 + index)}`, index * 11);
    }
    const { loops } = loopsOf(partOf(read(log)));
    expect(loops).toEqual([{ ...N_PLUS_ONE, scopeClass: "trace", route: "/orders", runs: 1, executions: 12 }]);
  });

  it("are one loop where a stretch ends between the source and the last repeats", () => {
    // The clock of the log turns over at 9 s.
    const log = new Log().statement(8_900, 11, `${LIST} ${comment(1)}`);
    for (let index = 0; index < 20; index += 1)
      log.statement(8_910 + index * 10, 11, `${LOOK_UP} ${comment(1)}`, index);
    const { loops } = loopsOf(partOf(read(log)));
    expect(loops).toEqual([{ ...N_PLUS_ONE, scopeClass: "trace", route: "/orders", runs: 2, executions: 20 }]);
  });

  it("are two loops where the same look-up follows two sources, and runs without one belong to either", () => {
    const log = new Log();
    for (const [run, source] of [LIST, "select id from invoices order by id limit 12", null].entries()) {
      const atMs = run * 15_000;
      if (source !== null) log.statement(atMs, 11, `${source} ${comment(run + 1)}`);
      for (let index = 1; index <= 8; index += 1) {
        log.statement(atMs + index * 10, 11, `${LOOK_UP} ${comment(run + 1)}`, index);
      }
    }
    const { loops } = loopsOf(partOf(read(log)));
    expect(loops.map(({ source, runs }) => [source, runs]).toSorted()).toEqual([
      [null, 1],
      ["select id from invoices order by id limit ?", 1],
      ["select id from orders order by id limit ?", 1],
    ]);
  });

  it("are found within a transaction", () => {
    const log = new Log().statement(0, 11, "begin").statement(1, 11, LIST);
    for (let index = 0; index < 12; index += 1) log.statement(300 + index * 300, 11, LOOK_UP, index * 7);
    log.statement(4000, 11, "commit");
    const { loops, scopes } = loopsOf(partOf(read(log)));
    expect(loops).toEqual([{ ...N_PLUS_ONE, scopeClass: "transaction", runs: 1, executions: 12 }]);
    expect(scopes).toEqual([{ scopeClass: "transaction", scopes: 1, executions: 15 }]);
  });

  it("are put together over the sessions of a pool", () => {
    const log = new Log();
    for (let run = 0; run < 4; run += 1) plainLoop(log, run * 15_000 + 200);
    const { loops } = loopsOf(partOf(read(log)));
    expect(loops).toEqual([{ ...N_PLUS_ONE, scopeClass: "stitched", runs: 4, executions: 48 }]);
  });

  it("are the same however the log is cut, and whether its parts are saved in between", () => {
    const log = new Log().statement(9_980, 40, "begin").statement(9_990, 40, "commit");
    for (let run = 0; run < 4; run += 1) plainLoop(log, run * 5_000 + 900);
    const text = read(log);
    const whole = comparableDigest(loopsOf(partOf(text)).digest).loops;
    expect(whole.bursts).toHaveLength(1);
    for (let cut = 1; cut < text.bytes.length; cut += 97) {
      const parts = partsOf(text, [cut, Math.min(text.bytes.length, cut + 1500)]);
      expect(comparableDigest(loopsOf(parts).digest).loops, `cut at ${cut}`).toEqual(whole);
    }
  });

  it("are not seen in independent requests", () => {
    const log = new Log();
    for (let index = 0; index < 60; index += 1) log.statement(index * 150, 11 + (index % 5), LOOK_UP, index * 7919);
    expect(loopsOf(partOf(read(log))).loops).toEqual([]);
  });

  it("are not seen in a rush of requests that bring their other statements along", () => {
    const log = new Log();
    for (let index = 0; index < 30; index += 1) {
      log.statement(index * 4, 11 + (index % 5), "select user_id from sessions where token = $1", `t${index}`);
      log.statement(index * 4 + 2, 11 + (index % 5), LOOK_UP, (index * 7919) % 5003);
    }
    expect(loopsOf(partOf(read(log))).loops).toEqual([]);
  });

  it("are not seen in pages, lists and polls", () => {
    const log = new Log();
    for (let index = 1; index < 30; index += 1) {
      log.statement(index * 3, 11, `select id from orders where id > $1 order by id limit 10`, index * 10);
      log.statement(20_000 + index * 3, 12, `select id from orders where id in (${index}, ${index + 1}, ${index + 2})`);
      log.statement(40_000 + index * 250, 13, "select value from settings where name = $1", "status");
    }
    expect(loopsOf(partOf(read(log))).loops).toEqual([]);
  });

  it("are not seen where a transaction is tried again", () => {
    const log = new Log();
    for (let attempt = 0; attempt < 6; attempt += 1) {
      const atMs = attempt * 20;
      log.statement(atMs, 11, "begin");
      log.statement(atMs + 1, 11, `${LOOK_UP} ${comment(1)}`, 7);
      log.statement(atMs + 2, 11, "rollback");
    }
    expect(loopsOf(partOf(read(log))).loops).toEqual([]);
  });

  it("hold no value of a statement", () => {
    const log = plainLoop(new Log(), 0).statement(5_000, 11, "begin");
    for (let index = 0; index < 6; index += 1) {
      log.statement(5_001 + index, 11, `select name from customers where email = 'secret-${index}@example.org'`);
    }
    const { digest } = loopsOf(partOf(read(log.statement(5_020, 11, "commit"))));
    expect(digest.loops.loops.totals()).toHaveLength(1);
    const kept = JSON.stringify(packDigest(digest));
    expect(kept).not.toContain("secret");
  });
});
