import { join } from "node:path";

/** What the default path depends on: the process environment as a value. */
export interface StoreEnvironment {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string;
}

/** `$XDG_DATA_HOME/dbperf/dbperf.db`, or the same below `~/.local/share`. */
export function defaultStorePath(environment: StoreEnvironment): string {
  return join(dataFolder(environment), "dbperf.db");
}

/** `log-positions.json` beside the store: how far each followed log was read. */
export function defaultPositionsPath(environment: StoreEnvironment): string {
  return join(dataFolder(environment), "log-positions.json");
}

function dataFolder({ variables, homeDirectory }: StoreEnvironment): string {
  const dataHome = variables["XDG_DATA_HOME"];
  // The XDG specification says that a relative path has to be ignored.
  const base = dataHome?.startsWith("/") === true ? dataHome : join(homeDirectory, ".local", "share");
  return join(base, "dbperf");
}
