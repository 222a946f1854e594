import type { DeadlockLock, DeadlockMember, LockObject, LoggedLockWait, LoggedSession } from "../model/log.ts";
import { printable } from "../util/text.ts";
import { formatMs } from "../util/units.ts";
import { utcTime } from "./log-words.ts";

const OUTCOME_WORDS: Readonly<Record<LoggedLockWait["outcome"], string>> = {
  acquired: "then got it",
  waiting: "no end in the log",
  cancelled: "then was cancelled",
  deadlock: "ended as a deadlock",
};

/** `41 s`; `at least 12 s` where the log does not have the end of the wait. */
export function waitTimeWords({ waitedMs, outcome }: LoggedLockWait): string {
  return outcome === "acquired" ? formatMs(waitedMs) : `at least ${formatMs(waitedMs)}`;
}

/** `pid 9012 (billing-web, billing) waited for ShareLock on transaction at 2026-11-23 09:12:30 UTC, then got it`. */
export function loggedWaitWords(wait: LoggedLockWait): string {
  const who = `${loggedSessionWords(wait.waiter)} waited for ${lockNameWords(wait)}`;
  return `${who} at ${utcTime(wait.at)} UTC, ${waitOutcomeWords(wait)}`;
}

/** `ShareLock on transaction`, `X on record of orders (index PRIMARY)`. */
export function lockNameWords({ mode, object }: DeadlockLock): string {
  return printable(`${mode} on ${objectWords(object)}`);
}

/** `pid 4711`, or the id of an InnoDB transaction. */
export function memberName({ id, pid }: DeadlockMember): string {
  return printable(pid === null ? `transaction ${id}` : `pid ${pid}`);
}

/** `waited for ShareLock on transaction, held by pid 4712`; null where the log does not say. */
export function memberWaitWords(member: DeadlockMember, members: readonly DeadlockMember[]): string | null {
  const holders = member.blockedBy.map((id) => {
    const holder = members.find((other) => other.id === id);
    return holder === undefined ? printable(id) : memberName(holder);
  });
  const held = holders.length === 0 ? "" : `held by ${holders.join(", ")}`;
  if (member.waitsFor === null) return held === "" ? null : `waited for a lock ${held}`;
  return `waited for ${lockNameWords(member.waitsFor)}${held === "" ? "" : `, ${held}`}`;
}

function objectWords({ kind, relation, index }: LockObject): string {
  if (relation === null) return kind;
  // PostgreSQL names a relation by its id alone.
  const table = /^\d+$/.test(relation) ? `relation ${relation}` : relation;
  const name = kind === "relation" ? table : `${kind} of ${table}`;
  return index === null ? name : `${name} (index ${index})`;
}

/** `pid 9012 (billing-web, billing)`. */
function loggedSessionWords({ pid, user, application }: LoggedSession): string {
  const who = [application, user].filter((part) => part !== null && part !== "");
  const name = pid === null ? "a session" : `pid ${pid}`;
  return printable(`${name}${who.length === 0 ? "" : ` (${who.join(", ")})`}`);
}

function waitOutcomeWords({ outcome }: LoggedLockWait): string {
  return OUTCOME_WORDS[outcome];
}
