import type { LogDialect, LogFormat, LogReader, LogSample, ReaderContext } from "../../../logs/format.ts";
import type { LogFormatId, LogWrap } from "../../../model/log.ts";
import { CsvReader } from "./csv.ts";
import { csvShare } from "./csv-share.ts";
import { detectPrefix } from "./detect-prefix.ts";
import { JsonReader } from "./json.ts";
import { compilePrefix } from "./prefix.ts";
import { StderrReader } from "./stderr.ts";
import { unwraps } from "./unwrap/index.ts";
import { isObject, objectOf } from "./unwrap/json-lines.ts";
import { shareOf } from "./unwrap/sample-share.ts";
import type { Unwrap } from "./unwrap/unwrap.ts";
import { unwrapText } from "./unwrap/unwrap-text.ts";
import { needsStamp, WrappedReader } from "./wrapped-reader.ts";

type Detected = ReturnType<LogFormat["detect"]>;

/** csvlog and jsonlog write milliseconds. */
const MILLISECONDS_TOLERANCE = 2;
/** Lines of the wrap among the sample's, for a text to be one. */
const LEAST_SHARE_OF_WRAP = 0.5;

const stderr: LogFormat = {
  id: "postgres-stderr",
  detect: (sample) => wrapped("postgres-stderr", sample) ?? detectStderr(sample, null),
  open: (dialect, context) => open(dialect, context),
};

const csv: LogFormat = {
  id: "postgres-csv",
  detect: ({ text }) => whole("postgres-csv", null, csvShare(text)),
  open: (dialect, context) => open(dialect, context),
};

const json: LogFormat = {
  id: "postgres-json",
  detect: (sample) => wrapped("postgres-json", sample) ?? whole("postgres-json", null, jsonShare(sample.text)),
  open: (dialect, context) => open(dialect, context),
};

/** The formats of PostgreSQL's log, as the server writes them or as collectors wrap them. */
export const postgresLogs: readonly LogFormat[] = [csv, json, stderr];

function open(dialect: LogDialect, context: ReaderContext): LogReader {
  if (dialect.wrap !== null) return new WrappedReader(dialect, context, unwrapOf(dialect.wrap), open);
  if (dialect.format === "postgres-csv") return new CsvReader(context);
  if (dialect.format === "postgres-json") return new JsonReader(context);
  return new StderrReader(dialect, context);
}

function unwrapOf(wrap: LogWrap): Unwrap {
  const found = unwraps.find(({ id }) => id === wrap);
  if (found === undefined) throw new Error(`no such wrap of a log: ${String(wrap)}`);
  return found;
}

/** The wrap that most lines are of, and what is inside; null where there is none. */
function wrapped(format: Unwrap["innerFormat"], { text, prefixes }: LogSample): Detected {
  const shares = unwraps
    .filter(({ innerFormat }) => innerFormat === format)
    .map((unwrap) => ({ unwrap, share: unwrap.detect(text) }))
    .filter(({ share }) => share >= LEAST_SHARE_OF_WRAP)
    .sort((a, b) => b.share - a.share);
  for (const { unwrap, share } of shares) {
    const inner = { text: unwrapText(unwrap, text), prefixes };
    const detected =
      format === "postgres-json" ? whole(format, unwrap, jsonShare(inner.text)) : detectStderr(inner, unwrap);
    if (detected !== null) return { ...detected, share: detected.share * share };
  }
  return null;
}

function whole(format: LogFormatId, unwrap: Unwrap | null, share: number): Detected {
  if (share === 0) return null;
  const toleranceMs = MILLISECONDS_TOLERANCE;
  return { dialect: { format, engine: "postgres", wrap: unwrap?.id ?? null, prefix: null, toleranceMs }, share };
}

function detectStderr({ text, prefixes }: LogSample, unwrap: Unwrap | null): Detected {
  const prefix = detectPrefix(text, prefixes);
  if (prefix === null) return null;
  const stamped = unwrap !== null && unwrap.stampPrefix !== null && needsStamp(prefix.text);
  const dialect: LogDialect = {
    format: "postgres-stderr",
    engine: "postgres",
    wrap: unwrap?.id ?? null,
    prefix: { text: prefix.text, origin: prefix.origin },
    toleranceMs: (stamped ? null : compilePrefix(prefix.text)?.toleranceMs) ?? SECONDS_TOLERANCE,
  };
  return { dialect, share: prefix.share };
}

/** The time of a collector may have no fractions. */
const SECONDS_TOLERANCE = 1001;

function jsonShare(text: string): number {
  return shareOf(text, (line) => (isRecord(objectOf(line)) ? "line" : "unreadable"));
}

function isRecord(record: unknown): boolean {
  if (!isObject(record)) return false;
  return typeof record["timestamp"] === "string" && typeof record["error_severity"] === "string" && "pid" in record;
}
