import { isSameText } from "./same-text.ts";
import { ancestors, type SpansById } from "./scope-root.ts";
import type { DatabaseSpan, TraceSpan } from "./span.ts";
import type { TraceTally } from "./trace-tally.ts";

/** One statement that reached a database, whatever number of spans tell of it. */
export interface StatementSpan {
  readonly span: TraceSpan;
  readonly database: DatabaseSpan;
  readonly text: string;
  readonly startMs: number;
  readonly durationMs: number;
  readonly engine: "postgres" | "mysql" | "mariadb";
}

const ENGINES: Readonly<Record<string, StatementSpan["engine"]>> = {
  postgresql: "postgres",
  postgres: "postgres",
  mysql: "mysql",
  mariadb: "mariadb",
};

/** The statements of a trace; those that cannot be looked at are counted in `tally`. */
export function statementSpans(spans: SpansById, tally: TraceTally): readonly StatementSpan[] {
  const wrappers = new Set<string>();
  const completed = new Map<string, DatabaseSpan>();
  for (const span of spans.values()) {
    if (span.database?.text != null) completed.set(span.spanId, withWrappers(span, span.database, spans, wrappers));
  }
  return [...spans.values()].flatMap((span) => {
    if (span.database === null || wrappers.has(span.spanId)) return [];
    const statement = readStatement(span, completed.get(span.spanId) ?? span.database, tally);
    return statement === null ? [] : [statement];
  });
}

/**
 * A driver and the ORM above it may both be instrumented: the innermost span is the execution. What only an outer
 * one says of it, such as the line of the program, is kept.
 */
function withWrappers(span: TraceSpan, database: DatabaseSpan, spans: SpansById, wrappers: Set<string>): DatabaseSpan {
  let whole = database;
  for (const { spanId, database: outer } of ancestors(span, spans)) {
    if (outer === null) continue;
    const system = whole.system ?? outer.system;
    const dialect = engineOf(system) === "postgres" ? "postgres" : "mysql";
    if (outer.text !== null && !isSameText(outer.text, database.text ?? "", dialect)) continue;
    wrappers.add(spanId);
    whole = {
      ...whole,
      system,
      parameters: whole.parameters ?? outer.parameters,
      rows: whole.rows ?? outer.rows,
      batchSize: Math.max(whole.batchSize, outer.batchSize),
      callSite: whole.callSite ?? outer.callSite,
    };
  }
  return whole;
}

function readStatement(span: TraceSpan, database: DatabaseSpan, tally: TraceTally): StatementSpan | null {
  if (!database.isStatement) return null;
  const engine = engineOf(database.system);
  if (engine === undefined) {
    const system = database.system ?? "unnamed";
    tally.otherSystems.set(system, (tally.otherSystems.get(system) ?? 0) + 1);
    return null;
  }
  if (database.text === null) {
    tally.hiddenTexts += 1;
    return null;
  }
  if (span.startMs === null || span.durationMs === null) {
    tally.untimed += 1;
    return null;
  }
  tally.engines.add(engine);
  return { span, database, text: database.text, startMs: span.startMs, durationMs: span.durationMs, engine };
}

function engineOf(system: string | null): StatementSpan["engine"] | undefined {
  return ENGINES[system?.toLowerCase() ?? ""];
}
