import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, copyFile, mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { type Random, seededRandom } from "./random.ts";
import { shopDdl } from "./schema.ts";
import { fillStatements, statementSource } from "./statements.ts";

export const MARIADB_FILE = "slow.log";

const SERVER = "/usr/sbin/mariadbd";
const ACCOUNT = "mysql";
const WANTED_BYTES = 25_000_000;
const BUSY_CLIENTS = 6;
const run = promisify(execFile);

/** Runs a server under mixed traffic until its slow query log has some 25 MB, and copies the log to a folder. */
export async function recordMariadb(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const home = await mkdtemp(join(tmpdir(), "dbperf-bench-mariadb-"));
  await chmod(home, 0o755);
  try {
    await run("install", ["-d", "-o", ACCOUNT, join(home, "data")]);
    await run("mariadb-install-db", ["--no-defaults", `--user=${ACCOUNT}`, `--datadir=${join(home, "data")}`]);
    const server = await start(home);
    try {
      await fill(home);
      await traffic(home);
      await copyFile(join(home, "data", MARIADB_FILE), join(folder, MARIADB_FILE));
    } finally {
      await end(server);
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function start(home: string): Promise<ChildProcess> {
  const settings = [
    "--no-defaults",
    `--user=${ACCOUNT}`,
    `--datadir=${join(home, "data")}`,
    `--socket=${socketOf(home)}`,
    "--skip-networking",
    "--skip-log-bin",
    "--innodb-flush-log-at-trx-commit=0",
    "--slow-query-log=ON",
    `--slow-query-log-file=${MARIADB_FILE}`,
    "--long-query-time=0",
    "--log-slow-verbosity=query_plan",
  ];
  const server = spawn(SERVER, settings, { stdio: "ignore", env: { PATH: "/usr/bin:/bin", TZ: "UTC" } });
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (await isReady(home)) return server;
    if (server.exitCode !== null) throw new Error(`${SERVER} ended with ${server.exitCode}`);
    await sleep(100);
  }
  await end(server);
  throw new Error(`${SERVER} does not take connections`);
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  const ended = once(server, "exit");
  server.kill("SIGTERM");
  await ended;
}

function socketOf(home: string): string {
  return join(home, "data", "bench.sock");
}

async function isReady(home: string): Promise<boolean> {
  return run("mariadb-admin", ["--no-defaults", "-uroot", "-S", socketOf(home), "ping"]).then(
    () => true,
    () => false,
  );
}

/** Hands statements to a client of the server's own; errors are part of the traffic. */
async function send(home: string, statements: Iterable<string>, isRunning: () => boolean): Promise<void> {
  const options = ["--no-defaults", "-uroot", "-f", "--comments", "--unbuffered", "-S", socketOf(home)];
  const client = spawn("mariadb", options, { stdio: ["pipe", "ignore", "ignore"] });
  const exited = once(client, "exit");
  for (const statement of statements) {
    if (!isRunning()) break;
    if (!client.stdin.write(`${statement};\n`)) await once(client.stdin, "drain");
  }
  client.stdin.end();
  await exited;
}

async function fill(home: string): Promise<void> {
  const serial = "int auto_increment";
  const statements = ["set global slow_query_log = off", "create database shop", "use shop", ...shopDdl(serial)];
  await send(home, [...statements, ...fillStatements(seededRandom(1)), "set global slow_query_log = on"], () => true);
}

async function traffic(home: string): Promise<void> {
  let isOver = false;
  const isRunning = (): boolean => !isOver;
  const clients = Array.from({ length: BUSY_CLIENTS }, async (_, index) => {
    const random = seededRandom(100 + index);
    while (isRunning()) await send(home, session(random), isRunning);
  });
  while ((await stat(join(home, "data", MARIADB_FILE))).size < WANTED_BYTES) await sleep(100);
  isOver = true;
  await Promise.all(clients);
}

/** What one connection sends. */
function* session(random: Random): Generator<string> {
  const next = statementSource(random, { quote: "`", hasParameters: false });
  yield "use shop";
  for (let count = 0; count < 400; count += 1) {
    if (random.chance(10)) {
      yield "begin";
      for (let left = 2 + random.below(4); left > 0; left -= 1) yield next().text;
      yield random.chance(95) ? "commit" : "rollback";
    } else if (random.chance(1))
      yield* [
        "select * from order_lines where order_id = 1",
        "select /* report */ city, count(*) from customers group by city order by 2 desc",
      ];
    else yield next().text;
  }
}
