import { closeDigest } from "../logs/digest/close.ts";
import type { LogDialect } from "../logs/format.ts";
import { factsOf } from "../logs/result/facts.ts";
import { queryLoops } from "../logs/result/query-loops.ts";
import { StatementNames } from "../logs/result/statement-names.ts";
import { statementStatistics } from "../logs/result/statements.ts";
import type { LogPart } from "../logs/scan/part.ts";
import type { LogFacts } from "../model/log.ts";
import type { EngineId } from "../model/primitives.ts";
import type { QueryLoops } from "../model/query-loop.ts";
import type { StatementStatistics } from "../model/statement.ts";
import { loadSqlParser } from "../sql/parser.ts";
import type { ReadLog } from "./read-log.ts";

export interface LogResult {
  readonly statements: StatementStatistics;
  readonly log: LogFacts;
  readonly loops: QueryLoops;
  /** Executions whose order was not looked at. */
  readonly unlookedExecutions: number;
}

/** What the logs say, in the terms of the model. To be called once: what was open is closed. */
export async function logResult({
  dialect,
  part,
  files,
  unparsedExamples,
  applicationLogs,
}: ReadLog): Promise<LogResult> {
  await loadSqlParser();
  const { tally, sampledOneIn } = part;
  const digest = closeDigest(part.digest);
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
    ...(applicationLogs.length === 0 ? {} : { applicationLogs }),
  };
  const { cutEvents } = tally;
  const statements = statementStatistics(digest, names);
  const engine = engineOf(dialect, part);
  return {
    statements,
    log: factsOf(digest, names, { engine, input, cutEvents }),
    loops: queryLoops(digest, names, engine),
    unlookedExecutions: digest.loops.unlooked,
  };
}

/** An application's log shows its engine where all of its texts are of one. */
function engineOf(dialect: LogDialect, { engines = [] }: LogPart): EngineId | null {
  const [shown = null, ...others] = engines;
  return dialect.engine ?? (others.length === 0 ? shown : null);
}
