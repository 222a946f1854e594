import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import * as z from "zod/mini";
import { ScopeCollector, type ScopeResult } from "../loops/scope-collector.ts";
import type { ScopeEvent } from "../loops/scope-event.ts";
import type { EngineId } from "../model/primitives.ts";
import type { CallSite, OrmId } from "../model/query-loop.ts";
import type { RunLine } from "../probe/run-lines.ts";

/** What the probe saw of a program, all its processes and threads together. */
export interface RunEvents {
  readonly result: ScopeResult;
  readonly executions: number;
  /** Null where none or several were seen. */
  readonly engine: EngineId | null;
  /** Drivers that were loaded and are not watched. */
  readonly unwatched: readonly string[];
  /** Why the probe turned itself off, where it did. */
  readonly problems: readonly string[];
}

const ORM_IDS = ["sequelize", "typeorm", "prisma", "drizzle", "mikro-orm", "objection", "knex"] as const;
const id = z.number();

/** One schema a line: a killed process leaves half a line behind. */
const runLine = z.union([
  z.tuple([
    z.literal("execution"),
    id,
    id,
    id,
    id,
    z.nullable(z.string()),
    z.nullable(id),
    id,
    z.nullable(id),
    z.nullable(id),
  ]),
  z.tuple([z.literal("origin"), id]),
  z.tuple([z.literal("text"), id, z.string(), z.enum(["postgres", "mysql"])]),
  z.tuple([z.literal("scope"), id, z.nullable(z.string())]),
  z.tuple([
    z.literal("site"),
    id,
    z.nullable(z.string()),
    id,
    z.nullable(id),
    z.nullable(z.string()),
    z.nullable(z.enum(ORM_IDS)),
  ]),
  z.tuple([z.literal("unwatched"), z.string()]),
  z.tuple([z.literal("off"), z.string()]),
]) satisfies z.ZodMiniType<RunLine>;

/** Reads what the probe wrote into `directory`; files of call sites become relative to `cwd`. */
export function readRunEvents(directory: string, cwd: string): RunEvents {
  const events: ScopeEvent[] = [];
  const unwatched = new Set<string>();
  const problems = new Set<string>();
  for (const name of readdirSync(directory).sort()) {
    if (!name.endsWith(".jsonl")) continue;
    const lines = linesOf(join(directory, name));
    for (const event of eventsOf(lines, name.slice(0, -".jsonl".length), cwd)) events.push(event);
    for (const [kind, said] of lines) {
      if (kind === "unwatched") unwatched.add(said);
      else if (kind === "off") problems.add(said);
    }
  }
  events.sort((a, b) => a.startMs - b.startMs);
  const [dialect, ...others] = new Set(events.map((event) => event.dialect));
  return {
    result: collected(events),
    executions: events.length,
    engine: others.length === 0 ? (dialect ?? null) : null,
    unwatched: [...unwatched].sort(),
    problems: [...problems],
  };
}

function linesOf(file: string): RunLine[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line) => {
      if (line === "") return [];
      try {
        return [runLine.parse(JSON.parse(line))];
      } catch {
        // The last line of a process that was killed.
        return [];
      }
    });
}

/** Executions of one process or thread, whose numbers are its own. */
function* eventsOf(lines: readonly RunLine[], source: string, cwd: string): Generator<ScopeEvent> {
  const texts = new Map<number, { readonly text: string; readonly dialect: "postgres" | "mysql" }>();
  const names = new Map<number, string | null>();
  const sites = new Map<number, { readonly callSite: CallSite | null; readonly orm: OrmId | null }>();
  let originMs = 0;
  for (const line of lines) {
    if (line[0] === "origin") originMs = line[1];
    else if (line[0] === "text") texts.set(line[1], { text: line[2], dialect: line[3] });
    else if (line[0] === "scope") names.set(line[1], line[2]);
    else if (line[0] === "site") sites.set(line[1], siteOf(line, cwd));
    else if (line[0] === "execution") {
      const [, textId, scope, startUs, durationUs, parameters, rows, session, site, entities] = line;
      const text = texts.get(textId);
      if (text === undefined) continue;
      const { callSite = null, orm = null } = site === null ? {} : (sites.get(site) ?? {});
      yield {
        ...{ ...text, parameters, rows, entities, callSite, orm, application: null },
        startMs: originMs + startUs / 1000,
        durationMs: durationUs / 1000,
        scope: `${source}-${scope}`,
        name: names.get(scope) ?? null,
        session: `${source}-${session}`,
      };
    }
  }
}

function siteOf(
  [, , file, line, column, functionName, orm]: Extract<RunLine, readonly ["site", ...unknown[]]>,
  cwd: string,
) {
  if (file === null) return { callSite: null, orm };
  const path = relative(cwd, file).replaceAll("\\", "/");
  return { callSite: { file: path, line, column, functionName }, orm };
}

/** Each scope ends with its last execution, so that few are open at a time. */
function collected(events: readonly ScopeEvent[]): ScopeResult {
  const last = new Map(events.map(({ scope }, index) => [scope, index]));
  const collector = new ScopeCollector({});
  events.forEach((event, index) => {
    collector.add(event);
    if (last.get(event.scope) === index) collector.endScope(event.scope);
  });
  return collector.finish();
}
