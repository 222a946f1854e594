import type { CallSite, OrmId } from "../model/query-loop.ts";

/** What a span is for its service; `other` where it says nothing that matters here. */
export type SpanKind = "server" | "consumer" | "client" | "other";

/** One span, cut to what scopes need. */
export interface TraceSpan {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  /** Null: the first span of its trace. */
  readonly parentId: string | null;
  /** True: the parent is of another process; null where the span does not say. */
  readonly hasRemoteParent: boolean | null;
  readonly service: string | null;
  readonly kind: SpanKind;
  /** As a report may print it: route, job or the span's own name, without ids. */
  readonly name: string;
  /** Milliseconds since 1970, with fractions; null where the span has no valid time. */
  readonly startMs: number | null;
  readonly durationMs: number | null;
  /** The ORM whose instrumentation made the span. */
  readonly orm: OrmId | null;
  /** Null: it is of no database. */
  readonly database: DatabaseSpan | null;
}

/** A span with attributes of a database. */
export interface DatabaseSpan {
  /** As `db.system.name` or `db.system` has it; null where it says nothing. */
  readonly system: string | null;
  /** Null: the span does not show it. */
  readonly text: string | null;
  /** Whether it is known to be a statement: opening a connection is none. */
  readonly isStatement: boolean;
  readonly parameters: string | null;
  readonly rows: number | null;
  /** Statements or parameter sets that went out together; 1 where the span does not say. */
  readonly batchSize: number;
  readonly callSite: CallSite | null;
}
