import { LogDigest } from "../logs/digest/digest.ts";
import { mergeDigest } from "../logs/digest/merge.ts";
import { factsOf } from "../logs/result/facts.ts";
import { StatementNames } from "../logs/result/statement-names.ts";
import { statementStatistics } from "../logs/result/statements.ts";
import type { LogFacts } from "../model/log.ts";
import type { StatementStatistics } from "../model/statement.ts";
import { loadSqlParser } from "../sql/parser.ts";
import type { ReadLog } from "./read-logs.ts";

export interface LogResult {
  readonly statements: StatementStatistics;
  readonly log: LogFacts;
}

/** What the logs say, in the terms of the model. To be called once: what was open is closed. */
export async function logResult({ dialect, part, files, unparsedExamples }: ReadLog): Promise<LogResult> {
  await loadSqlParser();
  const { tally, sampledOneIn } = part;
  const digest = closed(part.digest);
  const names = new StatementNames(dialect.engine !== "postgres");
  const told = tally.lines - tally.unparsedLines;
  const input = {
    format: dialect.format,
    wrap: dialect.wrap,
    prefix: dialect.prefix === null ? null : { ...dialect.prefix, matchedShare: told / Math.max(1, tally.lines) },
    files,
    bytes: tally.bytes,
    lines: tally.lines,
    events: tally.events,
    outsideEvents: digest.outside,
    unparsed: { bytes: tally.unparsedBytes, lines: tally.unparsedLines, examples: unparsedExamples },
    foreign: { bytes: tally.foreignBytes, lines: tally.foreignLines },
    sampledOneIn,
  };
  const { cutEvents } = tally;
  const statements = statementStatistics(digest, names);
  return { statements, log: factsOf(digest, names, { engine: dialect.engine, input, cutEvents }) };
}

/** Nothing comes before or after: what waited for it is decided. */
function closed(digest: LogDigest): LogDigest {
  if (!digest.options.isOpen) {
    digest.sessions.flush();
    return digest;
  }
  const whole = new LogDigest({ ...digest.options, isOpen: false });
  mergeDigest(whole, digest, true);
  whole.sessions.flush();
  return whole;
}
