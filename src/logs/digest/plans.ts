import type { PlanNode } from "../../model/plan.ts";

/** A plan of one execution, as a reader gives it. */
export interface ExecutedPlan {
  readonly shape: string;
  /** Made only where it is kept. */
  readonly root: () => PlanNode;
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
    const known = this.#byClass.get(statement)?.get(shape);
    const isKept = known === undefined || isSlower(durationUs, timeMs, known);
    const one = {
      executions: 1,
      totalUs: durationUs,
      maxUs: durationUs,
      maxAtMs: timeMs,
      firstMs: timeMs,
      lastMs: timeMs,
    };
    this.merge(statement, shape, { ...one, root: isKept ? root() : known.root });
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
    if (isSlower(other.maxUs, other.maxAtMs, known)) {
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

/** Of equally slow ones the first counts, so that it does not depend on the order. */
function isSlower(us: number, atMs: number, { maxUs, maxAtMs }: PlanCounts): boolean {
  return us > maxUs || (us === maxUs && atMs < maxAtMs);
}
