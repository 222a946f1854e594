/** Builders of sessions, locks, and of the server itself. */
import type {
  ConnectionCapacity,
  DatabaseCounters,
  DatabaseSession,
  LockWait,
  ServerInfo,
  Sessions,
  Setting,
} from "../rule.ts";
import { hoursAgo } from "./basics.ts";

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
