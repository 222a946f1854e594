import { readFileSync } from "node:fs";
import { join } from "node:path";
import { applicationDialect, applicationLog } from "../../src/logs/application/index.ts";
import type { LogPart, PartOptions } from "../../src/logs/scan/part.ts";
import { partOf } from "./log-parts.ts";

export const APPLICATION_LOGS = join(import.meta.dirname, "../../fixtures/logs/application");

/** A recorded log of an application. */
export function applicationText(name: "node.log" | "node.jsonl" | "pgbouncer.log"): string {
  return readFileSync(join(APPLICATION_LOGS, name), "utf8");
}

/** Reads a text as the log of an application. */
export function readApplicationLog(text: string | Uint8Array, options: Partial<PartOptions> = {}): LogPart {
  return partOf({ format: applicationLog, dialect: applicationDialect, bytes: Buffer.from(text) }, options);
}

/** Each kind of refusal as a line: `3 pool-timeout node-postgres`, `1 role-limit user=app`. */
export function refusalsOf({ digest }: LogPart): string[] {
  return [...digest.facts.kinds.refusals.values()]
    .map(({ at, cause, user, database, application }) =>
      [
        at.count,
        cause,
        application,
        user === null ? null : `user=${user}`,
        database === null ? null : `database=${database}`,
      ]
        .filter((part) => part !== null)
        .join(" "),
    )
    .toSorted();
}
