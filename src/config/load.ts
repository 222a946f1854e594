import { existsSync, readFileSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { dbperfError } from "../errors/index.ts";
import { type Layer, parseLayer } from "./layer.ts";
import type { LayerValues } from "./schema.ts";
import { loadYaml } from "./yaml.ts";

/** A configuration file that was read, with the folder that its paths start from. */
export interface ConfigFile extends Layer {
  readonly path: string;
  readonly directory: string;
}

const NAMES = ["dbperf.config.yaml", "dbperf.config.yml", "dbperf.config.json"] as const;

/**
 * The nearest configuration from `cwd` up to the repository's or the home folder, else to the root. Data files alone:
 * looking for configuration never runs code of the folder that is analyzed.
 */
export function findProjectFile(cwd: string, homeDirectory: string): ConfigFile | null {
  for (let directory = resolve(cwd); ; directory = dirname(directory)) {
    const found = configIn(directory);
    if (found !== null) return found;
    const isEnd = existsSync(join(directory, ".git")) || directory === resolve(homeDirectory);
    if (isEnd || dirname(directory) === directory) return null;
  }
}

/** The user's own file; null where there is none. */
export function findUserFile(
  variables: Readonly<Record<string, string | undefined>>,
  homeDirectory: string,
): ConfigFile | null {
  const configHome = variables["XDG_CONFIG_HOME"];
  const base = configHome?.startsWith("/") === true ? configHome : join(homeDirectory, ".config");
  for (const name of ["config.yaml", "config.yml", "config.json"]) {
    const path = join(base, "dbperf", name);
    if (existsSync(path)) return readConfigFile(path);
  }
  return null;
}

/** Reads one file. Throws input-not-found, input-unreadable, config-invalid. */
export function readConfigFile(path: string): ConfigFile {
  const values = parseLayer(path, readData(path));
  return configFile(path, values);
}

function configIn(directory: string): ConfigFile | null {
  const names = NAMES.filter((name) => existsSync(join(directory, name)));
  const [name, other] = names;
  if (name !== undefined) {
    const path = join(directory, name);
    if (other === undefined) return readConfigFile(path);
    throw dbperfError("config-invalid", { file: path, problem: `${other} stands beside it; keep one of them.` });
  }
  const path = join(directory, "package.json");
  if (!existsSync(path)) return null;
  const section = sectionOf(readPackage(path));
  return section === undefined ? null : configFile(path, parseLayer(`${path}#dbperf`, section));
}

function configFile(path: string, values: LayerValues): ConfigFile {
  const directory = dirname(path);
  const { store } = values;
  const isRelative = typeof store === "string" && !isAbsolute(store);
  return {
    path,
    directory,
    source: path,
    originOf: () => path,
    values: isRelative ? { ...values, store: join(directory, store) } : values,
  };
}

function sectionOf(manifest: unknown): unknown {
  return typeof manifest === "object" && manifest !== null && "dbperf" in manifest ? manifest.dbperf : undefined;
}

/** A package.json that cannot be read is not dbperf's to complain about. */
function readPackage(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

function readData(path: string): unknown {
  const text = readText(path);
  try {
    return path.endsWith(".json") ? JSON.parse(text) : loadYaml().parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError || isYamlError(error))) throw error;
    // The first line says what and where; what follows quotes the file, which may hold a password.
    const problem = path.endsWith(".json") ? "it is not valid JSON" : (error.message.split("\n")[0] ?? "");
    throw dbperfError("config-invalid", { file: path, problem: `${problem.replace(/:$/, "")}.` }, { cause: error });
  }
}

function isYamlError(error: unknown): error is Error {
  return error instanceof loadYaml().YAMLParseError;
}

function readText(path: string): string {
  if (!existsSync(path)) throw dbperfError("input-not-found", { file: path });
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw dbperfError("input-unreadable", { file: path, problem }, { cause: error });
  }
}
