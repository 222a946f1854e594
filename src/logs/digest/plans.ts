import type { PlanNode } from "../../model/plan.ts";

/** A plan of one execution, as a reader gives it. */
export interface ExecutedPlan {
  readonly shape: string;
  readonly root: PlanNode;
}

/** Executions with one shape of plan. */
export interface PlanCounts {
  root: PlanNode;
  executions: number;
  totalUs: number;
  maxUs: number;
  /** When the slowest one ended. */
  maxAtMs: number;
  firstMs: number;
  lastMs: number;
}

const MOST_SHAPES_OF_CLASS = 16;
const MOST_SHAPES = 4000;

/** Plans by class of statement and shape; merges without regard to order. */
export class Plans {
  readonly #byClass = new Map<number, Map<string, PlanCounts>>();
  #shapes = 0;
  dropped = 0;

  add(statement: number, { shape, root }: ExecutedPlan, timeMs: number, durationUs: number): void {
    const one = { root, executions: 1, totalUs: durationUs, maxUs: durationUs, maxAtMs: timeMs };
    this.merge(statement, shape, { ...one, firstMs: timeMs, lastMs: timeMs });
  }

  merge(statement: number, shape: string, other: PlanCounts): void {
    const shapes = this.#byClass.get(statement) ?? new Map<string, PlanCounts>();
    this.#byClass.set(statement, shapes);
    const known = shapes.get(shape);
    if (known === undefined) {
      if (shapes.size >= MOST_SHAPES_OF_CLASS || this.#shapes >= MOST_SHAPES) this.dropped += other.executions;
      else {
        this.#shapes += 1;
        shapes.set(shape, { ...other });
      }
      return;
    }
    known.executions += other.executions;
    known.totalUs += other.totalUs;
    known.firstMs = Math.min(known.firstMs, other.firstMs);
    known.lastMs = Math.max(known.lastMs, other.lastMs);
    if (other.maxUs > known.maxUs || (other.maxUs === known.maxUs && other.maxAtMs < known.maxAtMs)) {
      known.root = other.root;
      known.maxUs = other.maxUs;
      known.maxAtMs = other.maxAtMs;
    }
  }

  *entries(): Generator<readonly [statement: number, shape: string, counts: PlanCounts]> {
    for (const [statement, shapes] of this.#byClass) {
      for (const [shape, counts] of shapes) yield [statement, shape, counts];
    }
  }
}
