import type { Analysis } from "../model/analysis.ts";
import type { NotCheckedItem } from "../model/server.ts";
import { printable } from "../util/text.ts";
import { formatCount, formatMs, formatShare, plural } from "../util/units.ts";
import type { Arrangement } from "./arrange.ts";
import { logInput, logRemarks, unparsedWords } from "./log-words.ts";
import { absenceWords } from "./words.ts";

/** Something that was not looked at; `hint` is a line to run where `isCommand`, else an explanation. */
export interface NotCheckedLine {
  readonly what: string;
  /** Places or cases, a line each. */
  readonly details: readonly string[];
  readonly hint: string | null;
  readonly isCommand: boolean;
}

const COMMAND =
  /^(alter|analyze|call|create|dbperf|drop|grant|psql|reindex|reset|revoke|select|set|shared_preload_libraries|sudo|vacuum|--)\b/i;

/**
 * All that this run did not look at: what of the logs is no event, unseen artifacts with what makes them visible,
 * skipped and crashed rules.
 */
export function notCheckedLines(analysis: Analysis, { skipped, crashed }: Arrangement): NotCheckedLine[] {
  const input = logInput(analysis);
  const unparsed = input === null ? null : unparsedWords(input);
  return [
    ...(unparsed === null ? [] : [{ ...unparsed, hint: null, isCommand: false }]),
    ...byReasonAndHint(analysis.notChecked).map(({ what, reason, hint }) => ({
      what: `${what} (${absenceWords(reason)})`,
      details: [],
      hint: hint === "" ? null : hint,
      isCommand: isCommand(hint),
    })),
    ...skipped.map(({ because, ruleIds }) => ({
      what: `${plural(ruleIds.length, "rule")}: ${[...ruleIds].sort().join(", ")}`,
      details: [],
      hint: because,
      isCommand: isCommand(because),
    })),
    ...crashed.map(({ ruleId, error }) => ({
      what: `1 rule: ${ruleId}`,
      details: [],
      hint: `it crashed, which is a bug of dbperf: ${error}`,
      isCommand: false,
    })),
  ];
}

/** What the reader should know about the numbers: shares of others, what was left out, notices of the session. */
export function remarks(analysis: Analysis): string[] {
  const notices = analysis.notices.map((notice) => printable(notice.message));
  return [...notices, ...statementRemarks(analysis), ...logRemarks(analysis)];
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

/** Items that the same line makes visible become one, in the place of the first. */
function byReasonAndHint(items: readonly NotCheckedItem[]): Pick<NotCheckedItem, "what" | "reason" | "hint">[] {
  const groups = new Map<string, { whats: string[]; reason: NotCheckedItem["reason"]; hint: string }>();
  for (const { what, reason, hint } of items) {
    const key = `${reason} ${hint.trim()}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { whats: [printable(what)], reason, hint: hint.trim() });
    else group.whats.push(printable(what));
  }
  return [...groups.values()].map(({ whats, reason, hint }) => ({
    what: whats.join(whats.some((what) => what.includes(",")) ? "; " : ", "),
    reason,
    hint,
  }));
}

function isCommand(hint: string): boolean {
  return COMMAND.test(hint.trim());
}
