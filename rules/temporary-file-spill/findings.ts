import { timeWords } from "../../src/computed/occurrences.ts";
import { type StatementLoad, statementEvidence } from "../../src/computed/statement-load.ts";
import type { TemporaryFiles } from "../../src/computed/temporary-files.ts";
import type { Evidence, FindingDraft, RecommendationDraft, Subject } from "../../src/rule.ts";
import { formatBytes, formatShare, plural } from "../../src/util/units.ts";

const LOG = "server log (log_temp_files)";

/** From the counters of pg_stat_statements; `files` is what the log has of the same statement. */
export function countedSpill(
  load: StatementLoad,
  total: number,
  workMem: number | null,
  files: TemporaryFiles | null,
): FindingDraft {
  const { fingerprint, query, calls } = load.item;
  const perCall = formatBytes(total / calls);
  return {
    subject: { kind: "statement", fingerprint, query },
    confidence: "measured",
    headline: `A statement writes ${perCall} of temporary files per call.`,
    message:
      `It wrote ${formatBytes(total)} of temporary files in ${plural(calls, "call")} (mean ${perCall} a call) and takes ` +
      `${formatShare(load.share)} of database time: its sorts, hashes or stored rows do not fit into ${memoryWords(workMem)}.`,
    evidence: [
      statementEvidence(load),
      {
        kind: "metric",
        name: "temporary files written",
        value: total,
        unit: "bytes",
        source: "pg_stat_statements.temp_blks_written",
      },
      ...(files === null ? [] : [fileCount(files), largestFile(files)]),
    ],
    savesMsPerHour: null,
    recommendations: [recommendation(`it writes ${perCall} a call and needs more than that in memory`)],
    topics: [`statement:${fingerprint}`],
  };
}

/** From the log alone; `load` is null where the statement's time is not known, `smallestLogged` in bytes. */
export function loggedSpill(
  files: TemporaryFiles,
  load: StatementLoad | null,
  workMem: number | null,
  smallestLogged: number | null,
): FindingDraft {
  const { statement, seen, totalBytes, largestBytes } = files;
  const who = statement === null ? "Statements that the log does not name" : "A statement";
  const total = formatBytes(totalBytes);
  const where = files.database === null ? "" : ` in database ${files.database}`;
  const time = load === null ? "" : ` It takes ${formatShare(load.share)} of database time.`;
  return {
    subject: subjectOf(files),
    confidence: "measured",
    headline: `${who} wrote ${total} of temporary files.`,
    message:
      `${who} wrote ${total}${where} in ${plural(seen.count, "temporary file")} of up to ${formatBytes(largestBytes)}, ` +
      `${timeWords(seen)}: ${statement === null ? "their" : "its"} sorts, hashes or stored rows do not fit into ` +
      `${memoryWords(workMem)}.${time}${limitWords(smallestLogged)}`,
    evidence: [
      ...(load === null ? [] : [statementEvidence(load)]),
      { kind: "metric", name: "temporary files written", value: totalBytes, unit: "bytes", source: LOG },
      fileCount(files),
      largestFile(files),
    ],
    savesMsPerHour: null,
    recommendations: [
      statement === null
        ? unnamedRecommendation()
        : recommendation(`its largest file had ${formatBytes(largestBytes)}, and it needs more than that in memory`),
    ],
    topics: statement === null ? [] : [`statement:${statement.fingerprint}`],
  };
}

function subjectOf({ statement, database }: TemporaryFiles): Subject {
  if (statement !== null) return { kind: "statement", fingerprint: statement.fingerprint, query: statement.query };
  return database === null ? { kind: "server" } : { kind: "database", database };
}

/** Zero = all are logged; a negative value switches it off, so that the log is of another time. */
function limitWords(smallestLogged: number | null): string {
  if (smallestLogged === null || smallestLogged < 0) return " Files smaller than log_temp_files are not counted.";
  return smallestLogged === 0
    ? ""
    : ` Files smaller than ${formatBytes(smallestLogged)} (log_temp_files) are not counted.`;
}

function memoryWords(workMem: number | null): string {
  return workMem === null ? "work_mem" : `work_mem (${formatBytes(workMem)} on this server)`;
}

function fileCount({ seen }: TemporaryFiles): Evidence {
  return { kind: "metric", name: "temporary files in the log", value: seen.count, unit: "count", source: LOG };
}

function largestFile({ largestBytes }: TemporaryFiles): Evidence {
  return { kind: "metric", name: "largest temporary file", value: largestBytes, unit: "bytes", source: LOG };
}

function recommendation(need: string): RecommendationDraft {
  return advice(
    `Sort or hash fewer or narrower rows, or raise work_mem for this statement alone (SET LOCAL work_mem in its ` +
      `transaction, or ALTER ROLE … SET work_mem); ${need}.`,
  );
}

function unnamedRecommendation(): RecommendationDraft {
  return advice(
    "Find the statements (with log_min_error_statement at error or lower the log names them), let them sort or hash fewer " +
      "or narrower rows, or raise work_mem for their role alone (ALTER ROLE … SET work_mem).",
  );
}

function advice(summary: string): RecommendationDraft {
  return {
    action: { kind: "advice" },
    summary,
    verified: "estimate",
    risks: [
      "Every sort and hash of every session may use work_mem at the same time: do not raise it for the whole server.",
    ],
  };
}
