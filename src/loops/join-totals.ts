import type { CallSite, LoopRun, OrmId, WideJoin } from "../model/query-loop.ts";
import type { ScopeEvent } from "./scope-event.ts";
import type { StatementClasses } from "./statement-classes.ts";
import type { StatementShape } from "./statement-shape.ts";

interface Total {
  readonly statement: number;
  readonly route: string | null;
  readonly application: string | null;
  executions: number;
  rows: number;
  entities: number;
  orm: OrmId | null;
  callSite: CallSite | null;
  readonly listed: LoopRun[];
}

/** Two has-many relations of one table. */
const FEWEST_JOINS = 2;
/** An entity that comes once is not repeated. */
const FEWEST_ROWS_PER_ENTITY = 2;
const MOST_LISTED = 20;

/** Puts the executions of joins together that return their entities over and over, by statement and route or application. */
export class JoinTotals {
  readonly #totals = new Map<string, Total>();

  /** Takes every execution; those whose entities were not counted say nothing. */
  add(event: ScopeEvent, statement: number, { kind, joins }: Pick<StatementShape, "kind" | "joins">): void {
    const { rows, entities = null, name: route, application, startMs, durationMs } = event;
    if (rows === null || entities === null || kind !== "read" || joins < FEWEST_JOINS) return;
    if (rows < entities * FEWEST_ROWS_PER_ENTITY) return;
    const key = JSON.stringify([route ?? application, statement]);
    const empty = { executions: 0, rows: 0, entities: 0, orm: null, callSite: null, listed: [] };
    const total: Total = this.#totals.get(key) ?? { statement, route, application, ...empty };
    this.#totals.set(key, total);
    total.executions += 1;
    total.rows += rows;
    total.entities += entities;
    total.orm ??= event.orm;
    total.callSite ??= event.callSite;
    if (total.listed.length >= MOST_LISTED) return;
    const run = { from: new Date(startMs).toISOString(), to: new Date(startMs + durationMs).toISOString() };
    total.listed.push({ ...run, count: 1, totalMs: durationMs });
  }

  /** What returns most rows beyond its entities first. */
  joins(classes: StatementClasses): WideJoin[] {
    return [...this.#totals.values()]
      .toSorted((a, b) => b.rows - b.entities - (a.rows - a.entities) || a.statement - b.statement)
      .map(({ statement, ...total }) => ({ statement: classes.statement(statement), ...total }));
  }
}
