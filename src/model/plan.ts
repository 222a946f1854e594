import type { Fingerprint, RelationName } from "./primitives.ts";

/** What a plan node does, in terms that rules can read for every engine. */
export type PlanOperator =
  | "seq-scan"
  | "index-scan"
  | "index-only-scan"
  | "bitmap-heap-scan"
  | "bitmap-index-scan"
  | "bitmap-combine"
  | "tid-scan"
  | "sample-scan"
  | "subquery-scan"
  | "function-scan"
  | "values-scan"
  | "cte-scan"
  | "work-table-scan"
  | "foreign-scan"
  | "custom-scan"
  | "nested-loop"
  | "hash-join"
  | "merge-join"
  | "hash"
  | "sort"
  | "incremental-sort"
  | "aggregate"
  | "group"
  | "window"
  | "unique"
  | "set-operation"
  | "append"
  | "merge-append"
  | "recursive-union"
  | "gather"
  | "gather-merge"
  | "limit"
  | "lock-rows"
  | "materialize"
  | "memoize"
  | "result"
  | "project-set"
  | "modify"
  | "other";

/** How a node hangs under its parent. */
export type PlanRelationship = "root" | "outer" | "inner" | "member" | "init-plan" | "sub-plan" | "subquery" | "other";

/** One node of a plan. Costs are the planner's arbitrary units, never milliseconds. */
export interface PlanNode {
  readonly operator: PlanOperator;
  /** The engine's own words: `Parallel Seq Scan`, `Hash Right Join`. */
  readonly native: string;
  readonly relationship: PlanRelationship;
  readonly relation: RelationName | null;
  readonly alias: string | null;
  readonly index: string | null;
  readonly cteName: string | null;
  readonly subplanName: string | null;
  readonly startupCost: number | null;
  readonly totalCost: number | null;
  /** Rows per execution of the node that the planner expects. */
  readonly estimatedRows: number | null;
  readonly widthBytes: number | null;
  /** Condition that finds rows through the index. */
  readonly indexCondition: string | null;
  /** Condition that rows are tested on after they were read. */
  readonly filter: string | null;
  /** Condition of a join: hash, merge or join filter. */
  readonly joinCondition: string | null;
  readonly sortKeys: readonly string[];
  readonly groupKeys: readonly string[];
  readonly workersPlanned: number | null;
  readonly actual: PlanActual | null;
  readonly children: readonly PlanNode[];
}

/** What an execution measured; present only where the statement really ran. */
export interface PlanActual {
  /** Rows per loop. */
  readonly rows: number;
  readonly loops: number;
  /** Milliseconds per loop until the last row. */
  readonly totalMs: number | null;
  readonly rowsRemovedByFilter: number | null;
  readonly sharedBlocksHit: number | null;
  readonly sharedBlocksRead: number | null;
  readonly tempBlocksWritten: number | null;
}

/** A text that was changed so that the server accepts it for EXPLAIN; the parser confirmed the change. */
export interface PlanRepair {
  readonly from: string;
  readonly to: string;
}

export interface StatementPlan {
  readonly fingerprint: Fingerprint;
  readonly root: PlanNode;
  readonly source: "explain-generic" | "explain" | "explain-analyze" | "auto-explain";
  readonly repairs: readonly PlanRepair[];
}

export interface StatementPlans {
  /** Statements that were asked for: the top ones by total time. */
  readonly requested: number;
  readonly items: readonly StatementPlan[];
}
