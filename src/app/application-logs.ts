import { isoTime } from "../logs/digest/occurrences.ts";
import type { LogDialect } from "../logs/format.ts";
import { joinParts, type LogPart } from "../logs/scan/part.ts";
import type { ApplicationLog, RefusalCause } from "../model/log.ts";
import type { ReadLog } from "./read-log.ts";

/** What a server writes into its own log as well. */
const OF_SERVER: ReadonlySet<RefusalCause> = new Set([
  "too-many-clients",
  "reserved-slots",
  "database-limit",
  "role-limit",
]);

/** What was read of the log of an application; nothing for the log of a database. */
export function applicationLogOf(
  path: string,
  dialect: LogDialect,
  { digest, tally }: LogPart,
): readonly ApplicationLog[] {
  if (dialect.format !== "application") return [];
  const refusals = [...digest.facts.kinds.refusals.values()];
  return [
    {
      path,
      bytes: tally.bytes,
      lines: tally.lines,
      matches: refusals.reduce((sum, { at }) => sum + at.count, 0),
      from: Number.isFinite(digest.firstMs) ? isoTime(digest.firstMs) : null,
      to: Number.isFinite(digest.lastMs) ? isoTime(digest.lastMs) : null,
    },
  ];
}

/**
 * A log together with the refusals that applications tell of. What the server's own log has is not counted a second
 * time as what its clients say of it.
 */
export function withApplicationLogs(log: ReadLog, applications: ReadLog): ReadLog {
  const isAlone = log.dialect.format === "application";
  if (isAlone) joinParts(log.part, applications.part);
  else mergeRefusals(log.part, applications.part);
  return {
    ...log,
    files: isAlone ? [...log.files, ...applications.files] : log.files,
    notices: [...log.notices, ...applications.notices],
    applicationLogs: [...log.applicationLogs, ...applications.applicationLogs],
  };
}

function mergeRefusals(log: LogPart, applications: LogPart): void {
  const own = log.digest.facts;
  const told = applications.digest.facts;
  const isToldByServer = [...own.kinds.refusals.values()].some(({ cause }) => OF_SERVER.has(cause));
  for (const [key, { cause }] of told.kinds.refusals) {
    if (isToldByServer && OF_SERVER.has(cause)) told.kinds.refusals.delete(key);
  }
  own.merge(told);
}
