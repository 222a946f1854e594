import type { Names } from "../digest/names.ts";
import type { ClassShapes } from "./class-shapes.ts";
import type { ExecutionWindow } from "./execution-window.ts";

/** What a stretch of a log is read with. */
export interface BurstContext {
  readonly shapes: ClassShapes;
  readonly names: Names;
  /** Times of the log have whole seconds only. */
  readonly isCoarse: boolean;
  readonly stretchMs: number;
}

/** Executions of one client (user, application, route) in the order of the log. */
export interface ClientRun {
  readonly members: readonly number[];
  readonly window: ExecutionWindow;
  readonly context: BurstContext;
}
