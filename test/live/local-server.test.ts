import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { describe, expect, it } from "vitest";
import { describeIf } from "../support/require-or-skip.ts";
import { installServer, liveServers, pgbouncerAvailable, startPgbouncer } from "../support/servers.ts";

for (const live of liveServers()) {
  describeIf(live.available, live.why)(live.label, () => {
    it("answers, restarts with its data, and leaves no process and no directory", async () => {
      const server = await live.start();
      try {
        expect(await ask(server.url("postgres"), "create table kept as select 1")).toEqual([]);
        await server.restart();
        expect(
          await ask(
            server.url("postgres"),
            "select current_setting('server_version_num')::int / 10000 as major from kept",
          ),
        ).toEqual([{ major: live.majorVersion }]);
      } finally {
        const pid = serverPid(server.dataDirectory);
        await server.stop();
        expect(existsSync(server.socketDirectory)).toBe(false);
        expect(isAlive(pid)).toBe(false);
      }
    });
  });
}

describe("a server whose parent is killed", () => {
  it("ends and removes its data", async () => {
    const script = join(import.meta.dirname, "..", "support", "orphan-parent.ts");
    const parent = spawn(process.execPath, ["--import", "tsx", script, await installServer("18")], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line]: unknown[] = await once(parent.stdout, "data");
    const { directory } = JSON.parse(String(line)) as { directory: string };
    const pid = serverPid(join(directory, "data"));
    expect(isAlive(pid)).toBe(true);
    parent.kill("SIGKILL");
    await expect.poll(() => isAlive(pid) || existsSync(directory), { timeout: 30_000 }).toBe(false);
  });
});

describeIf(pgbouncerAvailable, "pgbouncer is not installed")("pgbouncer", () => {
  const live = liveServers().find(({ available }) => available);

  it.runIf(live !== undefined)("passes statements on in transaction mode", async () => {
    const server = await live?.start();
    if (server === undefined) return;
    const pool = await startPgbouncer(server);
    try {
      expect(await ask(pool.url("postgres"), "select 1 as one")).toEqual([{ one: 1 }]);
    } finally {
      await pool.stop();
      await server.stop();
    }
  });
});

async function ask(connectionString: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

function serverPid(dataDirectory: string): number {
  return Number(readFileSync(join(dataDirectory, "postmaster.pid"), "utf8").split("\n")[0]);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
