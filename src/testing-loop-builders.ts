/** Builders of what the order of statements shows, for rule tests; each takes the fields that matter and fills in the rest. */
import type { ChattyTransaction, LoopKind, LoopRun, QueryLoop, QueryLoops, WideJoin } from "./rule.ts";
import { CAPTURED_AT } from "./testing-builders.ts";
import { loggedStatement } from "./testing-log-builders.ts";

/** Loops, transactions and joins of a hundred traced scopes. */
export function queryLoops(fields: Partial<QueryLoops> = {}): QueryLoops {
  return {
    source: "traces",
    engine: "postgres",
    scopes: [{ scopeClass: "trace", scopes: 100, executions: 1_000 }],
    loops: [],
    transactions: [],
    joins: [],
    ...fields,
  };
}

/** One run of `count` repeats, 1 ms each, that ended with the capture. */
export function loopRun(count: number, fields: Partial<LoopRun> = {}): LoopRun {
  const from = new Date(Date.parse(CAPTURED_AT) - count).toISOString();
  return { from, to: CAPTURED_AT, count, totalMs: count, ...fields };
}

/** A loop of `GET /orders` in application `web` that one run repeats `most` times (50), 1 ms each. */
export function queryLoop(
  repeated: string | readonly string[],
  { source, ...fields }: Partial<Omit<QueryLoop, "source">> & { readonly source?: string } = {},
): QueryLoop {
  const queries = typeof repeated === "string" ? [repeated] : repeated;
  const most = fields.most ?? 50;
  const runs = fields.runs ?? 1;
  const executions = fields.executions ?? most * runs * queries.length;
  const kind: LoopKind = fields.kind ?? "n-plus-one";
  const callsSaved = executions - runs * queries.length;
  return {
    kind,
    scopeClass: "trace",
    route: "GET /orders",
    application: "web",
    source: source === undefined ? null : loggedStatement(source),
    repeated: queries.map(loggedStatement),
    orm: null,
    callSite: null,
    runs,
    executions,
    fewest: most,
    most,
    callsSaved,
    savedMs: callsSaved,
    listed: [loopRun(most)],
    timeline: [],
    sourceRows: null,
    chance: null,
    ...fields,
  };
}

/** A transaction of `POST /checkout` with 20 statements that takes 100 ms, 80 ms of it idle. */
export function chattyTransaction(
  queries: readonly string[],
  fields: Partial<Omit<ChattyTransaction, "statements">> = {},
): ChattyTransaction {
  return {
    scopeClass: "trace",
    route: "POST /checkout",
    application: "web",
    statements: queries.map(loggedStatement),
    runs: 1,
    executions: 20,
    durationMs: 100,
    idleMs: 80,
    callSite: null,
    listed: [loopRun(20)],
    ...fields,
  };
}

/** A join of `GET /posts` that returned 2,000 rows for 20 entities. */
export function wideJoin(query: string, fields: Partial<Omit<WideJoin, "statement">> = {}): WideJoin {
  return {
    statement: loggedStatement(query),
    route: "GET /posts",
    application: "web",
    executions: 1,
    rows: 2_000,
    entities: 20,
    orm: null,
    callSite: null,
    listed: [loopRun(1)],
    ...fields,
  };
}
