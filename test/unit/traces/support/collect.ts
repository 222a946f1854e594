import type { ScopeEvent } from "../../../../src/loops/scope-event.ts";
import { OpenTraces } from "../../../../src/traces/open-traces.ts";
import type { TraceTally } from "../../../../src/traces/trace-tally.ts";
import { type OtlpSpan, request } from "./otlp.ts";

export interface Collected {
  readonly events: readonly ScopeEvent[];
  readonly ended: readonly string[];
  readonly tally: TraceTally;
}

/** What comes of requests that arrive in this order. */
export function collect(requests: readonly unknown[], options: { readonly mostSpans?: number } = {}): Collected {
  const events: ScopeEvent[] = [];
  const ended: string[] = [];
  const traces = new OpenTraces(
    { add: (event) => void events.push(event), endScope: (scope) => void ended.push(scope) },
    options,
  );
  for (const item of requests) traces.addRequest(item);
  traces.finish();
  return { events, ended, tally: traces.tally };
}

export function eventsOf(...spans: readonly OtlpSpan[]): readonly ScopeEvent[] {
  return collect([request(spans)]).events;
}

/** Executions of each scope. */
export function scopeSizes(events: readonly ScopeEvent[]): readonly number[] {
  const sizes = new Map<string, number>();
  for (const { scope } of events) sizes.set(scope, (sizes.get(scope) ?? 0) + 1);
  return [...sizes.values()];
}
