import { DbperfError } from "../errors/index.ts";
import type { ScopeResult } from "../loops/scope-collector.ts";
import { openStore } from "../store/open-store.ts";
import { type AnalyzeOptions, analyzeCapture } from "./analyze-capture.ts";
import { writeCapture } from "./capture-file.ts";
import type { AnalyzeRun } from "./run-analyze.ts";
import { captureOfScopes, type ScopeCaptureOptions } from "./scope-capture.ts";

/** What becomes of a report. */
export interface KeepOptions {
  readonly analyze: AnalyzeOptions;
  /** Null: nothing is kept. */
  readonly storeFile: string | null;
  readonly saveCaptureFile: string | null;
}

/** Analyzes what scopes showed and keeps a snapshot. A store that fails costs the user no report. */
export async function analyzeScopes(
  result: ScopeResult,
  scopes: ScopeCaptureOptions,
  { analyze, storeFile, saveCaptureFile }: KeepOptions,
): Promise<AnalyzeRun> {
  const capture = captureOfScopes(result, scopes);
  if (saveCaptureFile !== null) await writeCapture(saveCaptureFile, capture);
  const analysis = await analyzeCapture(capture, analyze);
  return { analysis, capture, ...keep(storeFile, { analysis, capture }) };
}

function keep(
  storeFile: string | null,
  { analysis, capture }: Pick<AnalyzeRun, "analysis" | "capture">,
): Pick<AnalyzeRun, "snapshot" | "storeError"> {
  if (storeFile === null) return { snapshot: null, storeError: null };
  try {
    const store = openStore(storeFile);
    try {
      return { snapshot: store.saveSnapshot(analysis, capture), storeError: null };
    } finally {
      store.close();
    }
  } catch (error) {
    if (error instanceof DbperfError) return { snapshot: null, storeError: error };
    throw error;
  }
}
