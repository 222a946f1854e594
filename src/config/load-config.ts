import { resolve } from "node:path";
import { environmentLayer } from "./environment.ts";
import { type ConfigFile, findProjectFile, findUserFile, readConfigFile } from "./load.ts";
import { type ConfigFlags, flagsLayer, type ResolvedConfig, resolveConfig } from "./resolve.ts";
import type { RuleCatalogue } from "./rule-settings.ts";

export interface LoadConfigOptions {
  readonly cwd: string;
  readonly homeDirectory: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly flags: ConfigFlags;
  /** `--config FILE`; DBPERF_CONFIG names one as well. */
  readonly configFile?: string | undefined;
  readonly rules: RuleCatalogue;
}

export interface LoadedConfig extends ResolvedConfig {
  /** Paths of the files that were read, strongest first. */
  readonly files: readonly string[];
  /** The folder of the project's file, else `cwd`: where dbperf.suppressions.yaml is. */
  readonly directory: string;
}

/** Reads and merges every place: flags, environment, project file, user file, defaults. */
export function loadConfig(options: LoadConfigOptions): LoadedConfig {
  const { cwd, homeDirectory, variables } = options;
  const flags = flagsLayer(options.flags);
  const environment = environmentLayer(variables);
  const project = projectFile(options);
  const user = findUserFile(variables, homeDirectory);
  const files = [project, user].filter((file) => file !== null);
  const resolved = resolveConfig([flags, environment, ...files], options.rules);
  return { ...resolved, files: files.map(({ path }) => path), directory: project?.directory ?? resolve(cwd) };
}

function projectFile({ cwd, homeDirectory, variables, configFile }: LoadConfigOptions): ConfigFile | null {
  const named = configFile ?? variables["DBPERF_CONFIG"] ?? "";
  return named === "" ? findProjectFile(cwd, homeDirectory) : readConfigFile(resolve(cwd, named));
}
