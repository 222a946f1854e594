import type { PlanOperator } from "../../../model/plan.ts";

/** `Node Type` of EXPLAIN (FORMAT JSON), PostgreSQL 12 to 18, to what rules read. */
const OPERATORS: Readonly<Record<string, PlanOperator>> = {
  "Seq Scan": "seq-scan",
  "Index Scan": "index-scan",
  "Index Only Scan": "index-only-scan",
  "Bitmap Heap Scan": "bitmap-heap-scan",
  "Bitmap Index Scan": "bitmap-index-scan",
  BitmapAnd: "bitmap-combine",
  BitmapOr: "bitmap-combine",
  "Tid Scan": "tid-scan",
  "Tid Range Scan": "tid-scan",
  "Sample Scan": "sample-scan",
  "Subquery Scan": "subquery-scan",
  "Function Scan": "function-scan",
  "Table Function Scan": "function-scan",
  "Values Scan": "values-scan",
  "CTE Scan": "cte-scan",
  "Named Tuplestore Scan": "cte-scan",
  "WorkTable Scan": "work-table-scan",
  "Foreign Scan": "foreign-scan",
  "Custom Scan": "custom-scan",
  "Nested Loop": "nested-loop",
  "Hash Join": "hash-join",
  "Merge Join": "merge-join",
  Hash: "hash",
  Sort: "sort",
  "Incremental Sort": "incremental-sort",
  Aggregate: "aggregate",
  Group: "group",
  WindowAgg: "window",
  Unique: "unique",
  SetOp: "set-operation",
  Append: "append",
  "Merge Append": "merge-append",
  "Recursive Union": "recursive-union",
  Gather: "gather",
  "Gather Merge": "gather-merge",
  Limit: "limit",
  LockRows: "lock-rows",
  Materialize: "materialize",
  Memoize: "memoize",
  Result: "result",
  ProjectSet: "project-set",
  ModifyTable: "modify",
};

/** The operator of a node type; `other` for one that a newer server adds. */
export function operatorOf(nodeType: string): PlanOperator {
  return OPERATORS[nodeType] ?? "other";
}
