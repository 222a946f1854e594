/** Builders of everything that a rule reads; each takes the fields that matter to a test and fills in the rest. */
import type {
  ColumnStatistic,
  ConnectionCapacity,
  Constraint,
  DatabaseCounters,
  DatabaseSession,
  DatabaseShare,
  Index,
  IndexKey,
  LockWait,
  PlanNode,
  RelationName,
  ServerInfo,
  Sessions,
  Setting,
  StatementPlan,
  StatementPlans,
  StatementStatistic,
  StatementStatistics,
  Table,
  TableStatistic,
} from "./rule.ts";

/** When the built captures were taken. */
export const CAPTURED_AT = "2026-11-23T12:00:00.000Z";

const HOUR_MS = 3_600_000;

/** `orders` in schema public, `billing.orders` in its own. */
export function relation(name: string): RelationName {
  const dot = name.indexOf(".");
  return dot === -1 ? { schema: "public", name } : { schema: name.slice(0, dot), name: name.slice(dot + 1) };
}

/** ISO time so many hours before the capture. */
export function hoursAgo(hours: number): string {
  return new Date(Date.parse(CAPTURED_AT) - hours * HOUR_MS).toISOString();
}

/** A table of one million rows and 100 MB. */
export function table(name: string, fields: Partial<Table> = {}): Table {
  return {
    ...relation(name),
    kind: "table",
    partitionOf: null,
    estimatedRows: 1_000_000,
    sizeBytes: 104_857_600,
    totalSizeBytes: 157_286_400,
    replicaIdentity: "default",
    storageOptions: [],
    ...fields,
  };
}

/** A valid, plain b-tree of 20 MB; keys are column names or parts of keys. */
export function index(
  name: string,
  on: string,
  keys: readonly (string | Partial<IndexKey>)[],
  fields: Partial<Index> = {},
): Index {
  return {
    ...relation(name),
    schema: relation(on).schema,
    table: relation(on),
    method: "btree",
    keys: keys.map(indexKey),
    includedColumns: [],
    predicate: null,
    isUnique: false,
    nullsNotDistinct: false,
    isPrimaryKey: false,
    constraint: null,
    referencedBy: [],
    isReplicaIdentity: false,
    isClustered: false,
    isValid: true,
    isReady: true,
    isBuilding: false,
    isPartitionedParent: false,
    partOfIndex: null,
    sizeBytes: 20_971_520,
    scans: 1_000,
    lastScanAt: null,
    definition: null,
    ...fields,
  };
}

function indexKey(key: string | Partial<IndexKey>): IndexKey {
  const plain: IndexKey = {
    column: null,
    expression: null,
    operatorClass: "int8_ops",
    collation: null,
    descending: false,
    nullsFirst: false,
  };
  return typeof key === "string"
    ? { ...plain, column: key }
    : { ...plain, nullsFirst: key.descending ?? false, ...key };
}

/** A primary key over the given columns, unless `kind` says otherwise. */
export function constraint(
  name: string,
  on: string,
  columns: readonly string[],
  fields: Partial<Constraint> = {},
): Constraint {
  return {
    name,
    table: relation(on),
    kind: "primary-key",
    columns,
    references: null,
    onDelete: null,
    onUpdate: null,
    isValidated: true,
    isInherited: false,
    ...fields,
  };
}

/** A foreign key to the columns of the same number in another table (`id` where none are named). */
export function foreignKey(
  name: string,
  on: string,
  columns: readonly string[],
  references: { readonly table: string; readonly columns?: readonly string[] },
  fields: Partial<Constraint> = {},
): Constraint {
  return constraint(name, on, columns, {
    kind: "foreign-key",
    references: { table: relation(references.table), columns: references.columns ?? ["id"] },
    onDelete: "no-action",
    onUpdate: "no-action",
    ...fields,
  });
}

