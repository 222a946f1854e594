import type { Analysis } from "../model/analysis.ts";
import type { Deadlock, LoggedError, LoggedLockWait, LoggedStatement } from "../model/log.ts";
import { printable, truncate } from "../util/text.ts";
import { formatCount, plural } from "../util/units.ts";
import { loggedWaitWords, memberName, memberWaitWords, waitTimeWords } from "./contention-words.ts";
import { holdersOf, rootsBehind } from "./lock-chain.ts";
import { utcSpan, utcTime } from "./log-words.ts";
import { inlineCode, plainText } from "./markdown-text.ts";
import { blockLine, minuteBins, type Span, spanOf } from "./minute-bins.ts";

const MOST_LISTED = 10;
const SPARK_WIDTH = 16;

/** Deadlocks, lock waits and errors of the logs; an empty text for each that there is none of. */
export function logBlocks({ deadlocks = [], lockWaits = [], errors = [] }: Analysis): string[] {
  const span = spanOf(errors);
  return [
    listBlock("Deadlocks", deadlocks, deadlockItem),
    listBlock("Lock waits", lockWaits, (wait) => waitItem(wait, lockWaits)),
    span === null ? "" : errorTable(errors, span),
  ];
}

function listBlock<T>(title: string, items: readonly T[], item: (of: T) => string): string {
  if (items.length === 0) return "";
  const lines = items.slice(0, MOST_LISTED).map(item);
  return `## ${title}\n\n${lines.join("\n")}${moreLine(items.length)}`;
}

function deadlockItem({ at, database, context, members }: Deadlock): string {
  const facts = [at === null ? "time unknown" : `${utcTime(at)} UTC`, database, context].filter(
    (part) => part !== null,
  );
  const lines = members.flatMap((member) => {
    const wait = memberWaitWords(member, members);
    const victim = member.isVictim === true ? " (rolled back)" : "";
    return [
      `  - ${plainText(`${memberName(member)}${victim}${wait === null ? "" : ` ${wait}`}`)}`,
      ...statementLine("ran", member.statement),
      ...statementLine("ran before", member.earlierStatement),
    ];
  });
  return [`- ${plainText(printable(facts.join(" · ")))}`, ...lines].join("\n");
}

function waitItem(wait: LoggedLockWait, waits: readonly LoggedLockWait[]): string {
  const holders = holdersOf(wait, waits);
  const blockers = [
    ...holders.map((holder) => ({ ...holder, label: "held by" })),
    ...rootsBehind(holders).map((holder) => ({ ...holder, label: "behind it" })),
  ];
  const lines = blockers.map(({ label, pid, lastStatement }) => {
    const last = lastStatement === null ? "" : `, last statement: ${shortCode(lastStatement.query)}`;
    return `  - ${label} pid ${pid}${last}`;
  });
  return [
    `- **${waitTimeWords(wait)}** ${plainText(loggedWaitWords(wait))}`,
    ...(wait.statement === null ? [] : [`  - ran: ${shortCode(wait.statement.query)}`]),
    ...lines,
  ].join("\n");
}

function statementLine(label: string, statement: LoggedStatement | null): string[] {
  return statement === null ? [] : [`    - ${label}: ${shortCode(statement.query)}`];
}

function errorTable(errors: readonly LoggedError[], span: Span): string {
  const rows = errors.slice(0, MOST_LISTED).map((error) => {
    const cells = [
      formatCount(error.count),
      plainText(printable(error.code ?? "–")),
      error.severity,
      plainText(truncate(printable(error.message), 160)),
      utcSpan(error.firstAt, error.lastAt),
      blockLine(minuteBins(error, span, SPARK_WIDTH)),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  const head = "| count | code | severity | message | seen (UTC) | over time |\n|---:|---|---|---|---|---|";
  return `## Errors\n\n${head}\n${rows.join("\n")}${moreLine(errors.length)}`;
}

function moreLine(count: number): string {
  return count <= MOST_LISTED
    ? ""
    : `\n\n${plural(count - MOST_LISTED, "more entry", "more entries")} in the JSON report.`;
}

function shortCode(sql: string): string {
  return inlineCode(truncate(printable(sql.slice(0, 4000)), 160));
}
