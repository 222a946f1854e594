import type { Analysis } from "../model/analysis.ts";
import type { AbsenceReason } from "../model/artifact.ts";
import type { LockWait } from "../model/contention.ts";
import type { Evidence, Finding, Subject, Unit } from "../model/finding.ts";
import type { PlanNode } from "../model/plan.ts";
import type { Confidence, EngineId, RelationName, Window } from "../model/primitives.ts";
import type { LoopStep } from "../model/query-loop.ts";
import type { Recommendation } from "../model/recommendation.ts";
import { assertNever } from "../util/assert-never.ts";
import { printable } from "../util/text.ts";
import { formatBytes, formatCount, formatMs, formatSeconds, formatShare, formatSpan, plural } from "../util/units.ts";

const ENGINE_NAMES: Readonly<Record<EngineId, string>> = { postgres: "PostgreSQL", mysql: "MySQL", mariadb: "MariaDB" };

const ABSENCE_WORDS: Readonly<Record<AbsenceReason, string>> = {
  "extension-missing": "extension missing",
  "setting-off": "setting off",
  "permission-denied": "no permission",
  "version-too-old": "server too old",
  "unsupported-by-engine": "not offered by this server",
  "not-requested": "not asked for",
  "timed-out": "timed out",
  failed: "failed",
};

/** What was read and over which time, in the parts of the head line. */
export function headParts(analysis: Analysis): string[] {
  const { server, statements } = analysis;
  const version = server?.version.split(" ")[0];
  const engine = engineWords(analysis);
  return [
    placeWords(analysis),
    version === undefined ? engine : `${engine} ${version}${server?.isStandby === true ? " (standby)" : ""}`,
    ...(statements === undefined ? [] : [plural(statements.classes, "statement")]),
    ...(statements === undefined && analysis.input.kind !== "log" ? [] : [windowWords(analysis)]),
  ].map(printable);
}

/** Of an application's log its engine is not said: the texts show no more than the protocol of its clients. */
function engineWords(analysis: Analysis): string {
  const engine = engineOf(analysis);
  const { input } = analysis;
  if (input.kind === "log" && input.format === "application") return "application log";
  if (engine !== null) return ENGINE_NAMES[engine];
  return input.kind === "log" ? "application log" : "database";
}

/** `shop on db1:5432`, or the name of the log file. */
export function placeWords({ target, input }: Analysis): string {
  if (target !== undefined) {
    const host = target.host.includes(":") && !target.host.startsWith("/") ? `[${target.host}]` : target.host;
    return `${target.database} on ${host}:${target.port}`;
  }
  if (input.kind !== "log") return { capture: "log", run: "program", traces: "traces" }[input.kind];
  const [first] = input.files;
  const name = first === undefined || first.path === "-" ? "log" : first.path.replace(/^.*[/\\]/, "");
  return input.files.length > 1 ? `${name} and ${plural(input.files.length - 1, "more file")}` : name;
}

/** Null where only an application's log was read, which does not show it. */
export function engineOf({ target, input }: Analysis): EngineId | null {
  return target?.engine ?? (input.kind === "capture" ? "postgres" : input.engine);
}

/** `counters of the last 2 d 3 h`. */
function windowWords(analysis: Analysis): string {
  const { from, to, kind } = analysis.window;
  if (from === null && kind === "log") return "log without times";
  if (from === null) {
    const major = analysis.server?.majorVersion;
    const why = engineOf(analysis) === "postgres" && major !== undefined && major < 14;
    return `counters since an unknown reset${why ? " (PostgreSQL before 14 does not say)" : ""}`;
  }
  const span = formatSpan((Date.parse(to) - Date.parse(from)) / 1000);
  if (kind === "since-reset") return `counters of the last ${span}`;
  if (kind === "log") return `log of ${span}`;
  return analysis.input.kind === "capture" ? `sampled for ${span}` : `${span} of statements`;
}

/** A relation as its users write it: without the schema where that is `public`. */
function relationWords({ schema, name }: RelationName): string {
  return printable(schema === "public" || schema === "" ? name : `${schema}.${name}`);
}

