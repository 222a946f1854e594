import type { ConnectionRefusal, LogFacts, Occurrences } from "../model/log.ts";
import type { Window } from "../model/primitives.ts";
import { mergeOccurrences, minuteNumber, windowSeconds } from "./occurrences.ts";

/** Bursts that come oftener are a standing shortage. */
const MAX_BURSTS = 3;

/** `pool`: connections of a pool, in the application or in a pooler; `pooler`: clients of a pooler. */
export type LimitKind = "server" | "database" | "role" | "pool" | "pooler";

/** One limit on connections that was met, with everybody who was refused. */
export interface RefusedLimit {
  readonly kind: LimitKind;
  /** Of the database, the role, the pool or the pooler; null for the server and where the log does not say. */
  readonly name: string | null;
  readonly seen: Occurrences;
  /** Who asked, most often refused first: `web (app)`; of a pool its users, where the log says them. */
  readonly askers: readonly { readonly name: string; readonly count: number }[];
}

/**
 * `burst`: few stretches, each shorter than the given time (a release, a retry storm); `standing`: longer or again and
 * again; `unclear`: the log is too short to tell; `untimed`: it has no times.
 */
export type RefusalPattern = "burst" | "standing" | "unclear" | "untimed";

/** Refusals by the limit that they met, in order of kind and name. */
export function refusedLimits(refusals: readonly ConnectionRefusal[]): readonly RefusedLimit[] {
  const groups = new Map<string, { kind: LimitKind; name: string | null; members: ConnectionRefusal[] }>();
  for (const refusal of refusals) {
    const { kind, name } = limitOf(refusal);
    const key = JSON.stringify([kind, name]);
    const group = groups.get(key) ?? { kind, name, members: [] };
    group.members.push(refusal);
    groups.set(key, group);
  }
  const sorted = [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return sorted.flatMap(([, { kind, name, members }]) => {
    const seen = mergeOccurrences(members);
    return seen === null ? [] : [{ kind, name, seen, askers: askersOf(kind, members) }];
  });
}

/** What the log covers that tells of a limit: pools are told of by the logs of applications alone. */
export function refusalWindow({ kind }: RefusedLimit, { window, input }: LogFacts): Window {
  const logs = kind === "pool" || kind === "pooler" ? (input.applicationLogs ?? []) : [];
  const from = logs.flatMap((log) => log.from ?? []).toSorted()[0];
  const to = logs
    .flatMap((log) => log.to ?? [])
    .toSorted()
    .at(-1);
  return from === undefined || to === undefined ? window : { from, to, kind: "log" };
}

/** Whether refusals came at once or keep coming. */
export function refusalPattern({ perMinute }: Occurrences, window: Window, burstSeconds: number): RefusalPattern {
  const minutes = perMinute.map(({ at }) => minuteNumber(at)).toSorted((a, b) => a - b);
  if (minutes.length === 0) return "untimed";
  const longest = Math.max(1, burstSeconds / 60);
  let stretches = 0;
  let start = Number.NEGATIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const minute of minutes) {
    if (minute - last > longest) {
      stretches += 1;
      start = minute;
    }
    if (minute - start + 1 > longest) return "standing";
    last = minute;
  }
  if (stretches > MAX_BURSTS) return "standing";
  const seconds = windowSeconds(window);
  return seconds === null || seconds < 3 * burstSeconds ? "unclear" : "burst";
}

function limitOf({ cause, user, database, application }: ConnectionRefusal): { kind: LimitKind; name: string | null } {
  switch (cause) {
    // Only the superusers' slots were left: the same limit, met by everybody else.
    case "too-many-clients":
    case "reserved-slots":
      return { kind: "server", name: null };
    case "database-limit":
      return { kind: "database", name: database };
    case "role-limit":
      return { kind: "role", name: user };
    case "pool-timeout":
      return { kind: "pool", name: known(application) };
    case "pooler-limit":
      return { kind: "pooler", name: known(application) };
  }
}

function askersOf(kind: LimitKind, refusals: readonly ConnectionRefusal[]): RefusedLimit["askers"] {
  const isOfPool = kind === "pool" || kind === "pooler";
  const counts = new Map<string, number>();
  for (const { application, user, count } of refusals) {
    const [name, owner] = [isOfPool ? null : known(application), known(user)];
    const asker = name !== null && owner !== null ? `${name} (${owner})` : (name ?? owner);
    if (asker !== null) counts.set(asker, (counts.get(asker) ?? 0) + count);
  }
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .toSorted((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
}

/** PostgreSQL writes `[unknown]` for what a client has not said yet. */
function known(name: string | null): string | null {
  return name === null || name === "" || name === "[unknown]" ? null : name;
}
