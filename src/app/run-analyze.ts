import { DbperfError, dbperfError } from "../errors/index.ts";
import type { Analysis } from "../model/analysis.ts";
import type { Capture } from "../model/capture.ts";
import { openStore } from "../store/open-store.ts";
import type { Store } from "../store/store.ts";
import { type AnalyzeOptions, analyzeCapture } from "./analyze-capture.ts";
import { withApplicationLogs } from "./application-logs.ts";
import { readCapture, writeCapture } from "./capture-file.ts";
import { type CaptureOptions, captureTarget } from "./capture-target.ts";
import { type FollowOptions, followLogs } from "./follow-log.ts";
import { captureOfLogs, withLogs } from "./log-capture.ts";
import { readDigests, saveDigest } from "./log-digests.ts";
import { logResult } from "./log-result.ts";
import type { ReadLog } from "./read-log.ts";
import { type ReadLogsOptions, readLogs } from "./read-logs.ts";
import type { Input } from "./resolve-input.ts";

/** Logs that are read for an analysis. */
export interface LogInputs extends Omit<ReadLogsOptions, "prefixes" | "isOpen" | "keepLiterals" | "areApplications"> {
  /** Logs of applications, which are read for what they say of pools and refused connections. */
  readonly applicationFiles: readonly string[];
  /** `log_line_prefix` as the user gave it; null: the server says, or it is detected. */
  readonly prefix: string | null;
  /** Saved digests instead of logs. */
  readonly areDigests: boolean;
  /** File that keeps the digest, for `--merge`. */
  readonly saveDigestFile: string | null;
  /** Null: the logs as they are now. */
  readonly follow: Pick<FollowOptions, "positionsFile" | "forMs" | "pollMs" | "signal"> | null;
}

export interface RunAnalyzeOptions {
  /** Null: the logs alone. */
  readonly input: Input | null;
  readonly logs?: LogInputs;
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

async function obtainCapture(options: RunAnalyzeOptions, store: Store | null): Promise<Capture> {
  const { input, logs, capture } = options;
  if (input === null) {
    if (logs === undefined) throw new Error("an analysis needs a database, a capture or logs");
    const read = await readInputs(logs, capture.keepLiterals, []);
    return captureOfLogs(await logResult(read), read.notices, capture.now());
  }
  const database = await captureDatabase(input, options, store);
  if (logs === undefined) return database;
  const read = await readInputs(logs, capture.keepLiterals, serverPrefix(database));
  return withLogs(database, await logResult(read), read.notices);
}

async function readInputs(
  { applicationFiles, saveDigestFile, ...inputs }: LogInputs,
  keepLiterals: boolean,
  ofServer: ReadLogsOptions["prefixes"],
): Promise<ReadLog> {
  const isOpen = saveDigestFile !== null;
  const own = inputs.files.length === 0 ? null : await readOwn(inputs, { keepLiterals, isOpen }, ofServer);
  const told = await readApplications(inputs, applicationFiles, { keepLiterals, isOpen });
  const read = own === null || told === null ? (own ?? told) : withApplicationLogs(own, told);
  if (read === null) throw new Error("there is at least one log");
  if (saveDigestFile !== null) await saveDigest(saveDigestFile, read);
  return read;
}

type OwnInputs = Omit<LogInputs, "applicationFiles" | "saveDigestFile">;
type Held = Pick<ReadLogsOptions, "keepLiterals" | "isOpen">;

/** What the database wrote, or saved digests of it. */
async function readOwn(
  { prefix, areDigests, follow, ...options }: OwnInputs,
  { keepLiterals, isOpen }: Held,
  ofServer: ReadLogsOptions["prefixes"],
): Promise<ReadLog> {
  if (areDigests) return readDigests(options.files);
  const prefixes = prefix === null ? ofServer : [{ text: prefix, origin: "given" } as const, ...ofServer];
  return follow === null
    ? readLogs({ ...options, keepLiterals, prefixes, isOpen })
    : followLogs({ ...options, ...follow, keepLiterals, prefixes });
}

async function readApplications(
  { prefix: _, areDigests: __, follow: ___, ...options }: OwnInputs,
  files: readonly string[],
  held: Held,
): Promise<ReadLog | null> {
  if (files.length === 0) return null;
  return readLogs({ ...options, ...held, files, prefixes: [], areApplications: true });
}

/** The prefix that the server writes now; an older log may have another one. */
function serverPrefix({ artifacts: { settings } }: Capture): ReadLogsOptions["prefixes"] {
  if (settings.status === "absent") return [];
  const prefix = settings.value.find(({ name }) => name === "log_line_prefix")?.value;
  return prefix === undefined ? [] : [{ text: prefix, origin: "server" }];
}

async function captureDatabase(input: Input, { capture }: RunAnalyzeOptions, store: Store | null): Promise<Capture> {
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
