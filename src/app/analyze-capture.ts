import { rules } from "../../rules/index.ts";
import { detect } from "../detect/detect.ts";
import type { RuleSettings } from "../detect/run-rules.ts";
import type { Analysis, AnalysisInput } from "../model/analysis.ts";
import type { ArtifactResult } from "../model/artifact.ts";
import type { ArtifactName, Artifacts, Capture } from "../model/capture.ts";
import type { Finding } from "../model/finding.ts";
import type { LogFacts } from "../model/log.ts";
import type { EngineId, IsoTime } from "../model/primitives.ts";
import type { QueryLoops } from "../model/query-loop.ts";
import type { CaptureNotice, NotCheckedItem } from "../model/server.ts";
import { loadSqlParser } from "../sql/parser.ts";
import { ddlOf } from "./find-engine.ts";
import { summarizeConnections, summarizeServer, summarizeStatements } from "./summaries.ts";
import { toolInfo } from "./tool-info.ts";

export interface AnalyzeOptions {
  /** Number of statements listed. */
  readonly top: number;
  readonly only: readonly string[];
  readonly skip: readonly string[];
  readonly ruleSettings: Readonly<Record<string, RuleSettings>>;
  /** The suppression of a key that is in force at a time, or null. */
  readonly suppressionOf: (key: string, at: IsoTime) => Finding["suppressed"];
}

export const DEFAULT_ANALYZE_OPTIONS: AnalyzeOptions = {
  top: 20,
  only: [],
  skip: [],
  ruleSettings: {},
  suppressionOf: () => null,
};

/** Analyzes a capture. A pure function of capture and options: the same capture gives the same analysis anywhere. */
export async function analyzeCapture(
  capture: Capture,
  options: AnalyzeOptions = DEFAULT_ANALYZE_OPTIONS,
): Promise<Analysis> {
  await loadSqlParser();
  const { artifacts, target } = capture;
  const log = presentValue(artifacts.log);
  const loops = presentValue(artifacts.queryLoops);
  const engineId = target?.engine ?? engineOf(log, loops);
  const ddl = engineId === null ? null : ddlOf(engineId);
  const { findings, recommendations, outcomes } = detect(artifacts, {
    rules,
    engine: engineId,
    settings: options.ruleSettings,
    only: options.only,
    skip: options.skip,
    capturedAt: capture.finishedAt,
    suppressionOf: (key) => options.suppressionOf(key, capture.finishedAt),
    ddlOf: (action) => ddl?.render(action) ?? null,
  });
  const statements = presentValue(artifacts.statements);
  const server = presentValue(artifacts.server);
  const sessions = presentValue(artifacts.sessions);
  const locks = presentValue(artifacts.lockWaits);
  const database = presentValue(artifacts.databaseCounters);
  return {
    schemaVersion: 1,
    tool: toolInfo,
    ...(target === null ? {} : { target }),
    input: inputOf(capture, log, loops),
    window: statements?.window ?? log?.window ?? { from: null, to: capture.finishedAt, kind: "since-reset" },
    ...(server === null ? {} : { server: summarizeServer(server) }),
    notices: [...capture.notices, ...evictionNotice(statements?.evictions ?? null)],
    ...(statements === null
      ? {}
      : {
          statements: summarizeStatements(
            statements,
            presentValue(artifacts.plans),
            target?.database ?? null,
            options.top,
          ),
        }),
    findings,
    recommendations,
    outcomes,
    notChecked: notChecked(artifacts),
    ...(locks === null ? {} : { locks }),
    ...(log === null ? {} : { lockWaits: log.lockWaits, deadlocks: log.deadlocks, errors: log.errors }),
    ...(sessions === null ? {} : { connections: summarizeConnections(sessions) }),
    ...(database === null ? {} : { database }),
  };
}

function engineOf(log: LogFacts | null, loops: QueryLoops | null): EngineId | null {
  if (log !== null) return log.engine;
  return loops === null ? "postgres" : loops.engine;
}

function inputOf(
  { startedAt, finishedAt, target }: Capture,
  log: LogFacts | null,
  loops: QueryLoops | null,
): AnalysisInput {
  const times = { capturedFrom: startedAt, capturedTo: finishedAt };
  if (target === null && log === null && loops !== null && loops.source !== "log") {
    return { kind: loops.source, engine: loops.engine, ...times };
  }
  if (target !== null || log === null)
    return { kind: "capture", ...times, ...(log === null ? {} : { log: log.input }) };
  return { kind: "log", engine: log.engine, ...times, ...log.input };
}

function presentValue<T>(result: ArtifactResult<T>): T | null {
  return result.status === "present" ? result.value : null;
}

function notChecked(artifacts: Artifacts): NotCheckedItem[] {
  return (Object.keys(artifacts) as ArtifactName[]).flatMap((artifact): NotCheckedItem[] => {
    const result = artifacts[artifact];
    if (result.status === "present") return result.gaps.map((gap) => ({ artifact, ...gap }));
    return [{ artifact, what: ARTIFACT_TITLES[artifact], reason: result.reason, hint: result.hint }];
  });
}

/** What a reader calls each artifact. */
export const ARTIFACT_TITLES: Readonly<Record<ArtifactName, string>> = {
  server: "server and role",
  settings: "server settings",
  statements: "statement statistics",
  tables: "tables",
  indexes: "indexes",
  constraints: "constraints",
  tableStatistics: "table statistics",
  columnStatistics: "column statistics",
  sessions: "sessions",
  lockWaits: "lock waits",
  databaseCounters: "database counters",
  plans: "plans of statements",
  log: "server log",
  queryLoops: "order of statements within requests",
};

function evictionNotice(evictions: number | null): CaptureNotice[] {
  if (evictions === null || evictions === 0) return [];
  return [
    {
      code: "statistics-evicted",
      message: `The server threw away the counters of rare statements ${evictions} times since the reset because pg_stat_statements.max is reached: totals are too low.`,
    },
  ];
}
