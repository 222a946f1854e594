import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Capture } from "../../src/model/index.ts";
import { liveServers } from "../../test/support/servers.ts";
import { execute } from "../../test/support/shop.ts";
import { seededRandom } from "../logs/random.ts";
import { type Outcome, printAccuracy } from "./accuracy.ts";
import { firstLine } from "./first-line.ts";
import { BACKGROUND, HALVES, type Half, POOLS } from "./halves.ts";
import { drive, startBackground } from "./load.ts";
import { SCENARIOS } from "./scenarios.mjs";
import { shopTables } from "./shop-tables.ts";

/** Rows of a loop; each scenario runs once a size. */
const SIZES = [5, 14, 23, 32, 41, 50];
const MAIN = join(import.meta.dirname, "../../dist/src/cli/main.js");

/**
 * Runs every application with every pool and background, and prints what `dbperf run` found beside what there was.
 * `only`: those whose name, such as pg-5-500, has this text.
 */
export async function measureRuns(halves: readonly Half[], only: string): Promise<void> {
  const [live] = liveServers().filter(({ available }) => available);
  if (live === undefined) throw new Error("the bench needs a PostgreSQL server: apt-get install postgresql-15");
  const server = await live.start();
  try {
    await execute(server.url("postgres"), shopTables("postgres"));
    for (const half of halves) {
      const outcomes: Outcome[] = [];
      for (const setup of setupsOf(half, only)) {
        outcomes.push(...(await measured(server.url("postgres"), setup)));
        console.error(`${setup.application}, pool ${setup.pool}, background ${setup.perSecond}/s`);
      }
      if (outcomes.length > 0) printAccuracy(half, outcomes);
    }
  } finally {
    await server.stop();
  }
}

interface Setup {
  readonly application: string;
  readonly pool: number;
  readonly perSecond: number;
}

function setupsOf(half: Half, only: string): Setup[] {
  const all = HALVES[half].postgres.flatMap((application) =>
    POOLS.flatMap((pool) => BACKGROUND.map((perSecond) => ({ application, pool, perSecond }))),
  );
  return all.filter(({ application, pool, perSecond }) => `${application}-${pool}-${perSecond}`.includes(only));
}

async function measured(url: string, { application, pool, perSecond }: Setup): Promise<Outcome[]> {
  const folder = mkdtempSync(join(tmpdir(), "dbperf-bench-"));
  const capture = join(folder, "capture.json");
  const child = startRun(capture, [application, String(pool)], url);
  try {
    const port = await firstLine(child);
    const random = seededRandom(pool * 1000 + perSecond);
    const endBackground = startBackground(port, perSecond, random);
    await drive(port, SIZES, random);
    await endBackground();
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    await exited;
    return outcomesOf(JSON.parse(readFileSync(capture, "utf8")) as Capture, { application, pool, perSecond });
  } finally {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}

function startRun(capture: string, args: readonly string[], url: string): ChildProcess {
  const server = join(import.meta.dirname, "server.mjs");
  const options = ["--no-store", "--save-capture", capture, "--format", "json", "-o", `${capture}.report`];
  return spawn(process.execPath, [MAIN, "run", ...options, "--", process.execPath, server, ...args], {
    env: { ...process.env, DATABASE_URL: url },
    stdio: ["ignore", "pipe", "inherit"],
  });
}

function outcomesOf({ artifacts }: Capture, setup: Setup): Outcome[] {
  if (artifacts.queryLoops.status !== "present") throw new Error("the capture has loops");
  const found = artifacts.queryLoops.value.loops;
  return Object.entries(SCENARIOS).map(([scenario, { found: rule, loops = 1, isPart = false }]) => {
    const own = found.filter(({ route }) => route?.endsWith(`/${scenario}`) === true);
    const meant = own.filter(({ kind }) => kind === rule).map(({ runs }) => runs);
    const all = own.reduce((total, { runs }) => total + runs, 0);
    const requests = isPart ? 0 : SIZES.length;
    const right = loops === 1 ? meant.reduce((total, runs) => total + runs, 0) : Math.max(0, ...meant);
    const excused = Math.min(
      meant.reduce((total, runs) => total + runs, 0),
      requests * loops,
    );
    return {
      ...setup,
      scenario,
      isLoop: rule !== null,
      requests,
      right: Math.min(right, requests),
      wrong: all - excused,
    };
  });
}
