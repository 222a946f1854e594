import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seededRandom } from "../logs/random.ts";
import { firstLine } from "./first-line.ts";
import { type Labels, labelsOf, type NotedRequest } from "./labels.ts";
import { drive, startBackground } from "./load.ts";
import { type LoggingServer, startLoggingMariadb, startLoggingPostgres } from "./log-servers.ts";

/** Rows of a loop, small and large. */
const SIZES = [5, 7, 14, 32, 60, 150];

/** Before the name of a variant: only look-alikes. */
const QUIET = "quiet-";

/** What is recorded: all combinations. */
export interface Recordings {
  readonly half: Labels["half"];
  readonly dialect: Labels["dialect"];
  readonly applications: readonly string[];
  readonly pools: readonly number[];
  readonly perSecond: readonly number[];
  readonly variants: readonly string[];
  /** Only recordings whose name has this text. */
  readonly only: string;
}

/** Records a log and its labels for each combination into a folder; leaves alone what is there. */
export async function recordLogs(folder: string, recordings: Recordings): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const missing = setupsOf(recordings)
    .map((setup) => ({ setup, name: nameOf(setup) }))
    .filter(({ name }) => name.includes(recordings.only) && !existsSync(join(folder, `${name}.labels.json`)));
  if (missing.length === 0) return;
  const server = await (recordings.dialect === "postgres" ? startLoggingPostgres() : startLoggingMariadb());
  try {
    for (const { setup, name } of missing) {
      const labels = labelsOf(await recorded(server, setup, join(folder, `${name}.log`)), setup);
      writeFileSync(join(folder, `${name}.labels.json`), JSON.stringify(labels, null, 1));
      console.error(`${name}.log: ${labels.requests.length} requests, ${labels.background.requests} in the background`);
    }
  } finally {
    await server.stop();
  }
}

type Setup = Omit<Labels, "requests" | "background">;

function setupsOf({ half, dialect, applications, pools, perSecond, variants }: Recordings): Setup[] {
  return variants.flatMap((variant) =>
    pools.flatMap((pool) =>
      perSecond.flatMap((rate) =>
        applications.map((application) => ({ half, dialect, application, pool, perSecond: rate, variant })),
      ),
    ),
  );
}

function nameOf({ application, pool, perSecond, variant }: Setup): string {
  return [application, pool, perSecond, variant].join("-");
}

async function recorded(server: LoggingServer, setup: Setup, log: string): Promise<NotedRequest[]> {
  const folder = mkdtempSync(join(tmpdir(), "dbperf-bench-"));
  const statements = join(folder, "statements.json");
  const { pool, perSecond, variant } = setup;
  await server.begin();
  const child = started(server.url, setup, statements);
  try {
    const exited = once(child, "exit");
    const port = await firstLine(child);
    const random = seededRandom(pool * 1000 + perSecond);
    const endBackground = startBackground(port, perSecond, random);
    await drive(port, SIZES, random, { isQuiet: variant.startsWith(QUIET) });
    await endBackground();
    child.kill("SIGTERM");
    await exited;
    await server.end(log);
    return JSON.parse(readFileSync(statements, "utf8")) as NotedRequest[];
  } finally {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}

function started(url: string, { application, pool, variant }: Setup, statements: string): ChildProcess {
  const program = join(import.meta.dirname, "server.mjs");
  return spawn(process.execPath, [program, application, String(pool)], {
    env: {
      ...process.env,
      // What is sent at the same time inside one transaction waits in the driver, which warns of it.
      NODE_NO_WARNINGS: "1",
      DATABASE_URL: url,
      STATEMENTS: statements,
      VARIANT: variant.replace(QUIET, ""),
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
}
