import type { CallSite, LoopRun, LoopStep, OrmId, QueryLoop, ScopeClass } from "../model/query-loop.ts";
import type { FoundLoop } from "./find-loops.ts";
import type { ScopeExecution } from "./scope-execution.ts";
import type { NumberedStatements } from "./statement-classes.ts";

/** Where a loop was found. */
export interface LoopPlace {
  readonly scopeClass: ScopeClass;
  readonly route: string | null;
  readonly application: string | null;
}

/** A step of the timeline whose statement is the number of its class. */
interface NumberedStep extends Omit<LoopStep, "statement"> {
  readonly statement: number;
}

/** One loop, all its runs together, as plain data. */
export interface LoopTotal {
  readonly place: LoopPlace;
  readonly kind: FoundLoop["kind"];
  readonly statement: number;
  readonly source: number | null;
  sites: { readonly site: CallSite; count: number }[];
  orm: OrmId | null;
  runs: number;
  executions: number;
  fewest: number;
  most: number;
  /** Whole, so that the sum does not depend on the order. */
  savedUs: number;
  /** Runs with the most repeats. */
  listed: readonly LoopRun[];
  /** Of the run with the most repeats, the first of them. */
  timeline: readonly NumberedStep[];
  sourceRows: number | null;
}

const MOST_LISTED = 20;

/** Puts the runs of one loop together: the same repeat after the same source, in the same route or application. */
export class LoopTotals {
  readonly #totals = new Map<string, LoopTotal>();

  add(loop: FoundLoop, place: LoopPlace): void {
    const { repeats } = loop;
    this.merge({
      place,
      kind: loop.kind,
      statement: loop.statement,
      source: loop.source?.statement ?? null,
      sites: sitesOf(repeats),
      orm: repeats.find(({ orm }) => orm !== null)?.orm ?? null,
      runs: 1,
      executions: repeats.length,
      fewest: repeats.length,
      most: repeats.length,
      savedUs: Math.round(timeOf(repeats.slice(1)) * 1000),
      listed: [runOf(repeats)],
      timeline: timelineOf(loop),
      sourceRows: loop.source?.rows ?? null,
    });
  }

  /** Adds what was found later; its statements are numbered as the ones here. */
  merge(later: LoopTotal): void {
    const { place, kind, statement, source } = later;
    const key = JSON.stringify([place.scopeClass, place.route ?? place.application, source, kind, statement]);
    const total = this.#totals.get(key);
    if (total === undefined) this.#totals.set(key, { ...later });
    else addRuns(total, later);
  }

  /** As plain data, in the order in which they were found first. */
  totals(): readonly LoopTotal[] {
    return [...this.#totals.values()];
  }

  /** What saves most calls first. */
  loops(statements: NumberedStatements): QueryLoop[] {
    return withSources(this.totals())
      .map((total) => queryLoop(total, statements))
      .toSorted((a, b) => b.callsSaved - a.callsSaved || compare(firstQuery(a), firstQuery(b)));
  }
}

function addRuns(total: LoopTotal, later: LoopTotal): void {
  if (later.most > total.most && later.source === total.source) {
    total.timeline = later.timeline;
    total.sourceRows = later.sourceRows;
  }
  total.runs += later.runs;
  total.executions += later.executions;
  total.fewest = Math.min(total.fewest, later.fewest);
  total.most = Math.max(total.most, later.most);
  total.savedUs += later.savedUs;
  total.listed = mostRepeats([...total.listed, ...later.listed]);
  total.orm ??= later.orm;
  for (const { site, count } of later.sites) countSite(total.sites, site, count);
}

/** Runs whose source was not seen (the scope began before what was recorded) join the one loop of their place that has one. */
function withSources(totals: readonly LoopTotal[]): readonly LoopTotal[] {
  const copies = totals.map((total) => ({ ...total, sites: total.sites.map((one) => ({ ...one })) }));
  return copies.filter((total) => {
    if (total.source !== null || total.place.route === null) return true;
    const others = copies.filter((other) => other.source !== null && isSameLoop(other, total));
    const [only] = others;
    if (only === undefined || others.length > 1) return true;
    addRuns(only, total);
    return false;
  });
}

function isSameLoop(a: LoopTotal, b: LoopTotal): boolean {
  const isSamePlace = a.place.scopeClass === b.place.scopeClass && a.place.route === b.place.route;
  return isSamePlace && a.kind === b.kind && a.statement === b.statement;
}

/** The same loop with other numbers; null where a statement has none. */
export function renumberedLoop(total: LoopTotal, numberOf: (statement: number) => number | null): LoopTotal | null {
  const statement = numberOf(total.statement);
  const source = total.source === null ? null : numberOf(total.source);
  if (statement === null || (source === null && total.source !== null)) return null;
  const timeline = total.timeline.flatMap((step) => {
    const number = numberOf(step.statement);
    return number === null ? [] : [{ ...step, statement: number }];
  });
  return { ...total, sites: total.sites.map((one) => ({ ...one })), statement, source, timeline };
}

function queryLoop(total: LoopTotal, statements: NumberedStatements): QueryLoop {
  const { place, kind, statement, source, orm, runs, executions, fewest, most, savedUs, listed } = total;
  return {
    kind,
    ...place,
    source: source === null ? null : statements.statement(source),
    repeated: [statements.statement(statement)],
    orm,
    callSite: total.sites.toSorted((a, b) => b.count - a.count)[0]?.site ?? null,
    runs,
    executions,
    fewest,
    most,
    callsSaved: executions - runs,
    savedMs: savedUs / 1000,
    listed: listed.toSorted((a, b) => compare(a.from, b.from)),
    timeline: total.timeline.map((step) => ({ ...step, statement: statements.statement(step.statement) })),
    sourceRows: total.sourceRows,
    chance: null,
  };
}

function timelineOf({ source, repeats }: FoundLoop): NumberedStep[] {
  const steps = [...(source === null ? [] : [[source]]), repeats];
  const originMs = steps[0]?.[0]?.startMs ?? 0;
  return steps.flatMap((step) => {
    const [first] = step;
    if (first === undefined) return [];
    return {
      offsetMs: rounded(first.startMs - originMs),
      durationMs: rounded(timeOf(step)),
      count: step.length,
      statement: first.statement,
    };
  });
}

function runOf(repeats: readonly ScopeExecution[]): LoopRun {
  const fromMs = repeats.reduce((least, { startMs }) => Math.min(least, startMs), Number.POSITIVE_INFINITY);
  const toMs = repeats.reduce((most, { endMs }) => Math.max(most, endMs), Number.NEGATIVE_INFINITY);
  return { from: isoTime(fromMs), to: isoTime(toMs), count: repeats.length, totalMs: rounded(timeOf(repeats)) };
}

function mostRepeats(runs: readonly LoopRun[]): readonly LoopRun[] {
  if (runs.length <= MOST_LISTED) return runs;
  return runs.toSorted((a, b) => b.count - a.count || compare(a.from, b.from)).slice(0, MOST_LISTED);
}

function sitesOf(repeats: readonly ScopeExecution[]): LoopTotal["sites"] {
  const sites: LoopTotal["sites"] = [];
  for (const { callSite } of repeats) if (callSite !== null) countSite(sites, callSite, 1);
  return sites;
}

function countSite(sites: LoopTotal["sites"], site: CallSite, count: number): void {
  const known = sites.find((one) => one.site.file === site.file && one.site.line === site.line);
  if (known === undefined) sites.push({ site, count });
  else known.count += count;
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
