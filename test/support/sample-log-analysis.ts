import type { Analysis, LogsInput } from "../../src/model/analysis.ts";
import type { Finding } from "../../src/model/finding.ts";
import { sampleFinding } from "./sample-analysis.ts";
import { sampleDeadlock, sampleErrors, sampleLockWaits } from "./sample-log-events.ts";
import {
  at,
  categoryReport,
  invoiceUpdate,
  LOG_FROM,
  LOG_TO,
  sampleLogStatements,
  sampleLogTotals,
  stockUpdate,
} from "./sample-log-statements.ts";
import { ordersQuery } from "./sample-statements.ts";

export const sampleLogInput: LogsInput = {
  kind: "log",
  engine: "postgres",
  capturedFrom: LOG_FROM,
  capturedTo: LOG_TO,
  format: "postgres-stderr",
  wrap: "syslog",
  prefix: { text: "%m [%p] %q%u@%d/%a ", origin: "detected", matchedShare: 0.99971 },
  files: [
    { path: "/var/log/postgresql/postgresql-2026-11-23.log", bytes: 388_104_220, lines: 3_011_900, compression: null },
    {
      path: "/var/log/postgresql/postgresql-2026-11-23.log.1.gz",
      bytes: 44_002_117,
      lines: 340_112,
      compression: "gzip",
    },
  ],
  bytes: 432_106_337,
  lines: 3_352_012,
  events: 461_207,
  outsideEvents: 0,
  foreign: { bytes: 0, lines: 0 },
  unparsed: {
    bytes: 48_211,
    lines: 1_240,
    examples: [
      {
        file: "/var/log/postgresql/postgresql-2026-11-23.log",
        line: 120_044,
        bytes: 47_902,
        reason: "it does not begin with the prefix",
      },
      {
        file: "/var/log/postgresql/postgresql-2026-11-23.log.1.gz",
        line: 340_112,
        bytes: 309,
        reason: "the last line has no end",
      },
    ],
  },
  dropped: { callsOfOtherClasses: 312, shortenedTexts: 2, cutEvents: 1, unlistedEvents: 4 },
  sampledOneIn: null,
};

const statementEvidence = (fingerprint: string, query: string) => {
  const item = sampleLogStatements.find((statement) => statement.fingerprint === fingerprint);
  return {
    kind: "statement",
    fingerprint,
    query,
    calls: item?.calls ?? 0,
    totalMs: item?.totalMs ?? 0,
    meanMs: item?.meanMs ?? 0,
    share: item?.share ?? 0,
    callsPerHour: item?.callsPerHour ?? null,
  } as const;
};

const deadlocked = sampleDeadlock.members.flatMap(({ statement }) => (statement === null ? [] : [statement]));

const findings: readonly Finding[] = [
  sampleFinding("slow-statement:1b20c77de9a4", {
    subject: { kind: "statement", fingerprint: "7d1f0a93c2b14e58", query: ordersQuery },
    headline: "66 % of the logged time is one statement",
    message:
      "The statement takes 412 ms in the mean; one of 20 executions takes longer than 912 ms, one of 100 longer than 1.8 s.",
    evidence: [
      statementEvidence("7d1f0a93c2b14e58", ordersQuery),
      { kind: "metric", name: "p95", value: 912, unit: "ms", source: "log" },
    ],
    savesMsPerHour: 1_960_000,
    severity: "critical",
  }),
  sampleFinding("plan-change:90c1be337a5d", {
    subject: { kind: "statement", ...categoryReport },
    headline: "A report became 7 times slower with another plan",
    message: "At 09:40 the plan changed from a Hash Join (mean 1.06 s) to a Nested Loop (mean 7.5 s).",
    evidence: [statementEvidence(categoryReport.fingerprint, categoryReport.query)],
    savesMsPerHour: 128_000,
  }),
  sampleFinding("deadlock:5e0b7712c9f6", {
    subject: { kind: "statements", statements: deadlocked },
    headline: "Two statements deadlock",
    message: "2 deadlocks rolled back 2 transactions: the statements lock products and orders in opposite order.",
    evidence: [
      {
        kind: "note",
        text: "pid 4711 held orders and waited for products; pid 4712 held products and waited for orders",
      },
    ],
    instances: [
      { from: at("09:41:07"), to: at("09:41:07"), count: 1, query: stockUpdate.query },
      { from: at("08:20:10"), to: at("09:40:55"), count: 2, query: stockUpdate.query },
    ],
  }),
  sampleFinding("error-burst:c45d10ef8832", {
    scope: "server",
    subject: { kind: "error", code: "53300", message: "sorry, too many clients already" },
    headline: "314 connections were refused between 09:38 and 09:42",
    message: "314 of 317 errors `too many clients` fall into 5 minutes; the pool asked for more than max_connections.",
    evidence: [{ kind: "metric", name: "errors in the worst minute", value: 122, unit: "count", source: "log" }],
  }),
  sampleFinding("lock-wait-chain:0d94f6a1b37c", {
    severity: "info",
    subject: { kind: "statement", ...invoiceUpdate },
    headline: "Two sessions waited up to 41 s behind pid 8841",
    message: "pid 8841 held a row of invoices for 41 s.",
  }),
];

const HEALTHY = ["autovacuum-cancelled", "checkpoint-pressure", "statement-timeout", "temporary-file-spill"];
const SKIPPED = ["dead-tuples", "duplicate-index", "unindexed-foreign-key", "unused-index"];
const UNSEEN = [
  ["server", "server and role"],
  ["settings", "server settings"],
  ["tables", "tables"],
  ["indexes", "indexes"],
  ["constraints", "constraints"],
  ["tableStatistics", "table statistics"],
  ["columnStatistics", "column statistics"],
  ["sessions", "sessions"],
  ["lockWaits", "lock waits"],
  ["databaseCounters", "database counters"],
] as const;

/** Two hours of a log of PostgreSQL: a slow statement, a plan change, a deadlock, a lock chain, refused connections. */
export const sampleLogAnalysis: Analysis & { readonly input: LogsInput } = {
  schemaVersion: 1,
  tool: { name: "dbperf", version: "0.1.0" },
  input: sampleLogInput,
  window: { from: LOG_FROM, to: LOG_TO, kind: "log" },
  notices: [],
  statements: { ...sampleLogTotals, items: sampleLogStatements },
  findings,
  recommendations: [
    {
      key: "advice:5e0b",
      because: ["deadlock:5e0b7712c9f6"],
      action: { kind: "advice" },
      summary: "Lock products before orders in both transactions.",
      verified: "estimate",
      risks: [],
      ddl: null,
    },
  ],
  outcomes: [
    ...findings.map(({ ruleId }) => ({ ruleId, status: "ran", findings: 1 }) as const),
    ...HEALTHY.map((ruleId) => ({ ruleId, status: "ran", findings: 0 }) as const),
    ...SKIPPED.map((ruleId) => ({ ruleId, status: "skipped", because: "a log does not have the catalogue" }) as const),
  ],
  notChecked: UNSEEN.map(([artifact, what]) => ({
    artifact,
    what,
    reason: "not-requested",
    hint: "dbperf analyze TARGET --log FILE",
  })),
  lockWaits: sampleLockWaits,
  deadlocks: [sampleDeadlock],
  errors: sampleErrors,
};
