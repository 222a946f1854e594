import type { CallSite, OrmId } from "../model/query-loop.ts";

/** One execution of a statement, as somebody saw it who knows what unit of work it belongs to. */
export interface ScopeEvent {
  /** Tells the unit of work from all others: a trace with its parent span, a request of a process. */
  readonly scope: string;
  /** Route, test or job; null where nothing names it. */
  readonly name: string | null;
  readonly application: string | null;
  /** Milliseconds since 1970, with fractions. */
  readonly startMs: number;
  readonly durationMs: number;
  /** As it was sent; literals are taken out before anything is kept. */
  readonly text: string;
  readonly dialect: "postgres" | "mysql";
  /** Equal where the bound values are equal: their hash; null where they are not known or are literals of the text. */
  readonly parameters: string | null;
  /** Rows returned or changed; null where it is not known. */
  readonly rows: number | null;
  /** Distinct entities that the rows of a join repeat; null, or absent, where they were not counted. */
  readonly entities?: number | null;
  /** Tells connections apart; null where they are not known. */
  readonly session: string | null;
  readonly callSite: CallSite | null;
  readonly orm: OrmId | null;
}
