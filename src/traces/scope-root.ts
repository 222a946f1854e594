import type { OrmId } from "../model/query-loop.ts";
import type { TraceSpan } from "./span.ts";

/** The spans of one trace by their id. */
export type SpansById = ReadonlyMap<string, TraceSpan>;

/** Where the way up from a span ends. */
export interface ScopeRoot {
  /** Topmost span of the same unit of work that is there; the span itself where nothing is above it. */
  readonly top: TraceSpan;
  /** Set where the way goes on to a span that is not there. */
  readonly lostParentId: string | null;
  /** The ORM on the way, outermost first: what the program itself calls. */
  readonly orm: OrmId | null;
}

/**
 * Walks up from a span to the unit of work that it belongs to: the nearest span that serves a request or a message,
 * else the first span of its service. Spans in between (pools, operations of an ORM, middleware) only wrap.
 */
export function scopeRoot(span: TraceSpan, spans: SpansById): ScopeRoot {
  let top = span;
  let orm = span.orm;
  for (const ancestor of ancestors(span, spans)) {
    top = ancestor;
    orm = ancestor.orm ?? orm;
  }
  return { top, orm, lostParentId: lostParent(top, spans) };
}

/** The spans above one within its unit of work, nearest first, down to none. */
export function ancestors(span: TraceSpan, spans: SpansById): readonly TraceSpan[] {
  const above: TraceSpan[] = [];
  const seen = new Set([span.spanId]);
  for (let current = span; ; ) {
    const parent = parentWithin(current, spans);
    // Damaged data may lead in a circle.
    if (parent === null || seen.has(parent.spanId)) return above;
    above.push(parent);
    seen.add(parent.spanId);
    current = parent;
  }
}

function parentWithin(span: TraceSpan, spans: SpansById): TraceSpan | null {
  if (isEntry(span) || span.parentId === null) return null;
  const parent = spans.get(span.parentId);
  return parent === undefined || parent.service !== span.service ? null : parent;
}

function lostParent(span: TraceSpan, spans: SpansById): string | null {
  return isEntry(span) || span.parentId === null || spans.has(span.parentId) ? null : span.parentId;
}

/** Work begins here, whoever asked for it. */
function isEntry({ kind, hasRemoteParent }: TraceSpan): boolean {
  return kind === "server" || kind === "consumer" || hasRemoteParent === true;
}
