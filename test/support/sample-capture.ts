import type {
  Analysis,
  ArtifactResult,
  Capture,
  Finding,
  PlanNode,
  Recommendation,
  StatementStatistic,
  Target,
} from "../../src/model/index.ts";

export const SAMPLE_TARGET: Target = {
  engine: "postgres",
  host: "db.example",
  port: 5432,
  database: "shop",
  user: "dbperf",
  name: null,
};

export const SAMPLE_TIME = "2026-11-23T09:40:00.000Z";

export interface SampleOptions {
  readonly target?: Target;
  readonly capturedTo?: string;
  readonly statements?: readonly StatementStatistic[];
  readonly findings?: readonly Finding[];
}

/** A small capture: statements and their plans, everything else not requested. */
export function sampleCapture(options: SampleOptions = {}): Capture {
  const { target = SAMPLE_TARGET, capturedTo = SAMPLE_TIME, statements = [sampleStatement()] } = options;
  return {
    kind: "dbperf-capture",
    schemaVersion: 1,
    tool: { name: "dbperf", version: "0.1.0" },
    target,
    startedAt: capturedTo,
    finishedAt: capturedTo,
    notices: [],
    artifacts: {
      server: present({
        version: "15.18",
        majorVersion: 15,
        startedAt: "2026-11-01T00:00:00.000Z",
        isStandby: false,
        standbyCount: null,
        blockSizeBytes: 8192,
        role: { name: "dbperf", isSuperuser: false, canMonitor: true },
        pooler: null,
        extensions: [],
      }),
      settings: ABSENT,
      statements: present({
        window: { from: null, to: capturedTo, kind: "since-reset" },
        items: statements,
        databases: [],
        own: { calls: 0, totalMs: 0 },
        hidden: { calls: 0, totalMs: 0 },
        evictions: null,
        extensionVersion: "1.10",
      }),
      tables: ABSENT,
      indexes: ABSENT,
      constraints: ABSENT,
      tableStatistics: ABSENT,
      columnStatistics: ABSENT,
      sessions: ABSENT,
      lockWaits: ABSENT,
      databaseCounters: ABSENT,
      log: ABSENT,
      queryLoops: ABSENT,
      plans: present({
        requested: statements.length,
        items: statements.map(({ fingerprint }) => ({
          fingerprint,
          root: SCAN,
          source: "explain-generic",
          repairs: [],
        })),
      }),
    },
  };
}

/** The analysis that goes with `sampleCapture` of the same options. */
export function sampleStoreAnalysis(options: SampleOptions = {}): Analysis {
  const { target = SAMPLE_TARGET, capturedTo = SAMPLE_TIME, findings = [sampleFinding()] } = options;
  return {
    schemaVersion: 1,
    tool: { name: "dbperf", version: "0.1.0" },
    target,
    input: { kind: "capture", capturedFrom: capturedTo, capturedTo },
    window: { from: null, to: capturedTo, kind: "since-reset" },
    notices: [],
    findings,
    recommendations: findings.map(({ key }) => sampleRecommendation(key)),
    outcomes: [],
    notChecked: [],
  };
}

export function sampleStatement(overrides: Partial<StatementStatistic> = {}): StatementStatistic {
  return {
    fingerprint: "a1b2c3d4e5f60718",
    kind: "select",
    query: "select * from orders where customer_id = $1",
    queryIds: ["-8812345678901234567"],
    tags: {},
    database: "shop",
    calls: 1200,
    totalMs: 4800.5,
    meanMs: 4.0004,
    minMs: 1,
    maxMs: 90,
    stddevMs: 2.5,
    p50Ms: null,
    p95Ms: null,
    p99Ms: null,
    rows: 3600,
    planMs: null,
    sharedBlocksHit: 100,
    sharedBlocksRead: 20,
    sharedBlocksDirtied: 0,
    tempBlocksRead: 0,
    tempBlocksWritten: 0,
    blockReadMs: null,
    blockWriteMs: null,
    walBytes: null,
    ...overrides,
  };
}

export function sampleFinding(overrides: Partial<Finding> = {}): Finding {
  const query = "select * from orders where customer_id = $1";
  return {
    key: "slow-statement:0123456789ab",
    ruleId: "slow-statement",
    severity: "warning",
    confidence: "measured",
    scope: "database",
    subject: { kind: "statement", fingerprint: "a1b2c3d4e5f60718", query },
    headline: "One statement takes 61 % of the time.",
    message: "It took 4.8 s in 1,200 calls.",
    evidence: [],
    savesMsPerHour: 4000,
    partOf: null,
    suppressed: null,
    ...overrides,
  };
}

function sampleRecommendation(because: string): Recommendation {
  return {
    key: `create-index:${because}`,
    because: [because],
    action: { kind: "create-index", table: { schema: "public", name: "orders" }, columns: ["customer_id"] },
    summary: "Create an index on orders (customer_id).",
    verified: "estimate",
    risks: [],
    ddl: "create index concurrently on orders (customer_id);",
  };
}

const ABSENT = { status: "absent", reason: "not-requested", hint: "" } as const;

const SCAN: PlanNode = {
  operator: "seq-scan",
  native: "Seq Scan",
  relationship: "root",
  relation: { schema: "public", name: "orders" },
  alias: "orders",
  index: null,
  cteName: null,
  subplanName: null,
  startupCost: 0,
  totalCost: 3500,
  estimatedRows: 3,
  widthBytes: 64,
  indexCondition: null,
  filter: "(customer_id = $1)",
  joinCondition: null,
  sortKeys: [],
  groupKeys: [],
  workersPlanned: null,
  actual: null,
  children: [],
};

function present<T>(value: T): ArtifactResult<T> {
  return { status: "present", value, source: "sample", gaps: [] };
}
