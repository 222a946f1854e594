import { type LockWaitChain, lockWaitChains } from "../../src/computed/lock-wait-chains.ts";
import { lockLabel, statementLabel } from "../../src/computed/logged-locks.ts";
import { windowSeconds } from "../../src/computed/occurrences.ts";
import { defineRule, type FindingDraft, type LogFacts } from "../../src/rule.ts";
import { formatCount, formatMs, plural } from "../../src/util/units.ts";
import { chainAdvice } from "./advice.ts";
import { chainEvidence } from "./evidence.ts";

const MAX_LISTED = 3;

export default defineRule({
  meta: {
    id: "lock-wait-chain",
    title: "Sessions waited long for locks behind one statement",
    category: "contention",
    severity: "warning",
    scope: "server",
    engines: ["postgres"],
  },
  needs: ["log"],
  thresholds: {
    minWaitMs: { default: 1000, unit: "ms", description: "Shorter waits are ignored." },
    minWaits: {
      default: 3,
      unit: "count",
      description: "Fewer waits behind one statement are reported only when one of them reaches `longWaitMs`.",
    },
    longWaitMs: {
      default: 5000,
      unit: "ms",
      description: "One wait of this length is reported, however few there are.",
    },
    criticalWaitMs: { default: 30_000, unit: "ms", description: "Critical when one wait reaches this." },
    criticalMsPerHour: {
      default: 60_000,
      unit: "ms",
      description: "Critical when the waits behind one statement add up to this in each hour of the log.",
    },
  },
  *detect({ artifacts: { log }, thresholds }) {
    const seconds = windowSeconds(log.window);
    const hours = seconds === null ? null : seconds / 3600;
    for (const chain of lockWaitChains(log.lockWaits.filter(({ waitedMs }) => waitedMs >= thresholds.minWaitMs))) {
      if (chain.waits.length < thresholds.minWaits && chain.longestMs < thresholds.longWaitMs) continue;
      // A log of minutes says nothing about an hour: it counts as one.
      const msPerHour = hours === null ? 0 : chain.totalMs / Math.max(1, hours);
      const isCritical = chain.longestMs >= thresholds.criticalWaitMs || msPerHour >= thresholds.criticalMsPerHour;
      yield draftOf(chain, log, hours, isCritical);
    }
  },
});

function draftOf(chain: LockWaitChain, log: LogFacts, hours: number | null, isCritical: boolean): FindingDraft {
  const { rootStatement, waits, totalMs, openWaits } = chain;
  const statements = [rootStatement, ...waits.map(({ wait }) => wait.statement)].filter((known) => known !== null);
  const topics = new Set(statements.map(({ fingerprint }) => `statement:${fingerprint}`));
  const total = `${openWaits > 0 ? "at least " : ""}${formatMs(totalMs)}`;
  const behind = rootStatement === null ? "a session whose statement is not known" : statementLabel(rootStatement, 60);
  return {
    subject: subjectOf(chain),
    severity: isCritical ? "critical" : "warning",
    confidence: rootStatement !== null && openWaits === 0 ? "measured" : "estimated",
    headline: `${plural(waits.length, "lock wait")} took ${total} behind ${behind}.`,
    message: messageOf(chain, total),
    evidence: chainEvidence(chain, log),
    savesMsPerHour: hours === null ? null : totalMs / hours,
    recommendations: chainAdvice(chain),
    topics: [...topics],
  };
}

function subjectOf({ rootStatement, waits }: LockWaitChain): FindingDraft["subject"] {
  if (rootStatement !== null) return { kind: "statement", ...rootStatement };
  const database = waits[0]?.wait.waiter.database ?? null;
  return database === null ? { kind: "server" } : { kind: "database", database };
}

function messageOf(chain: LockWaitChain, total: string): string {
  const { waits, longestMs } = chain;
  const locks = tally(waits.map(({ wait }) => lockLabel(wait.mode, wait.object)));
  const statements = tally(waits.map(({ wait }) => statementLabel(wait.statement)));
  const indirect = waits.filter(({ depth }) => depth > 1).length;
  const longest = waits.length === 1 ? "" : `, the longest ${formatMs(longestMs)}`;
  const chained =
    indirect === 0 ? "" : ` ${formatCount(indirect)} of them waited for a session that waited for the root itself.`;
  return (
    `${plural(waits.length, "wait")}, ${total} in all${longest}, behind ${rootText(chain)}.${chained} ` +
    `Waited for: ${locks}. The waiters ran: ${statements}.`
  );
}

/** Whom to blame, and how far the log knows it. */
function rootText({ rootPids, rootStatement }: LockWaitChain): string {
  const [first, ...others] = rootPids;
  if (first === undefined) return "sessions that the log does not name";
  const who = others.length === 0 ? `pid ${first}` : `${formatCount(rootPids.length)} sessions`;
  if (rootStatement === null) return `${who}, of which the log has no statement before`;
  return `${who}; the last statement that the log has of ${others.length === 0 ? "it" : "each"}: ${statementLabel(rootStatement)}`;
}

/** `a (12), b (3) and 2 others`, most often first. */
function tally(labels: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const sorted = [...counts].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const shown = sorted.slice(0, MAX_LISTED).map(([label, count]) => {
    return sorted.length === 1 ? label : `${label} (${formatCount(count)})`;
  });
  const rest = sorted.length - shown.length;
  return `${shown.join(", ")}${rest === 0 ? "" : ` and ${plural(rest, "other")}`}`;
}
