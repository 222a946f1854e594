import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DemoProgress } from "../change/demo/index.ts";
import type { Environment } from "../engines/engine.ts";
import type { ArtifactName } from "../model/capture.ts";
import type { IsoTime } from "../model/primitives.ts";
import { DEFAULT_ANALYZE_OPTIONS } from "./analyze-capture.ts";
import { engineOf } from "./find-engine.ts";
import { type AnalyzeRun, runAnalyze } from "./run-analyze.ts";

export interface DemoOptions {
  readonly environment: Environment;
  /** Path of the running node, beside which npm lies. */
  readonly nodePath: string;
  readonly now: () => IsoTime;
  /** How long the shop is driven, in milliseconds; null = some 15 s. */
  readonly workloadMs: number | null;
  readonly onProgress: (
    progress: DemoProgress | { readonly phase: "analyze"; readonly detail: ArtifactName; readonly fraction: null },
  ) => void;
  /** Is told how to stop everything, as soon as there is something to stop. */
  readonly onStarted: (stop: () => Promise<void>) => void;
}

export interface DemoRun extends AnalyzeRun {
  /** Folder of its own for what the demo leaves: report, capture and store. */
  readonly folder: string;
  readonly captureFile: string;
  readonly storeFile: string;
}

const EXPLAIN_TOP = 20;
const STATEMENT_TIMEOUT_MS = 5000;

/** Starts a server with a faulty shop, drives it, analyzes it and stops it again. Only the folder's files stay. */
export async function runDemo(options: DemoOptions): Promise<DemoRun> {
  const { environment, nodePath, now, onProgress, workloadMs } = options;
  const { openWritable } = engineOf("postgres");
  const { startDemo } = await import("../change/demo/index.ts");
  const demo = await startDemo({
    environment,
    nodePath,
    openWritable,
    onProgress,
    ...(workloadMs === null ? {} : { workloadMs }),
  });
  options.onStarted(() => demo.stop());
  try {
    await demo.workloadDone;
    const folder = await mkdtemp(join(tmpdir(), "dbperf-demo-"));
    const captureFile = join(folder, "capture.json");
    const storeFile = join(folder, "dbperf.db");
    const run = await runAnalyze({
      input: { kind: "target", spec: demo.spec },
      capture: {
        environment,
        statementTimeoutMs: STATEMENT_TIMEOUT_MS,
        explainTop: EXPLAIN_TOP,
        allDatabases: false,
        keepLiterals: false,
        onProgress: (detail) => onProgress({ phase: "analyze", detail, fraction: null }),
        now,
      },
      analyze: DEFAULT_ANALYZE_OPTIONS,
      storeFile,
      saveCaptureFile: captureFile,
    });
    return { ...run, folder, captureFile, storeFile };
  } finally {
    await demo.stop();
  }
}
