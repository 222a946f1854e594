import type { CallSite, OrmId } from "../model/query-loop.ts";
import type { ShapeKind } from "./statement-shape.ts";

/** One execution within a scope, with what the detection looks at. */
export interface ScopeExecution {
  /** Number of the statement's class. */
  readonly statement: number;
  readonly kind: ShapeKind;
  readonly isSingle: boolean;
  readonly isLocking: boolean;
  /** Equal where all values are equal; null where they are not known. */
  readonly values: string | null;
  readonly startMs: number;
  readonly endMs: number;
  readonly rows: number | null;
  readonly session: string | null;
  /** Tells the explicit transactions of a scope apart; null outside of one, or where it is not known. */
  readonly transaction: number | null;
  readonly callSite: CallSite | null;
  readonly orm: OrmId | null;
}
