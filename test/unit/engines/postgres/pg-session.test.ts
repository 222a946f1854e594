import { describe, expect, it } from "vitest";
import type { Connection } from "../../../../src/engines/postgres/connect.ts";
import { PgSession } from "../../../../src/engines/postgres/pg-session.ts";
import { explainStatement } from "../../../../src/engines/postgres/plan/explain.ts";
import type { Row } from "../../../../src/engines/postgres/session.ts";
import { loadSqlParser } from "../../../../src/sql/parser.ts";

const FACTS = { version_number: 150_018, version: "15.18", pid: 7, role: "mon", database: "shop", is_superuser: false };
const PLAN = { "QUERY PLAN": [{ Plan: { "Node Type": "Result", "Total Cost": 1 } }] };

interface Sent {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** A connection that answers by the first words of a statement and remembers what it was sent. */
async function open(answers: Readonly<Record<string, readonly Row[] | Error>> = {}, statementTimeoutMs = 5000) {
  const sent: Sent[] = [];
  let lost: string | null = null;
  const connection: Connection = {
    transport: "plain",
    claimedPid: 7,
    lostBecause: () => lost,
    send: (sql, parameters) => {
      const plain = sql.replace(" /* dbperf */", "").trim();
      sent.push({ sql: plain, parameters });
      if (plain.includes("server_version_num")) return Promise.resolve([FACTS]);
      const answer = Object.entries(answers).find(([start]) => plain.startsWith(start))?.[1] ?? [];
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    abandon: (because) => {
      lost ??= because;
    },
    close: () => Promise.resolve(),
  };
  const target = { engine: "postgres", host: "h", port: 6432, database: "alias", user: "mon", name: null } as const;
  const session = await PgSession.open(connection, { target, statementTimeoutMs, role: null });
  const setUp = sent.splice(0);
  return { session, sent, setUp, lost: () => lost };
}

function serverError(code: string): Error {
  return Object.assign(new Error("the server says no"), { code, severity: "ERROR" });
}

describe("PgSession", () => {
  it("reads in a read-only transaction with limits, and rolls back", async () => {
    const { session, sent } = await open({ "select 1": [{ one: 1 }] });
    expect(await session.read("select 1", [], (row) => row["one"])).toEqual([1]);
    expect(sent.map(({ sql }) => sql.split("(")[0])).toEqual([
      "begin read only",
      "select set_config",
      "select 1",
      "rollback",
    ]);
    expect(sent[1]?.parameters).toEqual(["5000ms", "500ms", "30s"]);
  });

  it("goes by the server's name of the database, not by a pooler's", async () => {
    expect((await open()).session.target.database).toBe("shop");
  });

  it("asks for no more than the longest timeout that the server takes", async () => {
    const { setUp } = await open({}, 1e12);
    const limits = setUp.find(({ sql }) => sql.startsWith("select set_config"));
    expect(limits?.parameters[0]).toBe("2147483647ms");
  });

  it("rolls back after an error, and runs the next transaction", async () => {
    const { session, sent } = await open({ "select broken": serverError("42P01") });
    const reads = [session.read("select broken", [], (row) => row), session.read("select 2", [], (row) => row)];
    const [first, second] = await Promise.allSettled(reads);
    expect([first?.status, second?.status]).toEqual(["rejected", "fulfilled"]);
    expect(sent.filter(({ sql }) => sql === "rollback")).toHaveLength(2);
  });

  it("sends nothing more once the connection is lost", async () => {
    const { session, sent, lost } = await open({ "select gone": serverError("57P01") });
    await expect(session.read("select gone", [], (row) => row)).rejects.toThrow("the server says no");
    expect(lost()).toBe("the server says no");
    const before = sent.length;
    await expect(session.read("select 2", [], (row) => row)).rejects.toMatchObject({ code: "connection-lost" });
    expect(sent).toHaveLength(before);
  });
});

describe("explainStatement", () => {
  const explain = async (answers: Parameters<typeof open>[0], stored = "delete from t where id = $1") => {
    await loadSqlParser();
    const { session, sent } = await open(answers);
    const outcome = await explainStatement(session, stored, { keepLiterals: false });
    return { outcome, sent: sent.map(({ sql }) => sql) };
  };

  it("never executes, deallocates and rolls back", async () => {
    const { outcome, sent } = await explain({ explain: [PLAN] });
    expect(outcome).toMatchObject({ status: "planned", source: "explain-generic" });
    expect(sent.filter((sql) => /^(?:execute|delete)|analyze/.test(sql))).toEqual([]);
    expect(sent.slice(-2)).toEqual(["deallocate dbperf_explain", "rollback"]);
  });

  it("deallocates after a refusal, too", async () => {
    const { outcome, sent } = await explain({ explain: serverError("42501") });
    expect(outcome).toMatchObject({ status: "refused", error: { code: "42501" } });
    expect(sent.slice(-3)).toEqual(["rollback to savepoint dbperf_explain", "deallocate dbperf_explain", "rollback"]);
  });

  it("has nothing to deallocate where the statement could not be prepared", async () => {
    const { outcome, sent } = await explain({ prepare: serverError("42P01") });
    expect(outcome.status).toBe("refused");
    expect(sent.some((sql) => sql.startsWith("deallocate"))).toBe(false);
    expect(sent.at(-1)).toBe("rollback");
  });

  it("refuses a statement that a rule rewrites to nothing, and leaves the others their plans", async () => {
    const { outcome, sent } = await explain({ explain: [{ "QUERY PLAN": [] }] });
    expect(outcome).toEqual({ status: "refused", error: null });
    expect(sent.slice(-2)).toEqual(["deallocate dbperf_explain", "rollback"]);
  });

  it.each(["delete from t; drop table t", "vacuum t", "explain analyze delete from t"])(
    "sends nothing of %s",
    async (sql) => {
      const { outcome, sent } = await explain({}, sql);
      expect(outcome).toEqual({ status: "refused", error: null });
      expect(sent).toEqual([]);
    },
  );

  it("throws where the connection is lost", async () => {
    await expect(explain({ explain: serverError("57P01") })).rejects.toThrow();
  });
});
