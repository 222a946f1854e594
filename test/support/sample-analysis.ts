import { withoutChildren } from "../../src/computed/plan-scans.ts";
import type { Analysis } from "../../src/model/analysis.ts";
import type { Finding } from "../../src/model/finding.ts";
import { ordersScan } from "./sample-plans.ts";
import { HOURS, ordersQuery, sampleStatements, TOTAL_MS } from "./sample-statements.ts";

const orders = { schema: "public", name: "orders" };
const items = { schema: "public", name: "order_items" };

/** A finding with only what a test cares about. */
export function sampleFinding(key: string, rest: Partial<Finding> = {}): Finding {
  return {
    key,
    ruleId: key.split(":")[0] ?? key,
    severity: "warning",
    confidence: "measured",
    scope: "database",
    subject: { kind: "table", table: orders },
    headline: `${key} is wrong`,
    message: `${key} is wrong and costs 3 s an hour.`,
    evidence: [],
    savesMsPerHour: null,
    partOf: null,
    suppressed: null,
    ...rest,
  };
}

const ordersEvidence = {
  kind: "statement",
  fingerprint: "7d1f0a93c2b14e58",
  query: ordersQuery,
  calls: 245_412,
  totalMs: 245_412 * 412,
  meanMs: 412,
  share: (245_412 * 412) / TOTAL_MS,
  callsPerHour: 245_412 / HOURS,
} as const;

const scan = ordersScan.children[0]?.children[0]?.children[0];

const findings: readonly Finding[] = [
  sampleFinding("missing-index:7f3a91c04b2e", {
    severity: "critical",
    confidence: "estimated",
    subject: { kind: "columns", table: orders, columns: ["customer_id", "status", "created_at"] },
    headline: "61 % of database time is one query without an index",
    message:
      "A query reads all 2,400,112 rows of orders to return 20: no index leads with customer_id and status. It runs 4,812 times an hour with a mean of 412 ms.",
    evidence: [
      ordersEvidence,
      ...(scan === undefined
        ? []
        : [{ kind: "plan-node", fingerprint: "7d1f0a93c2b14e58", node: withoutChildren(scan) } as const]),
      { kind: "metric", name: "size of orders", value: 412_000_000, unit: "bytes", source: "pg_class" },
    ],
    savesMsPerHour: 1_980_000,
  }),
  sampleFinding("slow-statement:1b20c77de9a4", {
    severity: "warning",
    subject: { kind: "statement", fingerprint: "7d1f0a93c2b14e58", query: ordersQuery },
    headline: "One statement takes 61 % of database time",
    message: "The statement takes 412 ms in the mean, 61 % of the database's statement time.",
    evidence: [ordersEvidence],
    savesMsPerHour: 1_980_000,
    partOf: "missing-index:7f3a91c04b2e",
  }),
  sampleFinding("blocked-session:c45d10ef8832", {
    severity: "critical",
    scope: "server",
    subject: { kind: "session", application: "billing-worker", user: "billing", pid: 8841 },
    headline: "Two sessions wait for one that is idle in transaction",
    message:
      "2 sessions have waited up to 41 s for pid 8841, which is idle in transaction for 43 s and holds row locks on invoices.",
    evidence: [
      {
        kind: "session",
        pid: 8841,
        user: "billing",
        application: "billing-worker",
        client: "10.0.4.17",
        state: "idle in transaction",
        seconds: 43,
        query: "update invoices set status = $1, paid_at = now() where id = $2",
      },
      { kind: "metric", name: "longest wait", value: 41, unit: "s", source: "pg_locks" },
    ],
  }),
  sampleFinding("unindexed-foreign-key:90c1be337a5d", {
    subject: { kind: "columns", table: items, columns: ["product_id"] },
    headline: "Deleting from products scans order_items each time",
    message:
      "The foreign key order_items_product_id_fkey has no index: each delete or key update on products reads all 11,400,560 rows of order_items and holds its locks meanwhile (2,040 deletes, mean 3.4 s).",
    evidence: [
      {
        kind: "definition",
        label: "foreign key order_items_product_id_fkey",
        sql: "foreign key (product_id) references products (id) on delete cascade",
      },
      { kind: "metric", name: "rows of order_items", value: 11_400_560, unit: "rows", source: "pg_class.reltuples" },
    ],
    savesMsPerHour: 136_000,
  }),
  sampleFinding("duplicate-index:5e0b7712c9f6", {
    subject: { kind: "index", table: orders, index: { schema: "public", name: "orders_created_at_idx1" } },
    headline: "orders_created_at_idx1 repeats orders_created_at_idx",
    message:
      "orders_created_at_idx1 has the same keys as orders_created_at_idx: 68 MB, written with each of 4,200 inserts an hour, for nothing.",
    evidence: [
      {
        kind: "definition",
        label: "duplicate",
        sql: "create index orders_created_at_idx1 on orders using btree (created_at)",
      },
      {
        kind: "definition",
        label: "kept",
        sql: "create index orders_created_at_idx on orders using btree (created_at)",
      },
    ],
  }),
  sampleFinding("low-cache-hit-ratio:0d94f6a1b37c", {
    severity: "info",
    subject: { kind: "database", database: "shop" },
    headline: "16 % of block reads miss the buffer cache; most of them come from one scan of orders",
    message: "84 % of block reads are served from shared buffers since the counters were reset.",
    evidence: [{ kind: "metric", name: "cache hit ratio", value: 0.84, unit: "share", source: "pg_stat_database" }],
  }),
];

