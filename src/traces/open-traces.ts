import type { ScopeEvent } from "../loops/scope-event.ts";
import { assembleTrace } from "./assemble-trace.ts";
import { readRequest } from "./otlp/read-request.ts";
import type { TraceSpan } from "./span.ts";
import { emptyTally, type TraceTally } from "./trace-tally.ts";

/** Takes the executions of scopes, each scope's in the order of time. */
export interface ScopeSink {
  add(event: ScopeEvent): void;
  /** Nothing more comes of this scope. */
  endScope(scope: string): void;
}

/** About 250 MB of spans. */
const MOST_SPANS = 300_000;

/** Closed traces that are remembered, to know spans that come too late. */
const MOST_CLOSED = 100_000;

interface OpenTrace {
  readonly spans: Map<string, TraceSpan>;
  readonly part: number;
  lastMs: number;
}

/**
 * Puts traces together whose spans come in any order and in several requests. A trace is handed on when it has been
 * quiet for a while, when there are too many spans (the one that was quiet longest first), or at the end.
 */
export class OpenTraces {
  readonly tally: TraceTally = emptyTally();
  readonly #sink: ScopeSink;
  readonly #mostSpans: number;
  /** The one that was quiet longest first. */
  readonly #open = new Map<string, OpenTrace>();
  readonly #parts = new Map<string, number>();
  #spans = 0;

  constructor(sink: ScopeSink, { mostSpans = MOST_SPANS }: { readonly mostSpans?: number } = {}) {
    this.#sink = sink;
    this.#mostSpans = mostSpans;
  }

  /** Takes the spans of a request, in the form of OTLP/JSON; returns how many of them could not be read. */
  addRequest(request: unknown, nowMs = 0): number {
    const { spans, damaged } = readRequest(request);
    this.tally.spans += spans.length;
    this.tally.damagedSpans += damaged;
    for (const span of spans) this.#add(span, nowMs);
    while (this.#spans > this.#mostSpans) {
      const [quietest] = this.#open.keys();
      if (quietest === undefined) break;
      this.#close(quietest);
    }
    return damaged;
  }

  /** Hands on the traces of which nothing came since `beforeMs`. */
  closeQuiet(beforeMs: number): void {
    for (const [traceId, { lastMs }] of this.#open) {
      if (lastMs >= beforeMs) return;
      this.#close(traceId);
    }
  }

  /** Hands on all that is left, in the order of time. */
  finish(): void {
    const left = [...this.#open]
      .map(([traceId, { spans }]) => ({ traceId, startMs: firstMs(spans) }))
      .toSorted((a, b) => a.startMs - b.startMs || (a.traceId < b.traceId ? -1 : 1));
    for (const { traceId } of left) this.#close(traceId);
  }

  #add(span: TraceSpan, nowMs: number): void {
    const { traceId, spanId } = span;
    const part = this.#parts.get(traceId) ?? 0;
    const trace = this.#open.get(traceId) ?? { spans: new Map<string, TraceSpan>(), part, lastMs: nowMs };
    if (trace.part > 0) this.tally.lateSpans += 1;
    const known = trace.spans.get(spanId);
    if (known === undefined) this.#spans += 1;
    // A span that was sent again counts once; of an unfinished one and the whole, the whole.
    if (known === undefined || (known.durationMs ?? -1) < (span.durationMs ?? -1)) trace.spans.set(spanId, span);
    trace.lastMs = nowMs;
    this.#open.delete(traceId);
    this.#open.set(traceId, trace);
  }

  #close(traceId: string): void {
    const trace = this.#open.get(traceId);
    if (trace === undefined) return;
    this.#open.delete(traceId);
    this.#spans -= trace.spans.size;
    this.#remember(traceId, trace.part + 1);
    const scopes = new Set<string>();
    for (const event of assembleTrace(traceId, trace.spans, { part: trace.part, tally: this.tally })) {
      this.#sink.add(event);
      scopes.add(event.scope);
    }
    for (const scope of scopes) this.#sink.endScope(scope);
  }

  #remember(traceId: string, part: number): void {
    this.#parts.set(traceId, part);
    const [oldest] = this.#parts.keys();
    if (this.#parts.size > MOST_CLOSED && oldest !== undefined) this.#parts.delete(oldest);
  }
}

function firstMs(spans: ReadonlyMap<string, TraceSpan>): number {
  let first = Number.POSITIVE_INFINITY;
  for (const { startMs } of spans.values()) first = Math.min(first, startMs ?? first);
  return first;
}
