/** Builders of statements and plans. */
import type {
  DatabaseShare,
  PlanNode,
  StatementPlan,
  StatementPlans,
  StatementStatistic,
  StatementStatistics,
} from "../rule.ts";
import { CAPTURED_AT, hoursAgo } from "./basics.ts";

/** A select that ran 1,000 times with a mean of 1 ms; total and mean follow from each other. */
export function statement(query: string, fields: Partial<StatementStatistic> = {}): StatementStatistic {
  const calls = fields.calls ?? 1_000;
  const totalMs = fields.totalMs ?? calls * (fields.meanMs ?? 1);
  return {
    fingerprint: fingerprintOf(query),
    kind: "select",
    query,
    queryIds: ["1"],
    tags: {},
    database: "shop",
    calls,
    totalMs,
    meanMs: calls === 0 ? 0 : totalMs / calls,
    minMs: null,
    maxMs: null,
    stddevMs: null,
    p50Ms: null,
    p95Ms: null,
    p99Ms: null,
    rows: calls,
    planMs: null,
    sharedBlocksHit: null,
    sharedBlocksRead: null,
    sharedBlocksDirtied: null,
    tempBlocksRead: null,
    tempBlocksWritten: null,
    blockReadMs: null,
    blockWriteMs: null,
    walBytes: null,
    ...fields,
  };
}

/** 16 hex digits that differ between texts; stands in for the real fingerprint in tests. */
export function fingerprintOf(query: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const character of query) {
    hash = ((hash ^ BigInt(character.codePointAt(0) ?? 0)) * 0x100000001b3n) & 0xffffffffffffffffn;
  }
  return hash.toString(16).padStart(16, "0");
}

/** Statements of a window of ten hours up to the capture (`hours: null` = since an unknown time). */
export function statements(
  items: readonly StatementStatistic[],
  { hours = 10, ...fields }: Partial<StatementStatistics> & { readonly hours?: number | null } = {},
): StatementStatistics {
  return {
    window: { from: hours === null ? null : hoursAgo(hours), to: CAPTURED_AT, kind: "since-reset" },
    items,
    databases: databaseShares(items),
    own: { calls: 0, totalMs: 0 },
    hidden: { calls: 0, totalMs: 0 },
    evictions: 0,
    extensionVersion: "1.10",
    ...fields,
  };
}

function databaseShares(items: readonly StatementStatistic[]): DatabaseShare[] {
  const shares = new Map<string, DatabaseShare>();
  for (const { database, calls, totalMs } of items) {
    const known = shares.get(database) ?? { database, calls: 0, totalMs: 0 };
    shares.set(database, { database, calls: known.calls + calls, totalMs: known.totalMs + totalMs });
  }
  return [...shares.values()].toSorted((a, b) => b.totalMs - a.totalMs);
}

/** A node of a plan; `native` follows from the operator unless it is given. */
export function planNode(fields: Partial<PlanNode> = {}): PlanNode {
  const operator = fields.operator ?? "seq-scan";
  return {
    operator,
    native: operator
      .split("-")
      .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
      .join(" "),
    relationship: "root",
    relation: null,
    alias: null,
    index: null,
    cteName: null,
    subplanName: null,
    startupCost: 0,
    totalCost: 100,
    estimatedRows: 1,
    widthBytes: 8,
    indexCondition: null,
    filter: null,
    joinCondition: null,
    sortKeys: [],
    groupKeys: [],
    workersPlanned: null,
    actual: null,
    children: [],
    ...fields,
  };
}

/** The plan of a statement, or of a fingerprint. */
export function plan(
  of: StatementStatistic | string,
  root: PlanNode,
  fields: Partial<StatementPlan> = {},
): StatementPlan {
  const fingerprint = typeof of === "string" ? of : of.fingerprint;
  return { fingerprint, root, source: "explain-generic", repairs: [], ...fields };
}

export function plans(items: readonly StatementPlan[]): StatementPlans {
  return { requested: items.length, items };
}
