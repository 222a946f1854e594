import type { ScopeEvent } from "../loops/scope-event.ts";
import { type ScopeRoot, type SpansById, scopeRoot } from "./scope-root.ts";
import { type StatementSpan, statementSpans } from "./statement-spans.ts";
import type { TraceTally } from "./trace-tally.ts";

/**
 * The executions of one trace in the order of their start, each with the unit of work that it belongs to.
 * `part` tells the parts of a trace apart that were closed one after the other.
 */
export function assembleTrace(
  traceId: string,
  spans: SpansById,
  { part, tally }: { readonly part: number; readonly tally: TraceTally },
): readonly ScopeEvent[] {
  const placed = statementSpans(spans, tally).map((statement) => ({
    statement,
    root: scopeRoot(statement.span, spans),
  }));
  const shared = sharedLostParents(placed.map(({ root }) => root));
  const trace = part === 0 ? traceId : `${traceId}#${part}`;
  tally.statements += placed.length;
  tally.aloneStatements += placed.filter(({ statement: { span } }) => span.parentId === null).length;
  return placed
    .toSorted((a, b) => a.statement.startMs - b.statement.startMs || compare(a, b))
    .map(({ statement, root }) => eventOf(statement, root, scopeOf(statement, root, { trace, shared })));
}

interface Placed {
  readonly statement: StatementSpan;
  readonly root: ScopeRoot;
}

function compare(a: Placed, b: Placed): number {
  return a.statement.span.spanId < b.statement.span.spanId ? -1 : 1;
}

/** Missing spans that are known to hold several others. */
function sharedLostParents(roots: readonly ScopeRoot[]): ReadonlySet<string> {
  const tops = new Map<string, Set<string>>();
  for (const { top, lostParentId } of roots) {
    if (lostParentId === null) continue;
    const of = tops.get(lostParentId) ?? new Set();
    tops.set(lostParentId, of.add(top.spanId));
  }
  return new Set([...tops].filter(([, of]) => of.size > 1).map(([id]) => id));
}

interface Scope {
  readonly id: string;
  readonly name: string | null;
}

/** A missing span stands for those below it; a statement with nothing above it belongs to its trace and service. */
function scopeOf(
  { span, database }: StatementSpan,
  { top, lostParentId }: ScopeRoot,
  { trace, shared }: { readonly trace: string; readonly shared: ReadonlySet<string> },
): Scope {
  // Several statements in one round trip are no loop, whatever surrounds them.
  if (database.batchSize > 1) return { id: `${trace}/${span.spanId}`, name: top === span ? null : top.name };
  if (lostParentId !== null && shared.has(lostParentId)) return { id: `${trace}/${lostParentId}`, name: null };
  return top === span
    ? { id: `${trace}/${span.service ?? ""}`, name: null }
    : { id: `${trace}/${top.spanId}`, name: top.name };
}

function eventOf({ span, database, text, startMs, durationMs, engine }: StatementSpan, root: ScopeRoot, scope: Scope) {
  return {
    scope: scope.id,
    name: scope.name === "" ? null : scope.name,
    application: span.service,
    startMs,
    durationMs,
    text,
    dialect: engine === "postgres" ? "postgres" : "mysql",
    parameters: database.parameters,
    rows: database.rows,
    session: null,
    callSite: database.callSite,
    orm: root.orm,
  } as const;
}
