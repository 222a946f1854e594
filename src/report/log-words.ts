import type { Analysis } from "../model/analysis.ts";
import type { LogFile, LogFormatId, LogInput, LogPrefix, LogWrap } from "../model/log.ts";
import type { EngineId, IsoTime } from "../model/primitives.ts";
import { printable } from "../util/text.ts";
import { formatBytes, formatCount, formatShare, plural } from "../util/units.ts";
import { engineOf } from "./words.ts";

const FORMAT_WORDS: Readonly<Record<LogFormatId, string>> = {
  "postgres-stderr": "PostgreSQL stderr log",
  "postgres-csv": "PostgreSQL csvlog",
  "postgres-json": "PostgreSQL jsonlog",
  "innodb-status": "InnoDB status",
  "mysql-slow": "MySQL slow log",
  application: "application log",
};

const WRAP_WORDS: Readonly<Record<NonNullable<LogWrap>, string>> = {
  syslog: "in syslog lines",
  cloudsql: "in JSON of Cloud SQL",
  cnpg: "in JSON of CloudNativePG",
  heroku: "in Logplex lines of Heroku",
};

const ORIGIN_WORDS: Readonly<Record<LogPrefix["origin"], string>> = {
  given: "as given",
  server: "from the server",
  detected: "detected",
};

/** What was read of the logs; null where none were. */
export function logInput({ input }: Analysis): LogInput | null {
  if (input.kind === "log") return input;
  return input.kind === "capture" ? (input.log ?? null) : null;
}

/** What was read: format, amount and files, prefix. Empty without logs. */
export function logInputParts(analysis: Analysis): string[] {
  const input = logInput(analysis);
  if (input === null) return [];
  const wrap = input.wrap === null ? "" : ` ${WRAP_WORDS[input.wrap]}`;
  return [
    // The head line has said it of an application's log alone.
    ...(input.format === "application" && analysis.target === undefined
      ? []
      : [`${formatWords(input.format, engineOf(analysis))}${wrap}`]),
    `${formatBytes(input.bytes)} in ${filesWords(input.files)}`,
    plural(input.lines, "line"),
    ...(input.format === "application" ? [] : [plural(input.events, "event")]),
    ...(input.prefix === null ? [] : [prefixWords(input.prefix)]),
  ];
}

/** That there is something under `Not checked` which the log's numbers lack; null where all was parsed. */
export function unparsedNote(analysis: Analysis): string | null {
  const lines = logInput(analysis)?.unparsed.lines ?? 0;
  return lines === 0 ? null : `${plural(lines, "line")} not parsed: see not checked`;
}

/** `/var/log/a.log.1.gz: 42 MB, 340,112 lines (gzip)`. */
export function logFileWords({ path, bytes, lines, compression }: LogFile): string {
  const name = path === "-" ? "standard input" : printable(path);
  return `${name}: ${formatBytes(bytes)}, ${plural(lines, "line")}${compression === null ? "" : ` (${compression})`}`;
}

/** What is in no event and so in no number, with the places that are known; null where all was parsed. */
export function unparsedWords({ unparsed, bytes }: LogInput): { what: string; details: string[] } | null {
  if (unparsed.bytes === 0 && unparsed.lines === 0) return null;
  const share = bytes > 0 ? `, ${formatShare(unparsed.bytes / bytes)} of the log` : "";
  const details = unparsed.examples.map(({ file, line, bytes: size, reason }) => {
    const place = `${file === "-" ? "standard input" : file}:${line}`;
    return printable(`${place}: ${reason} (${formatBytes(size)})`);
  });
  return {
    what: `${plural(unparsed.lines, "line")} that could not be parsed (${formatBytes(unparsed.bytes)}${share}): no number counts what is in them`,
    details,
  };
}

