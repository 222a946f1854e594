import type { ChainedWait, LockWaitChain } from "../../src/computed/lock-wait-chains.ts";
import { lockLabel, statementLabel } from "../../src/computed/logged-locks.ts";
import { timeWords } from "../../src/computed/occurrences.ts";
import type { Evidence, LogFacts, LoggedLockWait } from "../../src/rule.ts";
import { formatCount, formatMs, plural } from "../../src/util/units.ts";

const MAX_WAITS_SHOWN = 10;

const OUTCOMES: Readonly<Record<LoggedLockWait["outcome"], string>> = {
  acquired: "got it",
  waiting: "the log does not see its end",
  cancelled: "was cancelled",
  deadlock: "ended in a deadlock",
};

/** The numbers, the root's statement with how far it can be blamed, and the longest waits. */
export function chainEvidence(chain: LockWaitChain, log: LogFacts): readonly Evidence[] {
  const { rootStatement, waits, totalMs, longestMs, openWaits, sharedWaits } = chain;
  const source = "log_lock_waits";
  const shown = waits.slice(0, MAX_WAITS_SHOWN);
  return [
    { kind: "metric", name: "lock waits", value: waits.length, unit: "count", source },
    { kind: "metric", name: "waited in all", value: totalMs, unit: "ms", source },
    { kind: "metric", name: "longest wait", value: longestMs, unit: "ms", source },
    ...(rootStatement === null
      ? []
      : [
          { kind: "definition", label: "last statement of the root in the log", sql: rootStatement.query } as const,
          note("An earlier statement of the same transaction, which the log may lack, may have taken the lock."),
        ]),
    ...shown.map((wait) => note(waitText(wait))),
    ...(waits.length > shown.length ? [note(`${plural(waits.length - shown.length, "shorter wait")} more.`)] : []),
    ...(openWaits > 0
      ? [note(`Seen without an end, and so longer than the log says: ${plural(openWaits, "wait")}.`)]
      : []),
    ...(sharedWaits > 0
      ? [note(`Of ${plural(sharedWaits, "wait")} several sessions held the lock; the first one is followed.`)]
      : []),
    ...(log.lockWaitTotals.count > log.lockWaits.length
      ? [
          note(
            `The log has ${plural(log.lockWaitTotals.count, "lock wait")}; the ${formatCount(log.lockWaits.length)} longest were looked at.`,
          ),
        ]
      : []),
  ];
}

function waitText({ wait, rootPid, depth }: ChainedWait): string {
  const { waiter, mode, object, waitedMs, outcome, holders } = wait;
  const who = waiter.pid === null ? "a session" : `pid ${waiter.pid}`;
  const owner = waiter.application || waiter.user || null;
  const through = depth > 1 ? ` through ${holders.map(({ pid }) => `pid ${pid}`).join(" and ")}` : "";
  const behind = rootPid === null ? "" : ` behind pid ${rootPid}${through}`;
  return (
    `${who}${owner === null ? "" : ` (${owner})`} waited ${formatMs(waitedMs)} for ` +
    `${lockLabel(mode, object)}${behind} ${timeWords({ firstAt: wait.at, lastAt: wait.at })} and ${OUTCOMES[outcome]}: ${statementLabel(wait.statement)}`
  );
}

function note(text: string): Evidence {
  return { kind: "note", text };
}
