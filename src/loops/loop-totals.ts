import type { CallSite, LoopRun, LoopStep, OrmId, QueryLoop, ScopeClass } from "../model/query-loop.ts";
import type { FoundLoop } from "./find-loops.ts";
import type { ScopeExecution } from "./scope-execution.ts";
import type { StatementClasses } from "./statement-classes.ts";

/** Where a loop was found. */
export interface LoopPlace {
  readonly scopeClass: ScopeClass;
  readonly route: string | null;
  readonly application: string | null;
}

interface Total {
  readonly place: LoopPlace;
  readonly kind: FoundLoop["kind"];
  readonly statement: number;
  readonly source: number | null;
  readonly sites: Map<string, { readonly site: CallSite; count: number }>;
  orm: OrmId | null;
  runs: number;
  executions: number;
  fewest: number;
  most: number;
  savedMs: number;
  listed: LoopRun[];
  example: FoundLoop;
}

const MOST_LISTED = 20;

/** Puts the runs of one loop together: the same repeat after the same source, in the same route or application. */
export class LoopTotals {
  readonly #totals = new Map<string, Total>();

  add(loop: FoundLoop, place: LoopPlace): void {
    const source = loop.source?.statement ?? null;
    const key = JSON.stringify([place.route ?? place.application, source, loop.kind, loop.statement]);
    const total = this.#totals.get(key) ?? newTotal(loop, place, source);
    this.#totals.set(key, total);
    const { repeats } = loop;
    total.runs += 1;
    total.executions += repeats.length;
    total.fewest = Math.min(total.fewest, repeats.length);
    total.most = Math.max(total.most, repeats.length);
    total.savedMs += timeOf(repeats.slice(1));
    total.listed = mostRepeats([...total.listed, runOf(repeats)]);
    if (repeats.length > total.example.repeats.length) total.example = loop;
    for (const { callSite, orm } of repeats) {
      total.orm ??= orm;
      if (callSite !== null) countSite(total.sites, callSite);
    }
  }

  /** What saves most calls first. */
  loops(classes: StatementClasses): QueryLoop[] {
    return [...this.#totals.values()]
      .map((total) => queryLoop(total, classes))
      .toSorted((a, b) => b.callsSaved - a.callsSaved || compare(firstQuery(a), firstQuery(b)));
  }
}

function newTotal({ kind, statement, ...loop }: FoundLoop, place: LoopPlace, source: number | null): Total {
  return {
    place,
    kind,
    statement,
    source,
    sites: new Map(),
    orm: null,
    runs: 0,
    executions: 0,
    fewest: Number.POSITIVE_INFINITY,
    most: 0,
    savedMs: 0,
    listed: [],
    example: { kind, statement, ...loop },
  };
}

function queryLoop(total: Total, classes: StatementClasses): QueryLoop {
  const { place, kind, statement, source, orm, runs, executions, fewest, most, savedMs, example } = total;
  const site = [...total.sites.values()].toSorted((a, b) => b.count - a.count)[0]?.site ?? null;
  return {
    kind,
    ...place,
    source: source === null ? null : classes.statement(source),
    repeated: [classes.statement(statement)],
    orm,
    callSite: site,
    runs,
    executions,
    fewest,
    most,
    callsSaved: executions - runs,
    savedMs,
    listed: total.listed.toSorted((a, b) => compare(a.from, b.from)),
    timeline: timelineOf(example, classes),
    sourceRows: example.source?.rows ?? null,
    chance: null,
  };
}

function timelineOf({ source, repeats }: FoundLoop, classes: StatementClasses): LoopStep[] {
  const steps = [...(source === null ? [] : [[source]]), repeats];
  const originMs = steps[0]?.[0]?.startMs ?? 0;
  return steps.flatMap((step) => {
    const [first] = step;
    if (first === undefined) return [];
    return {
      offsetMs: rounded(first.startMs - originMs),
      durationMs: rounded(timeOf(step)),
      count: step.length,
      statement: classes.statement(first.statement),
    };
  });
}

function runOf(repeats: readonly ScopeExecution[]): LoopRun {
  const fromMs = repeats.reduce((least, { startMs }) => Math.min(least, startMs), Number.POSITIVE_INFINITY);
  const toMs = repeats.reduce((most, { endMs }) => Math.max(most, endMs), Number.NEGATIVE_INFINITY);
  return { from: isoTime(fromMs), to: isoTime(toMs), count: repeats.length, totalMs: rounded(timeOf(repeats)) };
}

function mostRepeats(runs: readonly LoopRun[]): LoopRun[] {
  if (runs.length <= MOST_LISTED) return [...runs];
  return runs.toSorted((a, b) => b.count - a.count || compare(a.from, b.from)).slice(0, MOST_LISTED);
}

function countSite(sites: Total["sites"], site: CallSite): void {
  const key = `${site.file}:${site.line}`;
  const known = sites.get(key);
  if (known === undefined) sites.set(key, { site, count: 1 });
  else known.count += 1;
}

function timeOf(executions: readonly ScopeExecution[]): number {
  return executions.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

function firstQuery({ repeated }: QueryLoop): string {
  return repeated[0]?.query ?? "";
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
