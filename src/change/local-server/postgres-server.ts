import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chown, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { platform, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { dbperfError } from "../../errors/index.ts";
import { freePort } from "./free-port.ts";
import { type GuardedProcess, spawnGuarded } from "./guarded-process.ts";
import { type ServerUser, serverUser } from "./server-user.ts";

const SUPERUSER = "postgres";
const START_LIMIT_MS = 60_000;
const PORT_ATTEMPTS = 3;

export interface ServerOptions {
  /** Folder with initdb and postgres. */
  readonly binDir: string;
  /** Settings by name, as on the server's command line. */
  readonly settings: Readonly<Record<string, string>>;
  /** Account of the server; the default is `serverUser()`. */
  readonly runAs?: ServerUser | null;
  /** Is told the server's log, in pieces as they come. */
  readonly onLog?: (text: string) => void;
}

/** A PostgreSQL of our own on 127.0.0.1, gone with its data on stop or when this process ends. */
export interface PostgresServer {
  readonly host: "127.0.0.1";
  readonly port: number;
  readonly socketDirectory: string;
  readonly superuser: string;
  readonly password: string;
  readonly dataDirectory: string;
  /** URL of the superuser. */
  url(database: string): string;
  /** Shuts down and starts again with the same data, settings and port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

interface Instance {
  readonly options: ServerOptions;
  readonly user: ServerUser | null;
  readonly directory: string;
  readonly data: string;
  readonly password: string;
  log: string;
}

/** Makes a cluster in a temporary directory and starts it. Throws `demo-failed`. */
export async function startPostgres(options: ServerOptions): Promise<PostgresServer> {
  const user = options.runAs === undefined ? await serverUser() : options.runAs;
  const directory = await mkdtemp(join(tmpdir(), "dbperf-pg-"));
  const instance: Instance = {
    options,
    user,
    directory,
    data: join(directory, "data"),
    password: randomBytes(12).toString("hex"),
    log: "",
  };
  try {
    await initialise(instance);
    for (let attempt = 1; ; attempt += 1) {
      const port = await freePort();
      const guarded = await launch(instance, port);
      if (guarded !== null) return serverOf(instance, port, guarded);
      if (attempt === PORT_ATTEMPTS || !instance.log.includes("could not bind"))
        throw new Error(lastError(instance.log));
    }
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    const problem = error instanceof Error ? error.message : String(error);
    const next = `Check that ${options.binDir}/postgres --version runs, and that ${tmpdir()} has 200 MB free.`;
    throw dbperfError("demo-failed", { problem, next }, { cause: error });
  }
}

function serverOf(instance: Instance, port: number, first: GuardedProcess): PostgresServer {
  let guarded = first;
  const { directory, password } = instance;
  return {
    host: "127.0.0.1",
    port,
    socketDirectory: directory,
    superuser: SUPERUSER,
    password,
    dataDirectory: instance.data,
    url: (database) => `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`,
    restart: async () => {
      await writeFile(join(directory, "keep"), "");
      await guarded.stop();
      const next = await launch(instance, port);
      if (next === null) throw new Error(`the server did not start again: ${lastError(instance.log)}`);
      guarded = next;
    },
    stop: async () => {
      await guarded.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function initialise(instance: Instance): Promise<void> {
  const { directory, user } = instance;
  const passwordFile = join(directory, "password");
  await mkdir(instance.data, { mode: 0o700 });
  await writeFile(passwordFile, `${instance.password}\n`, { mode: 0o600 });
  if (user !== null) for (const path of [directory, instance.data, passwordFile]) await chown(path, user.uid, user.gid);
  const locales = platform() === "darwin" ? ["C"] : ["C.UTF-8", "C"];
  for (const [index, locale] of locales.entries()) {
    try {
      await initdb(instance, passwordFile, locale);
      break;
    } catch (error) {
      // Systems without C.UTF-8 (old glibc) still have C.
      if (index === locales.length - 1) throw error;
    }
  }
  await rm(passwordFile);
}

async function initdb(instance: Instance, passwordFile: string, locale: string): Promise<void> {
  const settings = ["--username", SUPERUSER, "--pwfile", passwordFile, "--auth", "scram-sha-256", "--encoding", "UTF8"];
  const args = ["--pgdata", instance.data, ...settings, "--locale", locale, "--no-sync"];
  const identity = instance.user === null ? {} : instance.user;
  const limits = { ...identity, cwd: instance.directory, env: { ...SERVER_ENVIRONMENT }, timeout: START_LIMIT_MS };
  await new Promise<void>((resolve, reject) => {
    execFile(join(instance.options.binDir, "initdb"), args, limits, (error, _out, stderr) => {
      if (error === null) resolve();
      else reject(new Error(`initdb failed: ${stderr.trim().split("\n").at(-1) || error.message}`, { cause: error }));
    });
  });
}

const SERVER_ENVIRONMENT = { PATH: "/usr/local/bin:/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };

/** Starts the server and waits until it takes connections; null when it ended instead. */
async function launch(instance: Instance, port: number): Promise<GuardedProcess | null> {
  const keep = join(instance.directory, "keep");
  await writeFile(keep, "");
  const settings = {
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: instance.directory,
    password_encryption: "scram-sha-256",
    ...instance.options.settings,
  };
  const args = [
    "-D",
    instance.data,
    ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ];
  instance.log = "";
  const guarded = spawnGuarded({
    program: join(instance.options.binDir, "postgres"),
    args,
    user: instance.user,
    environment: SERVER_ENVIRONMENT,
    directory: instance.directory,
    onOutput: (text) => {
      instance.log = `${instance.log}${text}`.slice(-10_000);
      instance.options.onLog?.(text);
    },
  });
  const deadline = Date.now() + START_LIMIT_MS;
  while (guarded.isRunning() && Date.now() < deadline) {
    if (await isReady(instance.data)) {
      await rm(keep, { force: true });
      return guarded;
    }
    await sleep(30);
  }
  await guarded.stop();
  return null;
}

/** The eighth line of postmaster.pid is the server's own word on its state. */
async function isReady(data: string): Promise<boolean> {
  const text = await readFile(join(data, "postmaster.pid"), "utf8").catch(() => "");
  return text.split("\n")[7]?.trim() === "ready";
}

function lastError(log: string): string {
  const lines = log.split("\n").filter((line) => line.trim() !== "");
  return lines.findLast((line) => /FATAL|ERROR|PANIC/.test(line)) ?? lines.at(-1) ?? "the server ended without a word";
}
