import { timeWords, windowWords } from "../../src/computed/occurrences.ts";
import type { RefusalPattern, RefusedLimit } from "../../src/computed/refused-limits.ts";
import type { Window } from "../../src/rule.ts";
import { formatCount, plural } from "../../src/util/units.ts";

export const MAX_ASKERS = 3;

/** `100 connections were refused`; of a pool and a pooler what that means there. */
export function eventWords({ kind, seen: { count } }: RefusedLimit): string {
  switch (kind) {
    case "pool":
      return `${plural(count, "request")} got no connection`;
    case "pooler":
      return plural(count, "client was turned away", "clients were turned away");
    default:
      return plural(count, "connection was refused", "connections were refused");
  }
}

export function limitWords({ kind, name }: RefusedLimit): string {
  switch (kind) {
    case "server":
      return "all connections of the server were taken";
    case "database":
      return `the connection limit of ${name === null ? "the database" : `database ${name}`} was reached`;
    case "role":
      return `the connection limit of ${name === null ? "the role" : `role ${name}`} was reached`;
    case "pool":
      return `the connection pool${name === null ? "" : ` (${name})`} had none free`;
    case "pooler":
      return `${name ?? "the pooler"} had as many clients as it takes (max_client_conn)`;
  }
}

/** When it was, whose limit it is, who asked. */
export function detailWords(limit: RefusedLimit, pattern: RefusalPattern, window: Window, capacity: string): string {
  const when = pattern === "untimed" ? "" : `, ${timeWords(limit.seen)}`;
  return [
    `${eventWords(limit)} because ${limitWords(limit)}${capacity}${when}.`,
    patternWords(limit, pattern, window),
    ownerWords(limit),
    askerWords(limit),
  ]
    .filter((part) => part !== "")
    .join(" ");
}

function patternWords({ seen }: RefusedLimit, pattern: RefusalPattern, window: Window): string {
  const minutes = plural(seen.perMinute.length, "minute");
  const within = windowWords(window);
  switch (pattern) {
    case "burst":
      return `They fall into ${minutes}: a burst, as from a release, a restart or a retry storm.`;
    case "standing":
      return `They fall into ${minutes}${within === "" ? "" : ` ${within}`}: a standing shortage.`;
    case "unclear":
      return "The log is too short to tell a burst from a standing shortage.";
    case "untimed":
      return "The log has no times, so it does not tell a burst from a standing shortage.";
  }
}

function ownerWords({ kind }: RefusedLimit): string {
  if (kind === "pool") return "This is the limit of the pool, not of the server.";
  return kind === "pooler" ? "This is the limit of the pooler, not of the server." : "";
}

function askerWords({ kind, askers, seen }: RefusedLimit): string {
  if (askers.length === 0) return kind === "pool" || kind === "pooler" ? "" : "The log does not say who asked.";
  const shown = askers.slice(0, MAX_ASKERS).map(({ name, count }) => `${name} (${formatCount(count)})`);
  const rest = seen.count - askers.slice(0, MAX_ASKERS).reduce((sum, { count }) => sum + count, 0);
  return `Refused: ${[...shown, ...(rest > 0 ? [`others (${formatCount(rest)})`] : [])].join(", ")}.`;
}
