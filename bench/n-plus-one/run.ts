import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Capture } from "../../src/model/index.ts";
import { liveServers } from "../../test/support/servers.ts";
import { execute } from "../../test/support/shop.ts";
import { type Outcome, printAccuracy } from "./accuracy.ts";
import { SCENARIOS } from "./scenarios.mjs";

/** The halves are by library: thresholds were set on the first, and looked at with the second only once. */
const HALVES = { development: ["pg", "knex", "sequelize"], test: ["objection", "typeorm", "drizzle"] } as const;
const POOLS = [1, 5, 20] as const;
/** Statements a second that other requests send at the same time. */
const BACKGROUND = [0, 50, 500] as const;
const REQUESTS = 6;
const MAIN = join(import.meta.dirname, "../../dist/src/cli/main.js");

const SCHEMA = [
  "create table customers (id serial primary key, name text)",
  "create table orders (id serial primary key, customer_id int references customers, total int)",
  "create table events (id serial primary key, text text)",
  "create table settings (name text primary key, value text)",
  "insert into customers (name) select 'c' || i from generate_series(1, 500) i",
  "insert into orders (customer_id, total) select 1 + i % 500, i from generate_series(1, 5000) i",
  "insert into settings values ('currency', 'EUR'), ('status', 'busy')",
];

/** Runs every application with every pool and background, and prints what `dbperf run` found beside what there was. */
async function main(): Promise<void> {
  const [live] = liveServers().filter(({ available }) => available);
  if (live === undefined) throw new Error("the bench needs a PostgreSQL server: apt-get install postgresql-15");
  const server = await live.start();
  try {
    await execute(server.url("postgres"), SCHEMA);
    for (const [half, applications] of Object.entries(HALVES)) {
      const outcomes: Outcome[] = [];
      for (const application of applications) {
        for (const pool of POOLS) {
          for (const perSecond of BACKGROUND) {
            outcomes.push(...(await measured({ url: server.url("postgres"), application, pool, perSecond })));
            console.error(`${application}, pool ${pool}, background ${perSecond}/s`);
          }
        }
      }
      printAccuracy(half, outcomes);
    }
  } finally {
    await server.stop();
  }
}

interface Setup {
  readonly url: string;
  readonly application: string;
  readonly pool: number;
  readonly perSecond: number;
}

async function measured({ url, application, pool, perSecond }: Setup): Promise<Outcome[]> {
  const folder = mkdtempSync(join(tmpdir(), "dbperf-bench-"));
  const capture = join(folder, "capture.json");
  const server = join(import.meta.dirname, "server.mjs");
  const command = [
    MAIN,
    "run",
    "--no-store",
    "--save-capture",
    capture,
    "--format",
    "json",
    "-o",
    join(folder, "r.json"),
  ];
  const child = spawn(process.execPath, [...command, "--", process.execPath, server, application, String(pool)], {
    env: { ...process.env, DATABASE_URL: url },
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const port = await firstLine(child);
    const background = startBackground(port, perSecond);
    await drive(port);
    await background();
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    await exited;
    return outcomesOf(JSON.parse(readFileSync(capture, "utf8")) as Capture, { application, pool, perSecond });
  } finally {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error("the server has an output");
  for await (const line of createInterface(child.stdout)) return line;
  throw new Error("the server said nothing");
}

/** Every scenario several times, with other numbers of rows each time; up to four requests at once. */
async function drive(port: string): Promise<void> {
  const jobs = Array.from({ length: REQUESTS }, (_, round) =>
    Object.keys(SCENARIOS).map((name) => [name, round] as const),
  );
  const waiting = jobs.flat();
  const worker = async (): Promise<void> => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      await request(port, job[0], 5 + job[1] * 9);
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
}

/** Requests that send one statement each, the very statement of a scenario's loop. */
function startBackground(port: string, perSecond: number): () => Promise<void> {
  const running = new Set<Promise<void>>();
  const timer = setInterval(() => {
    // A server that cannot keep up gets what it can take.
    if (running.size > 40) return;
    for (let sent = 0; sent < Math.ceil(perSecond / 50); sent += 1) {
      const one = request(port, "hot-point", sent).finally(() => running.delete(one));
      running.add(one);
    }
  }, 20);
  if (perSecond === 0) clearInterval(timer);
  return async () => {
    clearInterval(timer);
    await Promise.all(running);
  };
}

async function request(port: string, scenario: string, rows: number): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${port}/${scenario}?n=${rows}`);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${scenario}: ${text}`);
}

function outcomesOf({ artifacts }: Capture, setup: Omit<Setup, "url">): Outcome[] {
  if (artifacts.queryLoops.status !== "present") throw new Error("the capture has loops");
  const { loops } = artifacts.queryLoops.value;
  return Object.entries(SCENARIOS).map(([scenario, { found }]) => {
    const own = loops.filter(({ route }) => route?.endsWith(`/${scenario}`) === true);
    const right = own.filter(({ kind }) => kind === found).reduce((sum, { runs }) => sum + runs, 0);
    const all = own.reduce((sum, { runs }) => sum + runs, 0);
    return {
      ...setup,
      scenario,
      isLoop: found !== null,
      requests: REQUESTS,
      right: Math.min(right, REQUESTS),
      wrong: all - Math.min(right, found === null ? 0 : REQUESTS),
    };
  });
}

await main();
