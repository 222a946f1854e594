import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dbperfError } from "../../errors/index.ts";
import type { Environment } from "../engine.ts";

/** Where Debian's packages keep the file; elsewhere PGSYSCONFDIR says it. */
const SYSTEM_DIRECTORY = "/etc/postgresql-common";

/** Parameters of a service, by libpq's names. Throws `service-not-found`. */
export function readService(service: string, { variables, homeDirectory }: Environment): ReadonlyMap<string, string> {
  const files = [
    variables["PGSERVICEFILE"] ?? join(homeDirectory, ".pg_service.conf"),
    join(variables["PGSYSCONFDIR"] ?? SYSTEM_DIRECTORY, "pg_service.conf"),
  ];
  for (const file of files) {
    const found = parseService(readIfPresent(file), service);
    if (found !== null) return found;
  }
  throw dbperfError("service-not-found", { service, files: files.join(" and ") });
}

/** libpq's own rules: the value is the rest of the line, so `#`, `;` and quotes in a password are kept as they are. */
function parseService(text: string, service: string): ReadonlyMap<string, string> | null {
  let parameters: Map<string, string> | null = null;
  for (const line of text.split("\n").map((raw) => raw.trim())) {
    if (line === "" || line.startsWith("#")) continue;
    if (line.startsWith("[")) {
      if (parameters !== null) break;
      if (line === `[${service}]`) parameters = new Map();
      continue;
    }
    const equals = line.indexOf("=");
    if (parameters !== null && equals > 0) {
      parameters.set(line.slice(0, equals).trim(), line.slice(equals + 1).trim());
    }
  }
  return parameters;
}

function readIfPresent(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
