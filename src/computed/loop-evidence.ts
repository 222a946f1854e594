import type { Evidence, FindingInstance, Subject } from "../model/finding.ts";
import type { LoggedStatement } from "../model/log.ts";
import type { CallSite, LoopRun, QueryLoop, ScopeClass } from "../model/query-loop.ts";
import type { StatementStatistics } from "../model/statement.ts";
import { holdsMostCalls } from "./loop-cost.ts";
import type { BatchedStatement } from "./loop-key-list.ts";
import { statementEvidence, statementLoad } from "./statement-load.ts";

const MAX_INSTANCES = 50;

/** Where the counts of a finding come from, as its metrics name it. */
export const LOOP_SOURCES: Readonly<Record<ScopeClass, string>> = {
  trace: "statements of one trace, request, or test",
  transaction: "statements of one transaction",
  stitched: "statements put together by time",
  aggregate: "ratio of calls",
};

/** The subject of a finding about a loop; null where it has no statement. */
export function loopSubject(
  repeated: readonly LoggedStatement[],
  place: {
    readonly source?: LoggedStatement | null;
    readonly route: string | null;
    readonly application: string | null;
    readonly callSite: CallSite | null;
  },
): Extract<Subject, { kind: "loop" }> | null {
  const [first] = repeated;
  if (first === undefined) return null;
  const { source = null, route, application, callSite } = place;
  return { kind: "loop", ...first, source: source?.fingerprint ?? null, route, application, callSite };
}

/** The listed runs, each with the statement that was repeated. */
export function loopInstances(listed: readonly LoopRun[], query: string): readonly FindingInstance[] {
  return listed.slice(0, MAX_INSTANCES).map(({ from, to, count }) => ({ from, to, count, query }));
}

/** Counts, statements, the batched form, and one example step by step. */
export function loopEvidence(
  loop: QueryLoop,
  statements: StatementStatistics | null,
  batch: BatchedStatement | null,
): readonly Evidence[] {
  const { repeated, source, timeline, callsSaved, savedMs, scopeClass } = loop;
  const from = LOOP_SOURCES[scopeClass];
  return [
    ...repeatMetrics(loop),
    { kind: "metric", name: "statements saved at most", value: callsSaved, unit: "calls", source: from },
    { kind: "metric", name: "their time in the database", value: savedMs, unit: "ms", source: from },
    ...(source === null ? [] : [definition("source statement", source.query)]),
    ...repeated.map((statement, at) => repeatedEvidence(statement, repeated.length > 1 ? at + 1 : null, statements)),
    ...(batch === null ? [] : [definition("batched statement", batch.sql)]),
    ...(timeline.length === 0 ? [] : [{ kind: "timeline", steps: timeline } as const]),
  ];
}

function repeatMetrics({ scopeClass, most, sourceRows }: QueryLoop): readonly Evidence[] {
  const from = { unit: "count", source: LOOP_SOURCES[scopeClass] } as const;
  if (scopeClass !== "aggregate") return [{ kind: "metric", name: "most repeats in one run", value: most, ...from }];
  return [
    { kind: "metric", name: "mean repeats for each run of the source, rounded down", value: most, ...from },
    ...(sourceRows === null
      ? []
      : [{ kind: "metric", name: "rows that the source returned", value: sourceRows, ...from } as const]),
  ];
}

/** Topics of a loop: of its place, for findings about the same transaction, and of a statement that it explains. */
export function loopTopics(loop: QueryLoop, statements: StatementStatistics | null): readonly string[] {
  const { repeated, executions, scopeClass } = loop;
  if (scopeClass === "aggregate") return [];
  return repeated.flatMap(({ fingerprint }) => [
    loopTopic(loop, fingerprint),
    ...(holdsMostCalls(fingerprint, executions / repeated.length, statements) ? [`statement:${fingerprint}`] : []),
  ]);
}

/** Topic of a statement that one route or application repeats. */
export function loopTopic(
  { route, application }: Pick<QueryLoop, "route" | "application">,
  fingerprint: string,
): string {
  return `loop:${route ?? application ?? ""}:${fingerprint}`;
}

export function definition(label: string, sql: string): Evidence {
  return { kind: "definition", label, sql };
}

export function note(text: string): Evidence {
  return { kind: "note", text };
}

function repeatedEvidence(
  { fingerprint, query }: LoggedStatement,
  step: number | null,
  statements: StatementStatistics | null,
): Evidence {
  const load = step === null && statements !== null ? statementLoad(statements, fingerprint) : null;
  return load === null
    ? definition(step === null ? "repeated statement" : `repeated statement ${step}`, query)
    : statementEvidence(load);
}
