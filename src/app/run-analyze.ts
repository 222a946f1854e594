import { DbperfError, dbperfError } from "../errors/index.ts";
import type { Analysis } from "../model/analysis.ts";
import type { Capture } from "../model/capture.ts";
import { openStore } from "../store/open-store.ts";
import type { Store } from "../store/store.ts";
import { type AnalyzeOptions, analyzeCapture } from "./analyze-capture.ts";
import { readCapture, writeCapture } from "./capture-file.ts";
import { type CaptureOptions, captureTarget } from "./capture-target.ts";
import type { Input } from "./resolve-input.ts";

export interface RunAnalyzeOptions {
  readonly input: Input;
  readonly capture: Omit<CaptureOptions, "knownQueries">;
  readonly analyze: AnalyzeOptions;
  /** Null: nothing is kept. */
  readonly storeFile: string | null;
  readonly saveCaptureFile: string | null;
}

export interface AnalyzeRun {
  readonly analysis: Analysis;
  readonly capture: Capture;
  readonly snapshot: { readonly id: number; readonly isNew: boolean } | null;
  /** Why nothing was kept although it should have been; the report is whole all the same. */
  readonly storeError: DbperfError | null;
}

/** Captures a target or reads a capture, analyzes it and keeps a snapshot. */
export async function runAnalyze(options: RunAnalyzeOptions): Promise<AnalyzeRun> {
  const store = openQuietly(options.storeFile);
  try {
    const capture = await obtainCapture(options, store.store);
    if (options.saveCaptureFile !== null) await writeCapture(options.saveCaptureFile, capture);
    const analysis = await analyzeCapture(capture, options.analyze);
    return { analysis, capture, ...save(store, analysis, capture) };
  } finally {
    store.store?.close();
  }
}

interface MaybeStore {
  readonly store: Store | null;
  readonly error: DbperfError | null;
}

/** A store that cannot be opened must not cost the user the report. */
function openQuietly(file: string | null): MaybeStore {
  if (file === null) return { store: null, error: null };
  try {
    return { store: openStore(file), error: null };
  } catch (error) {
    if (error instanceof DbperfError) return { store: null, error };
    throw error;
  }
}

async function obtainCapture({ input, capture }: RunAnalyzeOptions, store: Store | null): Promise<Capture> {
  if (input.kind === "capture") return readCapture(input.file);
  const knownQueries: CaptureOptions["knownQueries"] = (...of) => store?.knownQueries(...of) ?? new Map();
  return captureTarget(input.spec, { ...capture, knownQueries });
}

function save(
  { store, error }: MaybeStore,
  analysis: Analysis,
  capture: Capture,
): Pick<AnalyzeRun, "snapshot" | "storeError"> {
  if (store === null) return { snapshot: null, storeError: error };
  try {
    return { snapshot: store.saveSnapshot(analysis, capture), storeError: null };
  } catch (cause) {
    if (cause instanceof DbperfError) return { snapshot: null, storeError: cause };
    const problem = cause instanceof Error ? cause.message : String(cause);
    return { snapshot: null, storeError: dbperfError("store-unwritable", { file: "", problem }, { cause }) };
  }
}
