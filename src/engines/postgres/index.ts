import type { Engine } from "../engine.ts";
import { ddl } from "./ddl.ts";
import { setupHosts } from "./setup.ts";
import { isNamedByEnvironment } from "./target.ts";

export const postgres: Engine = {
  id: "postgres",
  name: "PostgreSQL",
  schemes: ["postgres", "postgresql"],
  isNamedBy: isNamedByEnvironment,
  // The driver and the collectors are loaded where a database is named: logs and captures do without.
  open: async (spec, options) => (await import("./open.ts")).open(spec, options),
  openWritable: async (spec, options) => (await import("./open.ts")).openWritable(spec, options),
  ddl,
  setupHosts,
  coreArtifacts: ["statements", "tables", "indexes", "sessions"],
};
