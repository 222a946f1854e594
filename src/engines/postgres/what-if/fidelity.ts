import type { ExplainOutcome } from "../plan/explain.ts";
import { planShape } from "../plan/plan-shape.ts";

/** How one statement's plan on the twin compares with the target's own. */
export interface StatementFidelity {
  readonly name: string;
  readonly status: "planned" | "target-refused" | "twin-refused";
  /** Operators, tables, indexes and how they hang together; null unless both plan it. */
  readonly sameShape: boolean | null;
  /** Total cost on the twin ÷ on the target; null unless both plan it. */
  readonly costRatio: number | null;
  /** The words of the side that refused. */
  readonly because: string | null;
}

/** How far a twin can be trusted: over the statements that both sides plan. */
export interface Fidelity {
  readonly statements: readonly StatementFidelity[];
  readonly planned: number;
  readonly sameShape: number;
  /** Statements whose costs differ by less than 1 % and 10 % of the target's. */
  readonly withinOnePercent: number;
  readonly withinTenPercent: number;
  /** Median and worst of |cost ratio − 1|; null where no statement is planned on both sides. */
  readonly medianDifference: number | null;
  readonly worstDifference: number | null;
}

export interface PlanPair {
  readonly name: string;
  readonly target: ExplainOutcome;
  readonly twin: ExplainOutcome;
}

/** Compares the plans of a workload on the target and on its twin. */
export function fidelityOf(pairs: readonly PlanPair[]): Fidelity {
  const statements = pairs.map(compare);
  const differences = statements
    .flatMap(({ costRatio }) => (costRatio === null ? [] : [Math.abs(costRatio - 1)]))
    .sort((a, b) => a - b);
  const within = (share: number): number => differences.filter((difference) => difference < share).length;
  return {
    statements,
    planned: differences.length,
    sameShape: statements.filter(({ sameShape }) => sameShape === true).length,
    withinOnePercent: within(0.01),
    withinTenPercent: within(0.1),
    medianDifference: median(differences),
    worstDifference: differences.at(-1) ?? null,
  };
}

function compare({ name, target, twin }: PlanPair): StatementFidelity {
  const none = { name, sameShape: null, costRatio: null };
  if (target.status === "refused") return { ...none, status: "target-refused", because: reasonOf(target) };
  if (twin.status === "refused") return { ...none, status: "twin-refused", because: reasonOf(twin) };
  const [expected, actual] = [target.root.totalCost, twin.root.totalCost];
  return {
    name,
    status: "planned",
    sameShape: planShape(target.root) === planShape(twin.root),
    costRatio: expected === null || actual === null ? null : ratio(actual, expected),
    because: null,
  };
}

/** Plans that cost nothing at all are equal. */
function ratio(actual: number, expected: number): number {
  return expected === 0 && actual === 0 ? 1 : actual / expected;
}

function reasonOf({ error }: Extract<ExplainOutcome, { status: "refused" }>): string {
  return error?.message ?? "not a statement with a plan";
}

function median(sorted: readonly number[]): number | null {
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  const lower = sorted[sorted.length % 2 === 0 ? middle - 1 : middle];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}
