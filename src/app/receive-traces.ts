import { setTimeout as sleep } from "node:timers/promises";
import { dbperfError } from "../errors/index.ts";
import { ScopeCollector } from "../loops/scope-collector.ts";
import type { IsoTime } from "../model/primitives.ts";
import { loadSqlParser } from "../sql/parser.ts";
import { OpenTraces } from "../traces/open-traces.ts";
import { parseListenAddress } from "../traces/receive/listen-address.ts";
import { startReceiver } from "../traces/receive/receiver.ts";
import { analyzeScopes, type KeepOptions } from "./analyze-scopes.ts";
import { traceCapture } from "./read-traces.ts";
import type { AnalyzeRun } from "./run-analyze.ts";

export interface ReceiveTracesOptions extends KeepOptions {
  /** `127.0.0.1:4318`; a port alone listens on the loopback. */
  readonly address: string;
  /** How long to listen; null: until `signal`. */
  readonly forMs: number | null;
  readonly signal: AbortSignal;
  /** Told of the URL that exporters send to, once it can be reached. */
  readonly onListening: (url: string) => void;
  readonly now: () => IsoTime;
}

/** A trace of which nothing came for so long is put together: exporters send every five seconds. */
const QUIET_MS = 30_000;
const TICK_MS = 1000;
/** Longer timers fire at once. */
const MOST_TIMER_MS = 2 ** 31 - 1;

/** Receives traces until the time is over or the signal comes, then analyzes them. Throws usage and listen-failed. */
export async function receiveTraces(options: ReceiveTracesOptions): Promise<AnalyzeRun> {
  const { address, now, signal, forMs, onListening, ...keep } = options;
  const where = parseListenAddress(address);
  if (where === null) {
    const problem = `“${address}” is no address such as 127.0.0.1:4318.`;
    throw dbperfError("usage", { problem, command: "traces" });
  }
  await loadSqlParser();
  const collector = new ScopeCollector();
  const traces = new OpenTraces(collector);
  const failed = new AbortController();
  const receiver = await startReceiver({ ...where, ...intoTraces(traces, failed) });
  const ticks = setInterval(() => traces.closeQuiet(performance.now() - QUIET_MS), TICK_MS);
  try {
    onListening(receiver.url);
    await end(AbortSignal.any([signal, failed.signal]), forMs);
  } finally {
    clearInterval(ticks);
    await receiver.close();
  }
  if (failed.signal.aborted) throw failed.signal.reason;
  traces.finish();
  return analyzeScopes(collector.finish(), traceCapture(traces.tally, now()), keep);
}

function intoTraces(traces: OpenTraces, failed: AbortController) {
  const { tally } = traces;
  return {
    onRequest: (request: unknown): number => {
      tally.records += 1;
      return traces.addRequest(request, performance.now());
    },
    onDamage: (problem: string): void => {
      tally.records += 1;
      tally.damagedRecords += 1;
      tally.firstDamage ??= `request ${tally.records}: ${problem.replace(/\.$/, "")}`;
    },
    onFailure: (error: unknown): void => failed.abort(error),
  };
}

async function end(signal: AbortSignal, forMs: number | null): Promise<void> {
  if (signal.aborted) return;
  if (forMs !== null) return sleep(Math.min(forMs, MOST_TIMER_MS), undefined, { signal }).catch(() => undefined);
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
