import type { Analysis } from "../model/analysis.ts";
import type { Deadlock, LoggedError, LoggedLockWait, LoggedStatement } from "../model/log.ts";
import { padLeft, padRight, printable, truncate } from "../util/text.ts";
import { formatCount } from "../util/units.ts";
import { loggedWaitWords, memberName, memberWaitWords, waitTimeWords } from "./contention-words.ts";
import { type Holder, holdersOf, rootsBehind } from "./lock-chain.ts";
import { utcTime } from "./log-words.ts";
import { blockLine, minuteBins, type Span, spanOf } from "./minute-bins.ts";
import { bullet, type Context, paragraph } from "./text-layout.ts";
import { jsonCommand } from "./words.ts";

const MOST_DEADLOCKS = 2;
const MOST_WAITS = 3;
const MOST_ERRORS = 5;
const MOST_VERBOSE = 20;
const SPARK_WIDTH = 16;
const DAY_MS = 86_400_000;

/** Deadlocks, lock waits and errors of the logs, a block each; an empty block where there are none. */
export function logBlocks(analysis: Analysis, context: Context): string[][] {
  const { deadlocks = [], lockWaits = [], errors = [] } = analysis;
  const span = spanOf(errors);
  const more = jsonCommand(analysis);
  return [
    section("Deadlocks", deadlocks, MOST_DEADLOCKS, (deadlock) => deadlockLines(deadlock, context), more, context),
    section("Lock waits", lockWaits, MOST_WAITS, (wait) => waitLines(wait, lockWaits, context), more, context),
    span === null ? [] : errorBlock(errors, span, more, context),
  ];
}

function section<T>(
  title: string,
  items: readonly T[],
  most: number,
  lines: (item: T) => string[],
  more: string,
  { color, verbose }: Context,
): string[] {
  if (items.length === 0) return [];
  const shown = items.slice(0, verbose ? MOST_VERBOSE : most);
  const rest = items.length - shown.length;
  return [
    color.bold(` ${title}`),
    ...shown.flatMap(lines),
    ...(rest === 0 ? [] : [`   ${formatCount(rest)} more: ${more}`]),
  ];
}

function deadlockLines({ at, database, context, members }: Deadlock, { width, color }: Context): string[] {
  const facts = [at === null ? "time unknown" : `${utcTime(at)} UTC`, database, context].filter(
    (part) => part !== null,
  );
  return [
    ...bullet(printable(facts.join(" · ")), 3, width),
    ...members.flatMap((member) => {
      const victim = member.isVictim === true ? " (rolled back)" : "";
      const wait = memberWaitWords(member, members);
      return [
        ...paragraph(`${memberName(member)}${victim}${wait === null ? "" : ` ${wait}`}`, 5, width),
        ...statementLine("ran", member.statement, 7, width).map(color.dim),
        ...statementLine("ran before", member.earlierStatement, 7, width).map(color.dim),
      ];
    }),
  ];
}

function waitLines(wait: LoggedLockWait, waits: readonly LoggedLockWait[], { width, color }: Context): string[] {
  const holders = holdersOf(wait, waits);
  return [
    ...bullet(`${waitTimeWords(wait)}: ${loggedWaitWords(wait)}`, 3, width),
    ...statementLine("ran", wait.statement, 5, width).map(color.dim),
    ...holders.flatMap((holder) => holderLine("held by", holder, width)).map(color.dim),
    ...rootsBehind(holders)
      .flatMap((root) => holderLine("behind it", root, width))
      .map(color.dim),
  ];
}

function holderLine(label: string, { pid, lastStatement }: Holder, width: number): string[] {
  const name = `${label} pid ${pid}`;
  return lastStatement === null ? [`     ${name}`] : statementLine(`${name}, last statement`, lastStatement, 5, width);
}

function statementLine(label: string, statement: LoggedStatement | null, indent: number, width: number): string[] {
  if (statement === null) return [];
  const start = `${" ".repeat(indent)}${label}: `;
  return [start + truncate(printable(statement.query.slice(0, 4000)), width - start.length)];
}

function errorBlock(errors: readonly LoggedError[], span: Span, more: string, context: Context): string[] {
  const [title = "", ...lines] = section(
    "Errors",
    errors,
    MOST_ERRORS,
    (error) => [errorLine(error, span, context)],
    more,
    context,
  );
  const head = `   ${padLeft("count", 7)}  ${padRight("code", 5)}  ${padRight("UTC", clockWidth(span))}  ${padRight("over time", SPARK_WIDTH)}  message`;
  return [title, context.color.dim(head), ...lines];
}

/** `317  53300  08:04–10:01  ▁·▂█▆··  fatal: sorry, too many clients already`. */
function errorLine(error: LoggedError, span: Span, { width }: Context): string {
  const level = error.severity === "error" ? "" : `${error.severity}: `;
  const sparks = padRight(blockLine(minuteBins(error, span, SPARK_WIDTH)), SPARK_WIDTH);
  const left = `   ${padLeft(formatCount(error.count), 7)}  ${padRight(printable(error.code ?? "–"), 5)}  ${clockSpan(error, span)}  ${sparks}  `;
  return left + truncate(printable(level + error.message), width - left.length);
}

/** Hours and minutes in UTC; with the day where the errors are of several. */
function clockSpan({ firstAt, lastAt }: LoggedError, span: Span): string {
  const clock = (time: string): string => utcTime(time).slice(isOneDay(span) ? 11 : 5, 16);
  return padRight(`${clock(firstAt)}–${clock(lastAt)}`, clockWidth(span));
}

function clockWidth(span: Span): number {
  return isOneDay(span) ? 11 : 23;
}

function isOneDay({ from, to }: Span): boolean {
  return Math.floor(from / DAY_MS) === Math.floor(to / DAY_MS);
}
