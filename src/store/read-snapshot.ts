import type { Database } from "better-sqlite3";
import type { Finding } from "../model/finding.ts";
import type { StatementPlan } from "../model/plan.ts";
import type { EngineId, IsoTime, Target, Window } from "../model/primitives.ts";
import type { Recommendation } from "../model/recommendation.ts";

/** `unknown`: of an application's log that does not show it. */
export type StoredEngine = EngineId | "unknown";

/** A stored snapshot without its contents. */
export interface SnapshotInfo {
  readonly id: number;
  readonly target: Pick<Target, "host" | "port" | "database"> & { readonly engine: StoredEngine };
  readonly capturedAt: IsoTime;
  readonly toolVersion: string;
  readonly window: Window;
  readonly serverVersion: string | null;
  readonly serverStartedAt: IsoTime | null;
}

interface SnapshotRow {
  readonly id: number;
  readonly engine: StoredEngine;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly captured_at: string;
  readonly tool_version: string;
  readonly window_kind: Window["kind"];
  readonly window_from: string | null;
  readonly window_to: string;
  readonly server_version: string | null;
  readonly server_started_at: string | null;
}

const SELECT_SNAPSHOT = `
select s.id, t.engine, t.host, t.port, t.database, s.captured_at, s.tool_version, s.window_kind, s.window_from,
       s.window_to, s.server_version, s.server_started_at
from   snapshots s
join   targets t on t.id = s.target_id`;

const LATEST = `${SELECT_SNAPSHOT}
where  s.captured_at = (select max(o.captured_at) from snapshots o where o.target_id = s.target_id)
order  by s.captured_at desc, s.id desc`;

/** The latest snapshot of each target, newest first; of one target where it is given. */
export function latestSnapshots(database: Database, target?: Target): readonly SnapshotInfo[] {
  const all = database.prepare<[], SnapshotRow>(LATEST).all().map(fromRow);
  if (target === undefined) return all;
  return all.filter(({ target: stored }) => isSame(stored, target));
}

/** Null where there is no snapshot of that id. */
export function snapshotById(database: Database, id: number): SnapshotInfo | null {
  const row = database.prepare<[number], SnapshotRow>(`${SELECT_SNAPSHOT} where s.id = ?`).get(id);
  return row === undefined ? null : fromRow(row);
}

export function loadFindings(database: Database, snapshotId: number): readonly Finding[] {
  return documents(database, "select document from findings where snapshot_id = ? order by position", snapshotId).map(
    // Only dbperf writes these documents, and a newer format is refused when the store is opened.
    (document) => document as Finding,
  );
}

export function loadRecommendations(database: Database, snapshotId: number): readonly Recommendation[] {
  const sql = "select document from recommendations where snapshot_id = ? order by position";
  // As for findings.
  return documents(database, sql, snapshotId).map((document) => document as Recommendation);
}

export function loadPlans(database: Database, snapshotId: number): readonly StatementPlan[] {
  const sql = "select document from statement_plans where snapshot_id = ? order by fingerprint";
  // As for findings.
  return documents(database, sql, snapshotId).map((document) => document as StatementPlan);
}

function documents(database: Database, sql: string, snapshotId: number): readonly unknown[] {
  const rows = database.prepare<[number], { document: string }>(sql).all(snapshotId);
  return rows.map(({ document }): unknown => JSON.parse(document));
}

function isSame(stored: SnapshotInfo["target"], target: Target): boolean {
  return (
    stored.engine === target.engine &&
    stored.host === target.host &&
    stored.port === target.port &&
    stored.database === target.database
  );
}

function fromRow(row: SnapshotRow): SnapshotInfo {
  return {
    id: row.id,
    target: { engine: row.engine, host: row.host, port: row.port, database: row.database },
    capturedAt: row.captured_at,
    toolVersion: row.tool_version,
    window: { kind: row.window_kind, from: row.window_from, to: row.window_to },
    serverVersion: row.server_version,
    serverStartedAt: row.server_started_at,
  };
}