/** What was left out of the log's numbers to keep memory flat, and whether the server sampled. */
export function logRemarks(analysis: Analysis): string[] {
  const input = logInput(analysis);
  if (input === null) return [];
  const { callsOfOtherClasses, shortenedTexts, cutEvents, unlistedEvents } = input.dropped;
  const sampled = input.sampledOneIn;
  const lines: (string | null)[] = [
    sampled === null
      ? null
      : `The server logged one statement in ${formatCount(sampled)} (log_slow_rate_limit): the counts are scaled by it.`,
    input.outsideEvents === 0
      ? null
      : `Left out: ${plural(input.outsideEvents, "event")} outside the times that were asked for.`,
    input.foreign.lines === 0
      ? null
      : `Left out: ${plural(input.foreign.lines, "line")} that other programs wrote into the same file.`,
    callsOfOtherClasses === 0
      ? null
      : `${plural(callsOfOtherClasses, "call")} of statement classes beyond the limit are counted together, not by statement.`,
    shortenedTexts === 0
      ? null
      : `The texts of ${plural(shortenedTexts, "statement class", "statement classes")} were shortened.`,
    cutEvents === 0 ? null : `Only the first 64 KiB were read of ${plural(cutEvents, "event")} of more than 10 MB.`,
    unlistedEvents === 0
      ? null
      : `${plural(unlistedEvents, "lock wait, deadlock or the like", "lock waits, deadlocks and the like")} beyond the limits of the lists ${unlistedEvents === 1 ? "is" : "are"} not listed.`,
    ...loggedStatementRemarks(analysis),
    applicationLogRemark(input),
    analysis.statements?.items.some(({ p95Ms }) => p95Ms !== null) === true
      ? "p50, p95 and p99 of the log are within 1 % of the true value."
      : null,
  ];
  return lines.filter((line) => line !== null);
}

/** `2026-11-23 09:41:07`, in UTC. */
export function utcTime(time: IsoTime): string {
  return time.slice(0, 19).replace("T", " ");
}

/** `2026-11-23 09:41:07 to 10:01:12`, in UTC; one time where both are the same second. */
export function utcSpan(from: IsoTime, to: IsoTime): string {
  const [first, last] = [utcTime(from), utcTime(to)];
  if (first === last) return first;
  return `${first} to ${first.slice(0, 10) === last.slice(0, 10) ? last.slice(11) : last}`;
}

function loggedStatementRemarks(analysis: Analysis): string[] {
  const { statements, window, target } = analysis;
  if (statements === undefined || window.kind !== "log") return [];
  const total = statements.databases.reduce((sum, { totalMs }) => sum + totalMs, 0);
  const databases = [...statements.databases].sort((a, b) => b.totalMs - a.totalMs).slice(0, 5);
  const named = databases.map(
    ({ database, totalMs }) => `${database === "" ? "not named" : printable(database)} ${formatShare(totalMs / total)}`,
  );
  const more = statements.databases.length - named.length;
  const untimed = statements.items.reduce((sum, { log }) => sum + (log?.untimedCalls ?? 0), 0);
  const setting = engineOf(analysis) === "postgres" ? "log_min_duration_statement" : "long_query_time";
  return [
    `Shares are of the statements that the log has: a ${setting} above 0 leaves out the fast ones.`,
    ...(target === undefined && named.length > 1 && total > 0
      ? [`By database: ${named.join(", ")}${more > 0 ? `, ${formatCount(more)} more` : ""}.`]
      : []),
    ...(untimed === 0
      ? []
      : [
          `${plural(untimed, "call")} of the listed statements have no duration in the log: counted as calls, in no time.`,
        ]),
  ];
}

function applicationLogRemark({ applicationLogs = [] }: LogInput): string | null {
  if (applicationLogs.length === 0) return null;
  const sum = (of: "bytes" | "lines" | "matches"): number => applicationLogs.reduce((total, log) => total + log[of], 0);
  const matches = sum("matches");
  const told = `${plural(matches, "entry tells", "entries tell")} of an exhausted pool or a refused connection`;
  const twice = matches === 0 ? "" : "; what an application logs twice counts twice";
  return `Read ${plural(applicationLogs.length, "log of an application", "logs of applications")} (${formatBytes(sum("bytes"))}, ${plural(sum("lines"), "line")}): ${told}${twice}.`;
}

function formatWords(format: LogFormatId, engine: EngineId | null): string {
  return format === "mysql-slow" && engine === "mariadb" ? "MariaDB slow log" : FORMAT_WORDS[format];
}

function filesWords(files: readonly LogFile[]): string {
  const packed = files.flatMap(({ compression }) => (compression === null ? [] : [compression]));
  const kinds = [...new Set(packed)].sort().map((kind) => {
    const count = packed.filter((other) => other === kind).length;
    return files.length === 1 ? kind : `${formatCount(count)} ${kind}`;
  });
  return `${plural(files.length, "file")}${kinds.length === 0 ? "" : ` (${kinds.join(", ")})`}`;
}

function prefixWords({ text, origin, matchedShare }: LogPrefix): string {
  return printable(`prefix “${text.trim()}”, ${ORIGIN_WORDS[origin]}, fits ${formatShare(matchedShare)} of the lines`);
}
