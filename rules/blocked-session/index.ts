import { type LockTree, type LockWaiter, lockForest } from "../../src/computed/lock-forest.ts";
import {
  isIdleInTransaction,
  sessionActivity,
  sessionEvidence,
  sessionName,
} from "../../src/computed/session-facts.ts";
import { defineRule, type Evidence, type FindingDraft, type RecommendationDraft } from "../../src/rule.ts";
import { formatSeconds, plural } from "../../src/util/units.ts";

const MAX_WAITERS_SHOWN = 10;

export default defineRule({
  meta: {
    id: "blocked-session",
    title: "Sessions wait for a lock that another session holds",
    category: "contention",
    severity: "warning",
    scope: "server",
    engines: ["postgres"],
  },
  needs: ["lockWaits"],
  uses: ["sessions"],
  thresholds: {
    minWaitSeconds: { default: 1, unit: "s", description: "Shorter waits are ignored, unless many sessions wait." },
    minBlocked: {
      default: 3,
      unit: "count",
      description: "So many waiting sessions are reported however short they wait.",
    },
    criticalWaitSeconds: { default: 10, unit: "s", description: "Critical when the longest wait reaches this." },
    criticalBlocked: { default: 5, unit: "count", description: "Critical when so many sessions wait." },
  },
  *detect({ artifacts, thresholds }) {
    for (const tree of lockForest(artifacts.lockWaits, artifacts.sessions?.items ?? [])) {
      const longest = tree.longestWaitSeconds ?? 0;
      if (longest < thresholds.minWaitSeconds && tree.totalBlocked < thresholds.minBlocked) continue;
      const isCritical = longest >= thresholds.criticalWaitSeconds || tree.totalBlocked >= thresholds.criticalBlocked;
      yield draft(tree, isCritical);
    }
  },
});

function draft(tree: LockTree, isCritical: boolean): FindingDraft {
  const { pid, session } = tree;
  const activity = sessionActivity(session);
  const what = `${waitText(tree)} for ${sessionName(pid, session)}`;
  const circle = tree.isCircular
    ? " It waits for one of them in turn, a deadlock that the server has not broken yet."
    : "";
  return {
    subject: { kind: "session", application: session?.application ?? null, user: session?.user ?? null, pid },
    severity: isCritical ? "critical" : "warning",
    confidence: tree.isUpperBound ? "estimated" : "measured",
    headline: `${what}.`,
    message: `${what}${activity === "" ? "" : `, ${activity}`}.${objectText(tree)}${circle}`,
    evidence: evidenceOf(tree),
    savesMsPerHour: null,
    recommendations: recommendationsOf(tree),
    topics: [`pid:${pid}`],
  };
}

function waitText({ totalBlocked, longestWaitSeconds, isUpperBound }: LockTree): string {
  const who = plural(totalBlocked, "session waits", "sessions wait");
  if (longestWaitSeconds === null) return who;
  const bound = isUpperBound ? " at most" : totalBlocked === 1 ? "" : " up to";
  return `${who}${bound} ${formatSeconds(longestWaitSeconds)}`;
}

/** What the direct waiters ask for, each kind once. */
function objectText({ waiters }: LockTree): string {
  const wanted = new Set(waiters.map(({ wait }) => lockText(wait)).filter((text) => text !== ""));
  return wanted.size === 0 ? "" : ` Waited for: ${[...wanted].join("; ")}.`;
}

function lockText({ mode, objectKind, relation }: LockWaiter["wait"]): string {
  const object = [objectKind, relation].filter((part) => part !== null).join(" ");
  if (mode === null) return object;
  return object === "" ? mode : `${mode} on ${object}`;
}

function evidenceOf(tree: LockTree): Evidence[] {
  const waiters = flatten(tree.waiters);
  const shown = waiters.slice(0, MAX_WAITERS_SHOWN).map(({ pid, session, wait }): Evidence => {
    if (session !== null) return { ...sessionEvidence(session), ...waiting(wait.waitSeconds) };
    return { kind: "note", text: `pid ${pid} waits for pid ${wait.blockerPid}; its session may not be seen.` };
  });
  const source = "pg_blocking_pids";
  return [
    ...(tree.session === null ? [] : [sessionEvidence(tree.session)]),
    { kind: "metric", name: "sessions that wait directly", value: tree.directBlocked, unit: "count", source },
    { kind: "metric", name: "sessions that wait in all", value: tree.totalBlocked, unit: "count", source },
    ...(tree.totalWaitSeconds === null
      ? []
      : ([
          {
            kind: "metric",
            name: "waits added up",
            value: tree.totalWaitSeconds,
            unit: "s",
            source: "pg_locks.waitstart",
          },
        ] as const)),
    ...shown,
    ...(waiters.length <= shown.length
      ? []
      : ([{ kind: "note", text: `${waiters.length - shown.length} more sessions wait.` }] as const)),
  ];
}

function waiting(seconds: number | null) {
  return { state: "waits for a lock", ...(seconds === null ? {} : { seconds }) };
}

function flatten(waiters: readonly LockWaiter[]): LockWaiter[] {
  return waiters.flatMap((waiter) => [waiter, ...flatten(waiter.waiters)]);
}

function recommendationsOf({ pid, session }: LockTree): RecommendationDraft[] {
  if (pid === 0) {
    return [
      {
        action: { kind: "advice" },
        summary:
          "Finish the prepared transaction listed in pg_prepared_xacts with COMMIT PREPARED or ROLLBACK PREPARED.",
        verified: "estimate",
        risks: ["ROLLBACK PREPARED loses the work of that transaction; ask its transaction manager first."],
      },
    ];
  }
  const isIdle = session !== null && isIdleInTransaction(session);
  return [
    {
      action: { kind: "end-session", pid },
      summary: `${isIdle ? "Commit sooner, or end" : "Wait for it, or end"} ${sessionName(pid, session)}.`,
      verified: "estimate",
      risks: ["The connection is closed and the session's uncommitted work is rolled back."],
    },
  ];
}
