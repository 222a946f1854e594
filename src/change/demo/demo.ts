import { randomBytes } from "node:crypto";
import type { Engine, Environment, TargetSpec, WritableSession } from "../../engines/engine.ts";
import { ensureServerPackage, SERVER_VERSIONS } from "../local-server/install-server.ts";
import { type PostgresServer, startPostgres } from "../local-server/postgres-server.ts";
import { SCHEMA } from "./schema.ts";
import { startWorkload, type Workload } from "./workload.ts";

const WORKLOAD_MS = 15_000;
const SESSION_LIMIT_MS = 600_000;
const DATABASE = "shop";

export interface DemoProgress {
  readonly phase: "install" | "start" | "load" | "workload";
  readonly detail: string;
  /** Share of the phase that is done, 0 to 1; null where it cannot be told. */
  readonly fraction: number | null;
}

export interface DemoOptions {
  readonly environment: Environment;
  /** Path of the running node, beside which npm lies. */
  readonly nodePath: string;
  readonly openWritable: Engine["openWritable"];
  readonly onProgress: (progress: DemoProgress) => void;
  /** How long the workload is driven, in milliseconds. */
  readonly workloadMs?: number;
}

export interface Demo {
  /** What to analyze, as a role that may only monitor and read. */
  readonly spec: TargetSpec;
  readonly url: string;
  readonly workloadDone: Promise<void>;
  /** Ends the sessions and the server, and removes its data. */
  stop(): Promise<void>;
}

/** Starts a server, fills it with the shop and drives it. Throws `demo-failed`; nothing stays behind then. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const { environment, nodePath, onProgress } = options;
  onProgress({ phase: "install", detail: "looking for PostgreSQL 18", fraction: null });
  const binDir = await ensureServerPackage({
    version: SERVER_VERSIONS["18"],
    environment,
    nodePath,
    onProgress: (detail) => onProgress({ phase: "install", detail, fraction: null }),
  });
  onProgress({ phase: "start", detail: "starting PostgreSQL 18", fraction: null });
  const server = await startPostgres({ binDir, settings: SETTINGS });
  try {
    const passwords = { shop: randomBytes(12).toString("hex"), analysis: randomBytes(12).toString("hex") };
    await load(options, server, passwords);
    const workload = await runWorkload(options, urlOf(server, "shop", passwords.shop));
    return demoOf(server, workload, urlOf(server, "dbperf_demo", passwords.analysis));
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Durable settings are off: the data are thrown away. No parallel plans, so that each run looks the same. */
const SETTINGS = {
  shared_preload_libraries: "pg_stat_statements",
  "pg_stat_statements.track": "top",
  track_io_timing: "on",
  shared_buffers: "128MB",
  max_connections: "40",
  max_parallel_workers_per_gather: "0",
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
};

function demoOf(server: PostgresServer, workload: Workload, url: string): Demo {
  return {
    spec: specOf(url, false),
    url,
    workloadDone: workload.done,
    stop: async () => {
      try {
        await workload.stop();
      } finally {
        await server.stop();
      }
    },
  };
}

async function runWorkload(options: DemoOptions, url: string): Promise<Workload> {
  const detail = "ten sessions use the shop";
  return startWorkload(
    (applicationName) => connect(options, `${url}&application_name=${applicationName}`),
    options.workloadMs ?? WORKLOAD_MS,
    (fraction) => options.onProgress({ phase: "workload", detail, fraction }),
  );
}

async function load(
  options: DemoOptions,
  server: PostgresServer,
  passwords: { readonly shop: string; readonly analysis: string },
): Promise<void> {
  await runAll(options, urlOf(server, server.superuser, server.password, "postgres"), [
    `create role shop login password '${passwords.shop}'`,
    `create role dbperf_demo login password '${passwords.analysis}' in role pg_monitor`,
    `create database ${DATABASE} owner shop`,
  ]);
  const superuser = urlOf(server, server.superuser, server.password);
  await runAll(options, superuser, [
    "create extension pg_stat_statements",
    "grant create, usage on schema public to shop",
  ]);
  const shop = urlOf(server, "shop", passwords.shop);
  for (const [index, step] of SCHEMA.entries()) {
    options.onProgress({ phase: "load", detail: step.detail, fraction: index / (SCHEMA.length + 1) });
    await runAll(options, shop, step.sql);
  }
  options.onProgress({ phase: "load", detail: "statistics", fraction: SCHEMA.length / (SCHEMA.length + 1) });
  // What loading cost is no part of the picture. pg_stat_reset() would also forget when tables were analyzed.
  await runAll(options, superuser, [
    "grant select on all tables in schema public to dbperf_demo",
    "grant select on all sequences in schema public to dbperf_demo",
    "vacuum (analyze)",
    "checkpoint",
    "select pg_stat_statements_reset()",
  ]);
}

async function runAll(options: DemoOptions, url: string, statements: readonly string[]): Promise<void> {
  const session = await connect(options, url);
  try {
    for (const sql of statements) await session.execute(sql);
  } finally {
    await session.close();
  }
}

async function connect(options: DemoOptions, url: string): Promise<WritableSession> {
  const { environment, openWritable } = options;
  return openWritable(specOf(url, true), { environment, statementTimeoutMs: SESSION_LIMIT_MS });
}

function urlOf(server: PostgresServer, user: string, password: string, database = DATABASE): string {
  return `postgres://${user}:${password}@${server.host}:${server.port}/${database}?sslmode=disable`;
}

function specOf(url: string, writable: boolean): TargetSpec {
  return { name: "demo", url, passwordCommand: null, role: null, writable };
}
