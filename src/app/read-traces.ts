import { ScopeCollector } from "../loops/scope-collector.ts";
import type { IsoTime } from "../model/primitives.ts";
import { loadSqlParser } from "../sql/parser.ts";
import type { ByteStream } from "../traces/file/open-input.ts";
import { readTraceFile } from "../traces/file/read-trace-file.ts";
import { OpenTraces } from "../traces/open-traces.ts";
import { traceNotices } from "../traces/trace-notices.ts";
import type { TraceTally } from "../traces/trace-tally.ts";
import { analyzeScopes, type KeepOptions } from "./analyze-scopes.ts";
import type { AnalyzeRun } from "./run-analyze.ts";
import type { ScopeCaptureOptions } from "./scope-capture.ts";

export interface ReadTracesOptions extends KeepOptions {
  /** Paths; `-` is standard input. A file that is named twice is read once. */
  readonly files: readonly string[];
  readonly stdin: ByteStream;
  readonly now: () => IsoTime;
}

/** Analyzes the statements of traces in files. Throws what `readTraceFile` throws. */
export async function readTraces({ files, stdin, now, ...keep }: ReadTracesOptions): Promise<AnalyzeRun> {
  await loadSqlParser();
  const collector = new ScopeCollector();
  const traces = new OpenTraces(collector);
  for (const file of new Set(files)) await readTraceFile(file, { stdin, traces });
  traces.finish();
  return analyzeScopes(collector.finish(), traceCapture(traces.tally, now()), keep);
}

/** How a capture of traces is described. */
export function traceCapture(tally: TraceTally, now: IsoTime): ScopeCaptureOptions {
  const [engine = null, other] = tally.engines;
  return { source: "traces", engine: other === undefined ? engine : null, notices: traceNotices(tally), now };
}
