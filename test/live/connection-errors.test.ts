import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { PostgresServer } from "../../src/change/local-server/postgres-server.ts";
import { type CliResult, runCli } from "../support/cli.ts";
import { describeIf } from "../support/require-or-skip.ts";
import { liveServers } from "../support/servers.ts";
import { execute, openClient, waitUntil } from "../support/shop.ts";

const [live] = liveServers();

describeIf(live?.available === true, live?.why ?? "no server")("connecting to a real server", () => {
  let server: PostgresServer;
  let cwd: string;

  beforeAll(async () => {
    if (live === undefined) return;
    cwd = await mkdtemp(join(tmpdir(), "dbperf-connect-"));
    server = await live.start({ max_connections: "8" });
    await execute(server.url("postgres"), [
      "create role app login password 'app-pw'",
      "create role parked nologin",
      "create database empty",
      "create database closed",
      "revoke connect on database closed from public",
    ]);
  });

  afterAll(async () => {
    await server?.stop();
    await rm(cwd, { recursive: true, force: true });
  });

  const analyze = (url: string, variables: Record<string, string> = {}): Promise<CliResult> =>
    runCli(["analyze", url, "--no-store"], { cwd, variables });
  const url = (user: string, password: string, database: string, query = ""): string =>
    `postgres://${user}:${password}@127.0.0.1:${server.port}/${database}${query}`;

  it.each([
    ["a wrong password", () => url("app", "guess-pw", "postgres"), "rejected the password of app"],
    ["a missing database", () => url("app", "app-pw", "nowhere"), "There is no database “nowhere”"],
    [
      "a database that is closed to the role",
      () => url("app", "app-pw", "closed"),
      "may not connect to database “closed”",
    ],
    ["TLS where the server has none", () => url("app", "app-pw", "postgres", "?sslmode=require"), "does not offer TLS"],
    ["a host that does not exist", () => "postgres://app:app-pw@no-such-host.invalid/x", "is not known"],
    ["a socket that is not there", () => "postgres://app:app-pw@/x?host=/nowhere", "no server socket"],
  ])("says what to do about %s, and exits with 3", async (_, target, problem) => {
    const { code, err, out } = await analyze(target());
    expect({ code, err }).toEqual({ code: 3, err: expect.stringContaining(problem) });
    expect(err.trim().split("\n").length).toBeGreaterThan(1);
    expect(`${err}${out}`).not.toMatch(/guess-pw|app-pw/);
  });

  it("reads the password from PGPASSWORD, and asks for it where there is none", async () => {
    const bare = `postgres://app@127.0.0.1:${server.port}/postgres`;
    expect((await analyze(bare)).err).toContain("asks for a password of app");
    expect((await analyze(bare, { PGPASSWORD: "app-pw" })).code).toBe(4);
  });

  it("says who may still get in when every slot is taken", async () => {
    const clients = await Promise.all(Array.from({ length: 5 }, () => openClient(url("app", "app-pw", "postgres"))));
    try {
      const { code, err } = await analyze(url("app", "app-pw", "postgres"));
      expect({ code, err }).toEqual({ code: 3, err: expect.stringContaining("no connection slot left") });
      expect(err).toContain("pg_use_reserved_connections");
    } finally {
      await Promise.all(clients.map((client) => client.end()));
    }
    await waitUntil(server.url("postgres"), "(select count(*) = 0 from pg_stat_activity where usename = 'app')");
  });

  it("gives the lines that open statistics in another schema, and they do", async () => {
    const role = url("app", "app-pw", "elsewhere");
    await execute(server.url("postgres"), ["create database elsewhere"]);
    await execute(server.url("elsewhere"), ["create schema ext", "create extension pg_stat_statements schema ext"]);
    const before = await runCli(["doctor", role], { cwd });
    expect(before.code).toBe(4);
    const lines = ["grant usage on schema ext to app;", "grant pg_monitor to app;"];
    for (const line of lines) expect(before.out).toContain(`→ ${line}`);
    await execute(server.url("elsewhere"), lines);
    expect((await runCli(["doctor", role], { cwd })).code).toBe(0);
    await execute(server.url("postgres"), ["revoke pg_monitor from app"]);
  });

  it("makes a role that sees everything with the script of dbperf setup", async () => {
    await execute(server.url("postgres"), ["create database scripted"]);
    await execute(server.url("scripted"), ["create schema ext", "create extension pg_stat_statements schema ext"]);
    const { out } = await runCli(["setup", "--role", "watcher", "--database", "scripted"], { cwd });
    await execute(server.url("scripted"), [out, "alter role watcher password 'w-pw'"]);
    expect(await runCli(["doctor", url("watcher", "w-pw", "scripted")], { cwd })).toMatchObject({ code: 0 });
  });

  it("reports on an empty database", async () => {
    await execute(server.url("empty"), ["create extension pg_stat_statements"]);
    const { code, out } = await analyze(server.url("empty"));
    expect(code).toBe(0);
    expect(out).toContain("No problem found");
  });
});
