import type { ScopeResult } from "../loops/scope-collector.ts";
import type { Capture } from "../model/capture.ts";
import type { EngineId, IsoTime } from "../model/primitives.ts";
import type { CaptureNotice } from "../model/server.ts";
import { nothingRead } from "./nothing-read.ts";
import { toolInfo } from "./tool-info.ts";

export interface ScopeCaptureOptions {
  readonly source: "traces" | "run";
  /** Null where several engines were seen, or none. */
  readonly engine: EngineId | null;
  readonly notices: readonly CaptureNotice[];
  /** Stands for the time where nothing was executed. */
  readonly now: IsoTime;
}

const NOT_READ = {
  status: "absent",
  reason: "not-requested",
  hint: "dbperf analyze TARGET reads the database.",
} as const;

/** A capture of what a program or its traces sent. */
export function captureOfScopes(result: ScopeResult, { source, engine, notices, now }: ScopeCaptureOptions): Capture {
  const from = result.firstMs === null ? null : new Date(result.firstMs).toISOString();
  const to = result.lastMs === null ? now : new Date(result.lastMs).toISOString();
  return {
    kind: "dbperf-capture",
    schemaVersion: 1,
    tool: toolInfo,
    target: null,
    startedAt: from ?? now,
    finishedAt: to,
    notices,
    artifacts: {
      ...nothingRead(NOT_READ),
      statements: {
        status: "present",
        source,
        gaps: [],
        value: {
          window: { from, to, kind: "sampled" },
          items: result.statements,
          databases: [],
          own: { calls: 0, totalMs: 0 },
          hidden: { calls: 0, totalMs: 0 },
          evictions: null,
          extensionVersion: null,
        },
      },
      queryLoops: { status: "present", value: { source, engine, ...result.loops }, source, gaps: gapsOf(result) },
    },
  };
}

function gapsOf({ unlookedExecutions }: ScopeResult) {
  if (unlookedExecutions === 0) return [];
  return [
    {
      what: `order of ${unlookedExecutions} executions in scopes too long to be kept whole`,
      reason: "failed",
      hint: "Run a part of the program, such as one test file.",
    } as const,
  ];
}
