import type { Analysis } from "../model/analysis.ts";
import { printable } from "../util/text.ts";
import { formatCount, formatMs, formatShare, plural } from "../util/units.ts";
import type { Arrangement } from "./arrange.ts";
import { absenceWords } from "./words.ts";

/** Something that was not looked at; `hint` is a line to run where `isCommand`, else an explanation. */
export interface NotCheckedLine {
  readonly what: string;
  readonly hint: string | null;
  readonly isCommand: boolean;
}

const COMMAND =
  /^(alter|analyze|call|create|dbperf|drop|grant|psql|reindex|reset|revoke|select|set|shared_preload_libraries|sudo|vacuum|--)\b/i;

/** All that this run did not look at: unseen artifacts with what makes them visible, skipped and crashed rules. */
export function notCheckedLines(analysis: Analysis, { skipped, crashed }: Arrangement): NotCheckedLine[] {
  return [
    ...analysis.notChecked.map((item) => ({
      what: `${printable(item.what)} (${absenceWords(item.reason)})`,
      hint: item.hint.trim() === "" ? null : item.hint.trim(),
      isCommand: isCommand(item.hint),
    })),
    ...skipped.map(({ because, ruleIds }) => ({
      what: `${plural(ruleIds.length, "rule")}: ${[...ruleIds].sort().join(", ")}`,
      hint: because,
      isCommand: isCommand(because),
    })),
    ...crashed.map(({ ruleId, error }) => ({
      what: `1 rule: ${ruleId}`,
      hint: `it crashed, which is a bug of dbperf: ${error}`,
      isCommand: false,
    })),
  ];
}

/** What the reader should know about the numbers: shares of others, what was left out, notices of the session. */
export function remarks(analysis: Analysis): string[] {
  return [...analysis.notices.map((notice) => printable(notice.message)), ...statementRemarks(analysis)];
}

function statementRemarks({ statements, target, notices }: Analysis): string[] {
  if (statements === undefined) return [];
  const lines: string[] = [];
  const total = statements.databases.reduce((sum, database) => sum + database.totalMs, 0);
  const others =
    target === undefined
      ? []
      : statements.databases.filter((share) => share.database !== target.database && share.totalMs > 0);
  if (others.length > 0 && total > 0) {
    const named = [...others].sort((a, b) => b.totalMs - a.totalMs).slice(0, 3);
    const sum = others.reduce((time, share) => time + share.totalMs, 0);
    const names = named.map((share) => `${printable(share.database)} ${formatShare(share.totalMs / total)}`).join(", ");
    const more = others.length > named.length ? `, ${formatCount(others.length - named.length)} more` : "";
    lines.push(`Other databases have ${formatShare(sum / total)} of the server's statement time (${names}${more}).`);
  }
  const { own, hidden, evictions } = statements;
  if (own.calls > 0)
    lines.push(`Left out: dbperf's own statements (${plural(own.calls, "call")}, ${formatMs(own.totalMs)}).`);
  if (hidden.calls > 0) {
    lines.push(
      `Left out: statements whose text this role may not see (${plural(hidden.calls, "call")}, ${formatMs(hidden.totalMs)}).`,
    );
  }
  if (evictions !== null && evictions > 0 && notices.every((notice) => notice.code !== "statistics-evicted")) {
    lines.push(
      `The server's statement table was full and dropped entries ${plural(evictions, "time")}: rare statements may be missing.`,
    );
  }
  return lines;
}

function isCommand(hint: string): boolean {
  return COMMAND.test(hint.trim());
}
