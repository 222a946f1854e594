import type { Database } from "better-sqlite3";
import type { Analysis } from "../model/analysis.ts";
import type { Capture } from "../model/capture.ts";
import type { Finding } from "../model/finding.ts";
import type { Fingerprint, Target } from "../model/primitives.ts";
import { serverLife } from "./known-queries.ts";
import type { StoredEngine } from "./read-snapshot.ts";
import { saveStatements } from "./save-statements.ts";

export interface SavedSnapshot {
  readonly id: number;
  /** False where this capture of this target was stored before: nothing was written. */
  readonly isNew: boolean;
}

/** Writes one snapshot; to be called inside an immediate transaction. */
export function saveSnapshot(database: Database, analysis: Analysis, capture: Capture): SavedSnapshot {
  const targetId = saveTarget(database, analysis.target ?? targetOfLog(analysis));
  const existing = database
    .prepare<[number, string], { id: number }>("select id from snapshots where target_id = ? and captured_at = ?")
    .get(targetId, analysis.input.capturedTo);
  if (existing !== undefined) return { id: existing.id, isNew: false };

  const id = insertSnapshot(database, targetId, analysis);
  const { statements, server } = capture.artifacts;
  if (statements.status === "present") {
    const life = server.status === "present" ? serverLife(server.value.majorVersion, server.value.startedAt) : null;
    saveStatements(database, { snapshotId: id, targetId, life }, statements.value.items);
  }
  saveFindings(database, id, analysis.findings);
  saveRecommendations(database, id, analysis);
  savePlans(database, id, analysis.findings, capture);
  return { id, isNew: true };
}

/** Fingerprints of the statements that a finding is about or cites, its subject first. */
export function fingerprintsOf({ subject, evidence }: Finding): readonly Fingerprint[] {
  const found = new Set<Fingerprint>();
  if (subject.kind === "statement") found.add(subject.fingerprint);
  if (subject.kind === "statements") for (const { fingerprint } of subject.statements) found.add(fingerprint);
  for (const item of evidence) {
    if (item.kind === "statement" || item.kind === "plan-node") found.add(item.fingerprint);
  }
  return [...found];
}

/** Logs do not say whose they are: those of one folder and file name count as one target. So do runs, and traces. */
function targetOfLog({ input }: Analysis): TargetKey {
  if (input.kind === "capture") throw new Error("a capture names its target");
  if (input.kind !== "log") return { engine: input.engine ?? "unknown", host: input.kind, port: 0, database: "-" };
  const [first] = input.files;
  return { engine: input.engine ?? "unknown", host: "log", port: 0, database: first?.path ?? "-" };
}

type TargetKey = Pick<Target, "host" | "port" | "database"> & { readonly engine: StoredEngine };

function saveTarget(database: Database, { engine, host, port, database: name }: TargetKey): number {
  const row = database
    .prepare<[string, string, number, string], { id: number }>(`
      insert into targets (engine, host, port, database) values (?, ?, ?, ?)
      on conflict (engine, host, port, database) do update set engine = excluded.engine
      returning id`)
    .get(engine, host, port, name);
  if (row === undefined) throw new Error("the target was not stored");
  return row.id;
}

function insertSnapshot(database: Database, targetId: number, { input, tool, window, server }: Analysis): number {
  const result = database
    .prepare(`
      insert into snapshots (target_id, captured_at, tool_version, window_kind, window_from, window_to,
                             server_version, server_started_at)
      values (?, ?, ?, ?, ?, ?, ?, ?)`)
    .run(
      targetId,
      input.capturedTo,
      tool.version,
      window.kind,
      window.from,
      window.to,
      server?.version ?? null,
      server?.startedAt ?? null,
    );
  return Number(result.lastInsertRowid);
}

function saveFindings(database: Database, snapshotId: number, findings: readonly Finding[]): void {
  const insert = database.prepare(`
    insert into findings (snapshot_id, position, key, rule_id, severity, confidence, part_of, saves_ms_per_hour,
                          suppressed, document)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  for (const [position, finding] of findings.entries()) {
    const { key, ruleId, severity, confidence, partOf, savesMsPerHour, suppressed } = finding;
    const flag = suppressed === null ? 0 : 1;
    insert.run(
      snapshotId,
      position,
      key,
      ruleId,
      severity,
      confidence,
      partOf,
      savesMsPerHour,
      flag,
      JSON.stringify(finding),
    );
  }
}

function saveRecommendations(database: Database, snapshotId: number, { recommendations }: Analysis): void {
  const insert = database.prepare(
    "insert into recommendations (snapshot_id, position, key, document) values (?, ?, ?, ?)",
  );
  for (const [position, recommendation] of recommendations.entries()) {
    insert.run(snapshotId, position, recommendation.key, JSON.stringify(recommendation));
  }
}

/** Only plans of statements that a finding names: the others can be asked for again. */
function savePlans(database: Database, snapshotId: number, findings: readonly Finding[], capture: Capture): void {
  const { plans } = capture.artifacts;
  if (plans.status !== "present") return;
  const named = new Set(findings.flatMap(fingerprintsOf));
  const insert = database.prepare(
    "insert into statement_plans (snapshot_id, fingerprint, document) values (?, ?, ?) on conflict do nothing",
  );
  for (const plan of plans.value.items) {
    if (named.has(plan.fingerprint)) insert.run(snapshotId, plan.fingerprint, JSON.stringify(plan));
  }
}
