import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { chown, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../src/change/local-server/free-port.ts";
import { type GuardedProcess, spawnGuarded } from "../../src/change/local-server/guarded-process.ts";
import type { ServerUser } from "../../src/change/local-server/server-user.ts";

/** A MariaDB of our own, gone with its data on stop or when this process ends. The superuser is root, without a password. */
export interface MariadbServer {
  readonly socket: string;
  /** On 127.0.0.1. */
  readonly port: number;
  /** Folder that the server may write into, removed on stop. */
  readonly directory: string;
  /** Runs statements through the command-line client; goes on after an error. Resolves to what was printed, errors last. */
  run(script: string, session?: ClientSession): Promise<string>;
  /** Rows of one query, without the names of its columns; NULL is the text `NULL`. */
  rows(query: string): Promise<readonly (readonly string[])[]>;
  stop(): Promise<void>;
}

export interface ClientSession {
  readonly user?: string;
  readonly database?: string;
}

const SERVER = "/usr/sbin/mariadbd";
const INSTALL = "/usr/bin/mariadb-install-db";
const CLIENT = "/usr/bin/mariadb";
const START_LIMIT_MS = 60_000;
const ENVIRONMENT = { PATH: "/usr/local/bin:/usr/bin:/bin", LC_ALL: "C.UTF-8", TZ: "UTC" };
/** Small, and without durability. */
const SETTINGS = {
  innodb_log_file_size: "8M",
  innodb_buffer_pool_size: "16M",
  innodb_flush_log_at_trx_commit: "0",
  innodb_flush_method: "nosync",
  performance_schema: "off",
  character_set_server: "utf8mb4",
};

export const mariadbAvailable = [SERVER, INSTALL, CLIENT].every((program) => existsSync(program));

/** Makes a server in a temporary folder and starts it; `settings` are laid over those above. */
export async function startMariadb(settings: Readonly<Record<string, string>> = {}): Promise<MariadbServer> {
  const directory = await mkdtemp(join(tmpdir(), "dbperf-mariadb-"));
  const user = await accountOfServer();
  try {
    if (user !== null) await chown(directory, user.uid, user.gid);
    const data = join(directory, "data");
    await mkdir(data);
    if (user !== null) await chown(data, user.uid, user.gid);
    const options = Object.entries({ ...SETTINGS, datadir: data, tmpdir: directory }).map(optionOf);
    const install = [
      "--no-defaults",
      "--auth-root-authentication-method=normal",
      "--skip-test-db",
      "--skip-name-resolve",
    ];
    await execute(INSTALL, [...install, ...options], { user, directory });
    const port = await freePort();
    const socket = join(directory, "server.sock");
    const place = { bind_address: "127.0.0.1", port: String(port), socket, pid_file: join(directory, "server.pid") };
    const guarded = await launch(directory, user, [
      ...options,
      ...Object.entries({ ...place, ...settings }).map(optionOf),
    ]);
    return serverOf(directory, socket, port, guarded);
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

/** Root runs it as `mysql`, which Debian's package makes; everybody else as oneself (null). */
async function accountOfServer(): Promise<ServerUser | null> {
  if (userInfo().uid !== 0) return null;
  const accounts = (await readFile("/etc/passwd", "utf8")).split("\n").map((line) => line.split(":"));
  const [uid, gid] = (accounts.find(([name]) => name === "mysql") ?? []).slice(2, 4).map(Number);
  if (uid === undefined || gid === undefined) throw new Error("there is no account mysql");
  return { uid, gid };
}

async function launch(directory: string, user: ServerUser | null, options: readonly string[]): Promise<GuardedProcess> {
  let log = "";
  const guarded = spawnGuarded({
    program: SERVER,
    args: ["--no-defaults", ...options],
    user,
    environment: ENVIRONMENT,
    directory,
    onOutput: (text) => {
      log = `${log}${text}`.slice(-10_000);
    },
  });
  const deadline = Date.now() + START_LIMIT_MS;
  while (!log.includes("ready for connections")) {
    if (!guarded.isRunning() || Date.now() > deadline) {
      await guarded.stop();
      throw new Error(`MariaDB did not start: ${log}`);
    }
    await sleep(30);
  }
  return guarded;
}

function serverOf(directory: string, socket: string, port: number, guarded: GuardedProcess): MariadbServer {
  const client = (script: string, { user = "root", database }: ClientSession, ...flags: string[]) => {
    const session = ["--no-defaults", `--socket=${socket}`, `--user=${user}`, "--default-character-set=utf8mb4"];
    const args = [...session, "--batch", ...flags, ...(database === undefined ? [] : [database])];
    return execute(CLIENT, args, { user: null, directory, input: script });
  };
  return {
    socket,
    port,
    directory,
    run: (script, session = {}) => client(script, session, "--comments", "--force"),
    rows: async (query) => {
      const text = await client(query, {}, "--skip-column-names");
      const lines = text.split("\n").slice(0, -1);
      return lines.map((line) => line.split("\t").map(unescaped));
    },
    stop: async () => {
      // A signal alone does not end it at once.
      await client("shutdown", {}).catch(() => undefined);
      await guarded.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** What --batch prints for characters that would end a value. */
function unescaped(value: string): string {
  return value.replace(/\\([tn0\\])/g, (_, letter: string) => ({ t: "\t", n: "\n", 0: "\0" })[letter] ?? "\\");
}

function optionOf([name, value]: readonly [string, string]): string {
  return `--${name.replaceAll("_", "-")}=${value}`;
}

interface Execution {
  readonly user: ServerUser | null;
  readonly directory: string;
  readonly input?: string;
}

/** Runs a program to its end; with an input its errors are part of what it printed. */
async function execute(
  program: string,
  args: readonly string[],
  { user, directory, input }: Execution,
): Promise<string> {
  const identity = user === null ? {} : user;
  return new Promise((resolve, reject) => {
    const options = {
      ...identity,
      cwd: directory,
      env: ENVIRONMENT,
      timeout: START_LIMIT_MS,
      maxBuffer: 64 * 1024 ** 2,
    };
    const child = execFile(program, args, options, (error, out, err) => {
      if (error === null) resolve(`${out}${input === undefined ? "" : err}`);
      else reject(new Error(`${program} failed: ${err.trim() || out.slice(-2000)}`, { cause: error }));
    });
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input ?? "");
  });
}