/** Counters of a table with one million live rows that was analyzed an hour ago. */
export function tableStatistic(name: string, fields: Partial<TableStatistic> = {}): TableStatistic {
  return {
    ...relation(name),
    seqScans: 0,
    seqRowsRead: 0,
    indexScans: 1_000,
    indexRowsFetched: 1_000,
    rowsInserted: 0,
    rowsUpdated: 0,
    rowsHotUpdated: 0,
    rowsDeleted: 0,
    liveRows: 1_000_000,
    deadRows: 0,
    modifiedSinceAnalyze: 0,
    lastVacuumAt: null,
    lastAutovacuumAt: hoursAgo(1),
    lastAnalyzeAt: null,
    lastAutoanalyzeAt: hoursAgo(1),
    isBeingVacuumed: false,
    ...fields,
  };
}

/** Statistics of a bigint column with 1,000 distinct values. */
export function columnStatistic(on: string, column: string, fields: Partial<ColumnStatistic> = {}): ColumnStatistic {
  return {
    table: relation(on),
    column,
    type: "bigint",
    notNull: true,
    distinct: 1_000,
    nullFraction: 0,
    averageWidthBytes: 8,
    correlation: 0,
    ...fields,
  };
}

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

/** An idle session of application `web` as user `app` in database `shop`. */
export function session(pid: number, fields: Partial<DatabaseSession> = {}): DatabaseSession {
  return {
    pid,
    database: "shop",
    user: "app",
    application: "web",
    client: "10.0.0.5",
    state: "idle",
    waitEventType: null,
    waitEvent: null,
    startedAt: hoursAgo(1),
    transactionSeconds: null,
    querySeconds: null,
    stateSeconds: null,
    query: null,
    tags: {},
    holdsSnapshot: false,
    leaderPid: null,
    ...fields,
  };
}

/** Sessions on a server that takes 100 connections, 3 of them reserved. */
export function sessions(
  items: readonly DatabaseSession[],
  { hiddenCount = 0, ...capacity }: Partial<ConnectionCapacity> & { readonly hiddenCount?: number } = {},
): Sessions {
  return {
    items,
    hiddenCount,
    capacity: {
      maxConnections: 100,
      reserved: 3,
      clientConnections: items.length + hiddenCount,
      limits: [],
      ...capacity,
    },
  };
}

/** `waiter` waits for `blocker`, by default for a row of a transaction. */
export function lockWait(waiterPid: number, blockerPid: number, fields: Partial<LockWait> = {}): LockWait {
  return {
    waiterPid,
    blockerPid,
    waitSeconds: 1,
    isUpperBound: false,
    mode: "ShareLock",
    objectKind: "transactionid",
    relation: null,
    ...fields,
  };
}

/** A primary of PostgreSQL 15 with pg_stat_statements, seen by a monitoring role. */
export function serverInfo(fields: Partial<ServerInfo> = {}): ServerInfo {
  return {
    version: "15.8",
    majorVersion: 15,
    startedAt: hoursAgo(100),
    isStandby: false,
    standbyCount: 0,
    blockSizeBytes: 8192,
    role: { name: "dbperf", isSuperuser: false, canMonitor: true },
    pooler: null,
    extensions: [{ name: "pg_stat_statements", version: "1.10", schema: "public" }],
    ...fields,
  };
}

/** Counters of database `shop` since a day, well cached. */
export function databaseCounters(fields: Partial<DatabaseCounters> = {}): DatabaseCounters {
  return {
    database: "shop",
    statsResetAt: hoursAgo(24),
    commits: 100_000,
    rollbacks: 0,
    blocksRead: 1_000,
    blocksHit: 1_000_000,
    tempFiles: 0,
    tempBytes: 0,
    deadlocks: 0,
    sizeBytes: 1_073_741_824,
    connectionLimit: null,
    ...fields,
  };
}

/** A server parameter; the value is text in the base unit. */
export function setting(name: string, value: string, fields: Partial<Setting> = {}): Setting {
  return { name, value, unit: null, source: "default", pendingRestart: false, ...fields };
}