/** What shares of statement time are of: a log may lack the fast executions. */
export function statementTimeWords({ kind }: Pick<Window, "kind">): string {
  return kind === "log" ? "the logged statement time" : "the database's statement time";
}

const JSON_COMMANDS = { capture: "analyze", log: "logs", run: "run", traces: "traces" } as const;

/** Where all that a report shortens stands whole. */
export function jsonCommand({ input }: Analysis): string {
  return `dbperf ${JSON_COMMANDS[input.kind]} --format json`;
}

/** What a finding is about; several statements are only counted, `subjectQueries` has them. */
export function subjectWords(subject: Subject): string {
  switch (subject.kind) {
    case "statement":
      return printable(subject.query.slice(0, 2000));
    case "table":
      return relationWords(subject.table);
    case "columns":
      return `${relationWords(subject.table)} (${subject.columns.map(printable).join(", ")})`;
    case "index":
      return `${relationWords(subject.index)} on ${relationWords(subject.table)}`;
    case "session":
      return `pid ${subject.pid}${parenthesized([subject.application, subject.user])}`;
    case "statements":
      return plural(subject.statements.length, "statement");
    case "error":
      return printable(`${subject.code === null ? "" : `${subject.code} `}${subject.message}`);
    case "loop":
      return printable(subject.query.slice(0, 2000));
    case "setting":
      return printable(subject.name);
    case "database":
      return `database ${printable(subject.database)}`;
    case "server":
      return "server";
    default:
      return assertNever(subject);
  }
}

export function subjectQueries(subject: Subject): string[] {
  return subject.kind === "statements" ? subject.statements.map(({ query }) => query) : [];
}

/** `at most 33 min of database time per hour`; null where the saving cannot be told. */
export function savingWords({ savesMsPerHour }: Finding): string | null {
  return savesMsPerHour === null || savesMsPerHour <= 0
    ? null
    : `at most ${formatMs(savesMsPerHour)} of database time per hour`;
}

/** What a confidence below `measured` means; null for measured. */
export function confidenceWords(confidence: Confidence): string | null {
  if (confidence === "measured") return null;
  return confidence === "estimated" ? "estimated, not measured" : "a hint, not measured";
}

/** How far the effect was tried; null for actions whose effect is certain or that have none to try. */
export function verificationWords({ verified, action }: Recommendation): string | null {
  if (action.kind === "end-session" || action.kind === "advice" || action.kind === "create-extension") return null;
  if (verified === "built") return "effect measured on a copy";
  return verified === "what-if" ? "the planner would use it, not timed yet" : "effect estimated, not tried";
}

/** What one evidence says, in a line, shares of `timeBase`; its SQL text is left to the caller (see `evidenceSql`). */
export function evidenceWords(evidence: Evidence, timeBase: string): string {
  switch (evidence.kind) {
    case "statement":
      return statementWords(evidence, timeBase);
    case "metric":
      return printable(`${evidence.name}: ${formatUnit(evidence.value, evidence.unit)} (${evidence.source})`);
    case "plan-node":
      return planNodeWords(evidence.node);
    case "definition":
      return printable(evidence.label);
    case "session": {
      const age = evidence.seconds === null ? "" : ` for ${formatSpan(evidence.seconds)}`;
      const who = parenthesized([evidence.application, evidence.user, evidence.client]);
      return printable(
        `pid ${evidence.pid}${who} ${evidence.state}${age}${evidence.query === null ? "" : ", statement"}`,
      );
    }
    case "timeline":
      return `timeline: ${evidence.steps.map(stepWords).join("; ")}`;
    case "note":
      return printable(evidence.text);
    default:
      return assertNever(evidence);
  }
}

/** `+12 ms 11 × select name from users where id = ? (8.1 ms)`. */
function stepWords({ offsetMs, durationMs, count, statement }: LoopStep): string {
  const times = count === 1 ? "" : `${formatCount(count)} × `;
  return `+${formatMs(offsetMs)} ${times}${printable(statement.query.slice(0, 120))} (${formatMs(durationMs)})`;
}

/** The SQL text that belongs to an evidence, or null. */
export function evidenceSql(evidence: Evidence): string | null {
  if (evidence.kind === "statement" || evidence.kind === "session") return evidence.query;
  return evidence.kind === "definition" ? evidence.sql : null;
}

