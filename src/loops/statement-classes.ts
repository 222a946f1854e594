import type { LoggedStatement } from "../model/log.ts";
import type { StatementKind, StatementStatistic } from "../model/statement.ts";
import { fingerprintMysql, fingerprintSql } from "../sql/fingerprint.ts";
import { redactSql } from "../sql/redact.ts";
import { statementKind } from "../sql/statement-kind.ts";
import { DurationSketch } from "../stats/duration-sketch.ts";
import { type ShapeKind, type StatementShape, statementShape } from "./statement-shape.ts";

type Dialect = "postgres" | "mysql";

interface StatementClass {
  readonly key: string;
  readonly statement: LoggedStatement;
  readonly kind: StatementKind;
  readonly sketch: DurationSketch;
  calls: number;
  totalMs: number;
  minMs: number;
  maxMs: number;
  rows: number;
  rowsKnown: number;
}

/** Texts whose shape is remembered: a program sends few, unless it writes values into them. */
const MOST_TEXTS = 5000;

const KINDS: Readonly<Record<ShapeKind, StatementKind>> = {
  read: "select",
  insert: "insert",
  update: "update",
  delete: "delete",
  begin: "utility",
  end: "utility",
  other: "unknown",
};

const NO_COUNTERS = {
  planMs: null,
  sharedBlocksHit: null,
  sharedBlocksRead: null,
  sharedBlocksDirtied: null,
  tempBlocksRead: null,
  tempBlocksWritten: null,
  blockReadMs: null,
  blockWriteMs: null,
  walBytes: null,
} as const;

/** Statements by the number of their class. */
export interface NumberedStatements {
  statement(id: number): LoggedStatement;
}

/** Gives statements numbers by their class, and counts their executions. `loadSqlParser` has to be awaited before. */
export class StatementClasses implements NumberedStatements {
  readonly #shapes = new Map<string, { readonly id: number; readonly shape: StatementShape }>();
  readonly #ids = new Map<string, number>();
  readonly #classes: StatementClass[] = [];

  /** Number of the class of a text, and the text's shape. */
  of(text: string, dialect: Dialect): { readonly id: number; readonly shape: StatementShape } {
    const known = this.#shapes.get(text);
    if (known !== undefined) return known;
    const shape = statementShape(text, dialect);
    const found = { id: this.#ids.get(shape.key) ?? this.#add(text, dialect, shape), shape };
    if (this.#shapes.size < MOST_TEXTS) this.#shapes.set(text, found);
    return found;
  }

  /** Counts one execution. */
  count(id: number, durationMs: number, rows: number | null): void {
    const found = this.#classes[id];
    if (found === undefined) return;
    found.calls += 1;
    found.totalMs += durationMs;
    found.minMs = Math.min(found.minMs, durationMs);
    found.maxMs = Math.max(found.maxMs, durationMs);
    found.sketch.add(durationMs * 1000);
    if (rows === null) return;
    found.rows += rows;
    found.rowsKnown += 1;
  }

  statement(id: number): LoggedStatement {
    const found = this.#classes[id];
    if (found === undefined) throw new Error("a number of no class");
    return found.statement;
  }

  /** Classes that the parser takes for one are one statement. Most time first. */
  statistics(): StatementStatistic[] {
    const byFingerprint = new Map<string, StatementClass>();
    for (const one of this.#classes) {
      const known = byFingerprint.get(one.statement.fingerprint);
      if (known === undefined) byFingerprint.set(one.statement.fingerprint, { ...one });
      else addTo(known, one);
    }
    return [...byFingerprint.values()]
      .filter(({ calls }) => calls > 0)
      .map(statisticOf)
      .toSorted((a, b) => b.totalMs - a.totalMs || (a.fingerprint < b.fingerprint ? -1 : 1));
  }

  #add(text: string, dialect: Dialect, { key, kind }: StatementShape): number {
    const { text: query } = redactSql(text, { dialect });
    const fingerprint = dialect === "mysql" ? fingerprintMysql(text) : fingerprintSql(text);
    const parsed = dialect === "postgres" ? statementKind(text) : "unknown";
    const id =
      this.#classes.push({
        key,
        statement: { fingerprint, query },
        kind: parsed === "unknown" ? KINDS[kind] : parsed,
        sketch: new DurationSketch(),
        calls: 0,
        totalMs: 0,
        minMs: Number.POSITIVE_INFINITY,
        maxMs: 0,
        rows: 0,
        rowsKnown: 0,
      }) - 1;
    this.#ids.set(key, id);
    return id;
  }
}

function addTo(into: StatementClass, from: StatementClass): void {
  into.calls += from.calls;
  into.totalMs += from.totalMs;
  into.minMs = Math.min(into.minMs, from.minMs);
  into.maxMs = Math.max(into.maxMs, from.maxMs);
  into.rows += from.rows;
  into.rowsKnown += from.rowsKnown;
  into.sketch.merge(from.sketch);
}

function statisticOf(one: StatementClass): StatementStatistic {
  const [p50, p95, p99] = one.sketch.quantiles([0.5, 0.95, 0.99]);
  const within = (us: number | null | undefined): number | null =>
    us === null || us === undefined
      ? null
      : Number((Math.min(one.maxMs * 1000, Math.max(one.minMs * 1000, us)) / 1000).toPrecision(4));
  return {
    ...one.statement,
    kind: one.kind,
    queryIds: [],
    tags: {},
    database: "",
    calls: one.calls,
    totalMs: one.totalMs,
    meanMs: one.totalMs / one.calls,
    minMs: one.minMs,
    maxMs: one.maxMs,
    stddevMs: null,
    p50Ms: within(p50),
    p95Ms: within(p95),
    p99Ms: within(p99),
    rows: one.rowsKnown === 0 ? null : one.rows,
    ...NO_COUNTERS,
  };
}
