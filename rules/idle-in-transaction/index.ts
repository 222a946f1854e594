import { type LockTree, lockForest } from "../../src/computed/lock-forest.ts";
import {
  isIdleInTransaction,
  sessionActivity,
  sessionEvidence,
  sessionName,
} from "../../src/computed/session-facts.ts";
import { type DatabaseSession, defineRule, type FindingDraft } from "../../src/rule.ts";
import { formatSeconds, plural } from "../../src/util/units.ts";

interface Holder {
  readonly session: DatabaseSession;
  readonly seconds: number;
  /** What waits for the session; null where nothing does. */
  readonly tree: LockTree | null;
}

export default defineRule({
  meta: {
    id: "idle-in-transaction",
    title: "A session keeps a transaction open without working",
    category: "contention",
    severity: "warning",
    scope: "server",
    engines: ["postgres"],
    explains: ["blocked-session"],
  },
  needs: ["sessions"],
  uses: ["lockWaits"],
  thresholds: {
    minSeconds: { default: 60, unit: "s", description: "Sessions idle in transaction for a shorter time are ignored." },
    blockingSeconds: {
      default: 5,
      unit: "s",
      description: "The same for a session that others wait for.",
    },
    criticalSeconds: { default: 600, unit: "s", description: "Critical from this time on." },
    criticalBlocked: { default: 5, unit: "count", description: "Critical when so many sessions wait for it." },
    criticalWaitSeconds: { default: 10, unit: "s", description: "Critical when a session waits so long for it." },
  },
  *detect({ artifacts, thresholds }) {
    const { items } = artifacts.sessions;
    const trees = new Map(lockForest(artifacts.lockWaits ?? [], items).map((tree) => [tree.pid, tree]));
    const groups = new Map<string, Holder[]>();
    for (const session of items) {
      const { stateSeconds } = session;
      if (!isIdleInTransaction(session) || stateSeconds === null) continue;
      const tree = trees.get(session.pid) ?? null;
      if (
        stateSeconds <
        (tree === null ? thresholds.minSeconds : Math.min(thresholds.blockingSeconds, thresholds.minSeconds))
      ) {
        continue;
      }
      const key = JSON.stringify([session.application, session.user]);
      groups.set(key, [...(groups.get(key) ?? []), { session, seconds: stateSeconds, tree }]);
    }
    for (const holders of groups.values()) {
      const isCritical = holders.some(
        ({ seconds, tree }) =>
          seconds >= thresholds.criticalSeconds ||
          (tree?.totalBlocked ?? 0) >= thresholds.criticalBlocked ||
          (tree?.longestWaitSeconds ?? 0) >= thresholds.criticalWaitSeconds,
      );
      const finding = draft(holders.toSorted(worstFirst), isCritical);
      if (finding !== null) yield finding;
    }
  },
});

function draft(holders: readonly Holder[], isCritical: boolean): FindingDraft | null {
  const [worst] = holders;
  if (worst === undefined) return null;
  const { session } = worst;
  const name = sessionName(session.pid, session);
  const others = holders.length - 1;
  return {
    subject: { kind: "session", application: session.application, user: session.user, pid: session.pid },
    severity: isCritical ? "critical" : "warning",
    confidence: "measured",
    headline: `${name} is idle in transaction for ${formatSeconds(worst.seconds)}${blockedText(worst.tree)}.`,
    message:
      `${name} in database ${session.database ?? "(none)"} is ${sessionActivity(session)}${blockedText(worst.tree)}. ` +
      `It keeps its locks${session.holdsSnapshot ? " and holds back vacuum" : ""} until the transaction ends.` +
      (others === 0
        ? ""
        : ` ${plural(others, "more session")} of the same application and user ${others === 1 ? "does" : "do"} the same.`),
    evidence: holders.map((holder) => sessionEvidence(holder.session)),
    savesMsPerHour: null,
    recommendations: [
      {
        action: { kind: "end-session", pid: session.pid },
        summary: `End ${name} if its application cannot commit or roll back now.`,
        verified: "estimate",
        risks: ["The connection is closed and the session's uncommitted work is rolled back."],
      },
      {
        action: { kind: "advice" },
        summary: `Commit or roll back sooner${session.application ? ` in ${session.application}` : ""}, and set idle_in_transaction_session_timeout for role ${session.user ?? "of the session"}.`,
        verified: "estimate",
        risks: ["The timeout closes connections that stay idle in a transaction for longer."],
      },
    ],
    topics: holders.map((holder) => `pid:${holder.session.pid}`),
  };
}

function blockedText(tree: LockTree | null): string {
  if (tree === null) return "";
  const { totalBlocked: blocked, longestWaitSeconds: longest } = tree;
  const time = longest === null ? "" : ` (${blocked === 1 ? "for" : "up to"} ${formatSeconds(longest)})`;
  return `, and ${plural(blocked, "session waits", "sessions wait")} for it${time}`;
}

function worstFirst(a: Holder, b: Holder): number {
  return (
    (b.tree?.totalBlocked ?? 0) - (a.tree?.totalBlocked ?? 0) || b.seconds - a.seconds || a.session.pid - b.session.pid
  );
}