/** `Seq Scan on orders: 2,400,112 rows expected, planner cost 52,310 (no time unit); filter …`. */
function planNodeWords(node: Omit<PlanNode, "children">): string {
  const cost = node.totalCost === null ? null : `planner cost ${formatCount(node.totalCost)} (no time unit)`;
  const details = [rowWords(node), cost].filter((part) => part !== null).join(", ");
  const conditions = planConditions(node).map(({ label, text }) => `${label} ${text}`);
  return [details === "" ? planNodeTitle(node) : `${planNodeTitle(node)}: ${details}`, ...conditions].join("; ");
}

export function planNodeTitle(node: Omit<PlanNode, "children">): string {
  const relation = node.relation === null ? "" : ` on ${relationWords(node.relation)}`;
  const alias = node.alias === null || node.alias === node.relation?.name ? "" : ` ${node.alias}`;
  const source = node.index === null ? "" : ` using ${node.index}`;
  const name = node.cteName ?? node.subplanName;
  return printable(`${node.native}${source}${relation}${alias}${name === null ? "" : ` (${name})`}`);
}

/** Estimated rows, with the actual ones where the plan was executed; null where neither is known. */
export function rowWords(node: Omit<PlanNode, "children">): string | null {
  const expected = node.estimatedRows === null ? null : `${plural(node.estimatedRows, "row")} expected`;
  if (node.actual === null) return expected;
  const actual = `${plural(node.actual.rows, "row")} in fact${node.actual.loops > 1 ? `, ${formatCount(node.actual.loops)} times` : ""}`;
  return expected === null ? actual : `${expected}, ${actual}`;
}

export function planConditions(node: Omit<PlanNode, "children">): { label: string; text: string }[] {
  const all = [
    { label: "index condition", text: node.indexCondition },
    { label: "filter", text: node.filter },
    { label: "join on", text: node.joinCondition },
    { label: "sort by", text: node.sortKeys.length === 0 ? null : node.sortKeys.join(", ") },
    { label: "group by", text: node.groupKeys.length === 0 ? null : node.groupKeys.join(", ") },
  ];
  return all.flatMap(({ label, text }) => (text === null ? [] : [{ label, text: printable(text.slice(0, 2000)) }]));
}

export function absenceWords(reason: AbsenceReason): string {
  return ABSENCE_WORDS[reason];
}

/** `waits 41 s for ShareLock on orders (transactionid)`. */
export function lockWords(wait: LockWait): string {
  const time =
    wait.waitSeconds === null ? "waits" : `waits ${wait.isUpperBound ? "at most " : ""}${formatSpan(wait.waitSeconds)}`;
  const mode = wait.mode === null ? "" : ` for ${wait.mode}`;
  const object =
    wait.relation === null ? (wait.objectKind === null ? "" : ` on ${wait.objectKind}`) : ` on ${wait.relation}`;
  return printable(`${time}${mode}${object}`);
}

function formatUnit(value: number, unit: Unit): string {
  switch (unit) {
    case "ms":
      return formatMs(value);
    case "s":
      return formatSeconds(value);
    case "bytes":
      return formatBytes(value);
    case "share":
      return formatShare(value);
    case "count":
      return formatCount(value);
    default:
      return plural(value, unit.slice(0, -1));
  }
}

function statementWords(evidence: Extract<Evidence, { kind: "statement" }>, timeBase: string): string {
  const rate =
    evidence.callsPerHour === null ? plural(evidence.calls, "call") : `${rateWords(evidence.callsPerHour)} calls/h`;
  return `${rate}, mean ${formatMs(evidence.meanMs)}, ${formatMs(evidence.totalMs)} in all, ${formatShare(evidence.share)} of ${timeBase}`;
}

/** A rate of calls; under ten an hour keeps a decimal. */
function rateWords(perHour: number): string {
  return perHour > 0 && perHour < 10 ? String(Number(perHour.toPrecision(2))) : formatCount(perHour);
}

function parenthesized(parts: readonly (string | null)[]): string {
  const known = parts.filter((part) => part !== null && part !== "");
  return known.length === 0 ? "" : printable(` (${known.join(", ")})`).replace(/^\(/, " (");
}
