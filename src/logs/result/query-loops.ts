import type { LoggedStatement } from "../../model/log.ts";
import type { EngineId } from "../../model/primitives.ts";
import type { LoopRun, LoopStep, QueryLoop, QueryLoops, ScopeClass } from "../../model/query-loop.ts";
import type { LogDigest } from "../digest/digest.ts";
import type { Burst } from "../loops/burst-totals.ts";
import { type StitchedLoop, stitchedLoops } from "../loops/stitched-loops.ts";
import type { StatementNames } from "./statement-names.ts";

const MOST_LISTED = 100;
const CLASSES: readonly Exclude<ScopeClass, "aggregate">[] = ["trace", "transaction", "stitched"];

/** What the order of the statements in a log shows. */
export function queryLoops(digest: LogDigest, names: StatementNames, engine: EngineId | null): QueryLoops {
  const { loops, transactions, bursts, lookedAt } = digest.loops;
  const statements = { statement: (id: number): LoggedStatement => names.of(digest.texts.text(id)) };
  const certain = loops.loops(statements);
  // What a scope has shown already is not guessed again from the executions that name no scope.
  const known = new Set(certain.map((loop) => keyOf(loop.kind, loop.repeated[0])));
  const stitched = stitchedLoops(bursts.totals(), {
    callsOf: (statement) => digest.callsOf(statement),
    spanMs: digest.lastMs - digest.firstMs,
    isCoarse: digest.options.toleranceMs >= 1000,
  })
    .map((loop) => loopOf(loop, statements))
    .filter((loop) => !known.has(keyOf(loop.kind, loop.repeated[0])));
  return {
    source: "log",
    engine,
    scopes: CLASSES.flatMap((scopeClass) => {
      const { scopes, executions } = lookedAt[scopeClass];
      return executions === 0 ? [] : [{ scopeClass, scopes, executions }];
    }),
    loops: [...certain, ...stitched.toSorted((a, b) => b.callsSaved - a.callsSaved || compare(a, b))],
    transactions: transactions.transactions(statements),
    joins: [],
  };
}

type Statements = { statement(id: number): LoggedStatement };

function loopOf({ client, kind, statement, source, bursts }: StitchedLoop, statements: Statements): QueryLoop {
  const counts = bursts.map(({ count }) => count);
  const executions = counts.reduce((sum, count) => sum + count, 0);
  const example = bursts.reduce((most, burst) => (burst.count > most.count ? burst : most));
  const sighting = example.sources.find((one) => one.statement === source);
  const repeated = statements.statement(statement);
  const first: LoopStep[] =
    sighting === undefined
      ? []
      : [
          {
            offsetMs: 0,
            durationMs: rounded(sighting.durationMs),
            count: 1,
            statement: statements.statement(sighting.statement),
          },
        ];
  const repeats = { durationMs: example.totalUs / 1000, count: example.count, statement: repeated };
  return {
    kind,
    scopeClass: "stitched",
    route: client.route,
    application: client.application,
    source: source === null ? null : statements.statement(source),
    repeated: [repeated],
    orm: null,
    callSite: null,
    runs: bursts.length,
    executions,
    fewest: Math.min(...counts),
    most: Math.max(...counts),
    callsSaved: executions - bursts.length,
    savedMs: bursts.reduce((sum, { savedUs }) => sum + savedUs, 0) / 1000,
    listed: bursts
      .toSorted((a, b) => b.count - a.count || a.fromMs - b.fromMs)
      .slice(0, MOST_LISTED)
      .toSorted((a, b) => a.fromMs - b.fromMs)
      .map(runOf),
    timeline: [...first, { offsetMs: rounded(sighting?.leadMs ?? 0), ...repeats }],
    sourceRows: sighting?.rows ?? null,
    chance: Math.exp(-Math.min(...bursts.map(({ score }) => score))),
  };
}

function runOf({ fromMs, toMs, count, totalUs }: Burst): LoopRun {
  return {
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    count,
    totalMs: totalUs / 1000,
  };
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

function keyOf(kind: string, statement: LoggedStatement | undefined): string {
  return `${kind} ${statement?.fingerprint ?? ""}`;
}

function compare(a: QueryLoop, b: QueryLoop): number {
  return (a.repeated[0]?.query ?? "") < (b.repeated[0]?.query ?? "") ? -1 : 1;
}
