import { describe, expect, it } from "vitest";
import { type AnyCollector, present } from "../../../../src/engines/engine.ts";
import { sessionNotices } from "../../../../src/engines/postgres/notices.ts";
import { runCollectors } from "../../../../src/engines/postgres/run-collectors.ts";
import type { PostgresSession } from "../../../../src/engines/postgres/session.ts";

const session: PostgresSession = {
  target: { engine: "postgres", host: "h", port: 5432, database: "d", user: "db perf", name: null },
  notices: [],
  majorVersion: 15,
  versionNumber: 150_000,
  pooler: null,
  read: () => Promise.resolve([]),
  transaction: (run) => run(() => Promise.resolve([])),
  close: () => Promise.resolve(),
};
const context = {
  explainTop: 0,
  allDatabases: false,
  keepLiterals: false,
  knownQueries: () => new Map<string, string>(),
};
const denied = Object.assign(new Error("permission denied"), { code: "42501", severity: "ERROR" });

const settings: AnyCollector<PostgresSession> = {
  artifact: "settings",
  collect: () => Promise.resolve(present([], "test")),
};
const tables: AnyCollector<PostgresSession> = { artifact: "tables", collect: () => Promise.reject(denied) };

describe("runCollectors", () => {
  it("goes on after a collector that throws", async () => {
    const artifacts = await runCollectors([tables, settings], session, context, () => undefined);
    expect(artifacts.tables).toEqual({
      status: "absent",
      reason: "permission-denied",
      hint: 'grant pg_monitor to "db perf";',
    });
    expect(artifacts.settings.status).toBe("present");
  });

  it("tells each what came before it, and names every artifact", async () => {
    const seen: string[] = [];
    const indexes: AnyCollector<PostgresSession> = {
      artifact: "indexes",
      collect: (_, { collected }) => {
        seen.push(...Object.keys(collected));
        return Promise.resolve(present([], "test"));
      },
    };
    const progress: string[] = [];
    const artifacts = await runCollectors([settings, indexes], session, context, (artifact) => progress.push(artifact));
    expect(seen).toEqual(["settings"]);
    expect(progress).toEqual(["settings", "indexes"]);
    expect(artifacts.plans).toMatchObject({ status: "absent" });
  });
});

describe("sessionNotices", () => {
  const quiet = { majorVersion: 18, superuser: null, pooler: null, transport: "tls", host: "db.example" } as const;

  it("has nothing to say of an ordinary session", () => {
    expect(sessionNotices(quiet)).toEqual([]);
    expect(sessionNotices({ ...quiet, transport: "plain", host: "127.0.0.1" })).toEqual([]);
  });

  it("names all that is out of the ordinary", () => {
    const loud = {
      majorVersion: 19,
      superuser: "postgres",
      pooler: "pgbouncer or alike",
      transport: "plain",
      host: "db.example",
    } as const;
    expect(sessionNotices(loud).map(({ code }) => code)).toEqual(["newer-major", "superuser", "pooler", "plaintext"]);
  });
});