const HEALTHY = [
  "connection-saturation",
  "dead-tuples",
  "idle-in-transaction",
  "invalid-index",
  "redundant-index",
  "stale-statistics",
  "statement-statistics-off",
  "temporary-file-spill",
];

/** A shop database with an index missing, two sessions blocked and two smaller faults. */
export const sampleAnalysis: Analysis = {
  schemaVersion: 1,
  tool: { name: "dbperf", version: "0.1.0" },
  target: { engine: "postgres", host: "db1.internal", port: 5432, database: "shop", user: "dbperf", name: "prod" },
  input: { kind: "capture", capturedFrom: "2026-11-23T09:40:00.000Z", capturedTo: "2026-11-23T09:40:02.140Z" },
  window: { from: "2026-11-21T06:40:00.000Z", to: "2026-11-23T09:40:00.000Z", kind: "since-reset" },
  server: {
    version: "15.20 (Debian 15.20-0+deb12u1)",
    majorVersion: 15,
    startedAt: "2026-09-01T04:00:00.000Z",
    isStandby: false,
    standbyCount: 1,
    role: "dbperf",
    pooler: "pgbouncer",
  },
  notices: [
    {
      code: "pooler",
      message:
        "A pooler (pgbouncer) stands between dbperf and the server; session settings were kept inside transactions.",
    },
  ],
  statements: {
    calls: 34_742_144,
    totalMs: TOTAL_MS,
    classes: 1_204,
    items: sampleStatements,
    databases: [
      { database: "shop", calls: 34_742_144, totalMs: TOTAL_MS },
      { database: "analytics", calls: 12_000, totalMs: 22_000_000 },
      { database: "postgres", calls: 40_000, totalMs: 310_000 },
    ],
    own: { calls: 42, totalMs: 310 },
    hidden: { calls: 0, totalMs: 0 },
    evictions: 0,
  },
  findings,
  recommendations: [
    {
      key: "create-index:2f90",
      because: ["missing-index:7f3a91c04b2e"],
      action: { kind: "create-index", table: orders, columns: ["customer_id", "status", "created_at"] },
      summary: "Create an index on orders (customer_id, status, created_at).",
      verified: "estimate",
      risks: ["Every insert into orders writes one more index (some 38 MB)", "The build reads the whole table once"],
      ddl: "create index concurrently on orders (customer_id, status, created_at desc);",
    },
    {
      key: "end-session:8841",
      because: ["blocked-session:c45d10ef8832"],
      action: { kind: "end-session", pid: 8841 },
      summary: "Commit sooner in billing-worker; to free the waiters now, end the session.",
      verified: "estimate",
      risks: ["The open transaction of billing-worker is rolled back"],
      ddl: "select pg_terminate_backend(8841);",
    },
    {
      key: "create-index:77aa",
      because: ["unindexed-foreign-key:90c1be337a5d"],
      action: { kind: "create-index", table: items, columns: ["product_id"] },
      summary: "Create an index on order_items (product_id).",
      verified: "estimate",
      risks: ["Every insert into order_items writes one more index (some 240 MB)"],
      ddl: "create index concurrently on order_items (product_id);",
    },
    {
      key: "drop-index:1c04",
      because: ["duplicate-index:5e0b7712c9f6"],
      action: { kind: "drop-index", table: orders, index: { schema: "public", name: "orders_created_at_idx1" } },
      summary: "Drop the index orders_created_at_idx1.",
      verified: "estimate",
      risks: [],
      ddl: "drop index concurrently public.orders_created_at_idx1;",
    },
  ],
  outcomes: [
    ...[
      "missing-index",
      "slow-statement",
      "blocked-session",
      "unindexed-foreign-key",
      "duplicate-index",
      "low-cache-hit-ratio",
    ].map((ruleId) => ({ ruleId, status: "ran", findings: 1 }) as const),
    ...HEALTHY.map((ruleId) => ({ ruleId, status: "ran", findings: 0 }) as const),
    { ruleId: "unused-index", status: "skipped", because: "the statistics are 2 d old; at least 14 d are needed" },
  ],
  notChecked: [
    {
      artifact: "statements",
      what: "p95 and p99 of statements",
      reason: "unsupported-by-engine",
      hint: "pg_stat_statements keeps means only; logs and traces have percentiles.",
    },
    {
      artifact: "plans",
      what: "plans of 3 statements",
      reason: "permission-denied",
      hint: "grant select on all tables in schema billing to dbperf;",
    },
  ],
  locks: [
    {
      waiterPid: 9012,
      blockerPid: 8841,
      waitSeconds: 41,
      mode: "ShareLock",
      objectKind: "transactionid",
      relation: null,
      isUpperBound: false,
    },
    {
      waiterPid: 9077,
      blockerPid: 9012,
      waitSeconds: 12,
      mode: "ExclusiveLock",
      objectKind: "tuple",
      relation: "invoices",
      isUpperBound: false,
    },
  ],
  connections: {
    capacity: {
      maxConnections: 200,
      reserved: 3,
      clientConnections: 62,
      limits: [{ kind: "role", name: "billing", limit: 20, used: 9 }],
    },
    byState: [
      { state: "idle", count: 51 },
      { state: "active", count: 10 },
      { state: "idle-in-transaction", count: 1 },
    ],
  },
  database: {
    database: "shop",
    statsResetAt: "2026-11-21T06:40:00.000Z",
    commits: 12_400_000,
    rollbacks: 1_204,
    blocksRead: 11_300_000_000,
    blocksHit: 59_400_000_000,
    tempFiles: 0,
    tempBytes: 0,
    deadlocks: 0,
    sizeBytes: 8_400_000_000,
    connectionLimit: null,
  },
};

/** The same database with nothing wrong. */
export const cleanAnalysis: Analysis = {
  ...sampleAnalysis,
  findings: [],
  recommendations: [],
  locks: [],
  outcomes: [
    ...[...HEALTHY, "missing-index"].map((ruleId) => ({ ruleId, status: "ran", findings: 0 }) as const),
    { ruleId: "unused-index", status: "skipped", because: "the statistics are 2 d old; at least 14 d are needed" },
  ],
};
