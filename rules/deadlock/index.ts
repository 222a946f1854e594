import type { CycleMember } from "../../src/computed/deadlock-cycle.ts";
import { type DeadlockKind, deadlockKinds } from "../../src/computed/deadlock-kinds.ts";
import { statementLabel } from "../../src/computed/logged-locks.ts";
import { timeWords } from "../../src/computed/occurrences.ts";
import { type Deadlock, defineRule, type FindingDraft, type FindingInstance, type LogFacts } from "../../src/rule.ts";
import { formatCount, plural } from "../../src/util/units.ts";
import { deadlockAdvice } from "./advice.ts";
import { deadlockEvidence, memberName } from "./evidence.ts";

const MAX_INSTANCES = 50;
const HOUR_MS = 3_600_000;

export default defineRule({
  meta: {
    id: "deadlock",
    title: "Sessions wait for each other in a circle, and the server rolls one of them back",
    category: "contention",
    severity: "warning",
    scope: "server",
    engines: ["postgres", "mysql", "mariadb"],
  },
  needs: ["log"],
  thresholds: {
    minCount: { default: 1, unit: "count", description: "Kinds of deadlock that occurred less often are ignored." },
    criticalPerHour: {
      default: 10,
      unit: "count",
      description: "Critical when so many deadlocks of one kind fall within 60 minutes.",
    },
  },
  *detect({ artifacts: { log }, thresholds }) {
    for (const kind of deadlockKinds(log.deadlocks)) {
      if (kind.occurrences.length < thresholds.minCount) continue;
      const busiest = busiestHour(kind.occurrences);
      yield draftOf(kind, log, busiest, busiest >= thresholds.criticalPerHour);
    }
  },
});

function draftOf(kind: DeadlockKind, log: LogFacts, busiest: number, isCritical: boolean): FindingDraft {
  const { statements, occurrences } = kind;
  return {
    subject: subjectOf(kind),
    severity: isCritical ? "critical" : "warning",
    confidence: "measured",
    headline: `${plural(occurrences.length, "deadlock")} rolled work back: ${contenders(kind)}.`,
    message: `${howOften(occurrences, busiest)} ${whoWaited(kind)}`,
    evidence: deadlockEvidence(kind, log),
    savesMsPerHour: null,
    recommendations: deadlockAdvice(kind, log.engine),
    topics: statements.map(({ fingerprint }) => `statement:${fingerprint}`),
    instances: instancesOf(occurrences),
  };
}

function subjectOf({ statements, occurrences }: DeadlockKind): FindingDraft["subject"] {
  if (statements.length > 0) return { kind: "statements", statements };
  const [database = null, ...others] = new Set(occurrences.map((deadlock) => deadlock.database));
  return database === null || others.length > 0 ? { kind: "server" } : { kind: "database", database };
}

function contenders({ statements, example }: DeadlockKind): string {
  const isComplete = example.members.every(({ member }) => member.statement !== null);
  const [first = null, ...others] = statements.map((statement) => statementLabel(statement, 50));
  if (first === null) return "statements that the log does not have";
  if (!isComplete) return `${[first, ...others].join(" against ")} against a statement that the log does not have`;
  return others.length === 0 ? `${first} against itself` : [first, ...others].join(" against ");
}

function howOften(occurrences: readonly Deadlock[], busiest: number): string {
  const times = timesOf(occurrences);
  const [first, last] = [times[0], times.at(-1)];
  const often = occurrences.length === 1 ? "Once" : `${formatCount(occurrences.length)} times`;
  if (first === undefined || last === undefined) return `${often}, at a time that the log does not say.`;
  const within = busiest > 1 && first !== last ? `, ${formatCount(busiest)} of them within 60 minutes` : "";
  return `${often} ${timeWords({ firstAt: first, lastAt: last })}${within}.`;
}

/** The circle of the example, each session with whom it waited for, with what, and what probably took its lock. */
function whoWaited({ example, occurrences }: DeadlockKind): string {
  const { members } = example;
  const parts = members.map((cycleMember) => {
    const { statement, earlierStatement, blockedBy } = cycleMember.member;
    const names = members.filter(({ member }) => blockedBy.includes(member.id)).map(memberName);
    const whom = names.length === 0 ? "waited" : `waited for ${names.join(" and ")}`;
    const before =
      earlierStatement === null ? "" : ` (before, ${statementLabel(earlierStatement)} probably took its lock)`;
    return `${memberName(cycleMember)} ${whom} with ${statementLabel(statement)}${before}`;
  });
  return `${occurrences.length === 1 ? "" : "For example: "}${parts.join("; ")}; ${rolledBack(members)}.`;
}

function rolledBack(members: readonly CycleMember[]): string {
  const victims = members.filter(({ member }) => member.isVictim === true).map(memberName);
  if (victims.length === 0) return "the log does not say which one was rolled back";
  return `${victims.join(" and ")} ${victims.length === 1 ? "was" : "were"} rolled back`;
}

function instancesOf(occurrences: readonly Deadlock[]): readonly FindingInstance[] {
  return occurrences
    .flatMap(({ at, members }): FindingInstance[] => {
      if (at === null) return [];
      const victim = members.find(({ isVictim, statement }) => isVictim === true && statement !== null);
      const shown = victim ?? members.find(({ statement }) => statement !== null);
      return [{ from: at, to: at, count: 1, query: statementLabel(shown?.statement ?? null, 400) }];
    })
    .slice(0, MAX_INSTANCES);
}

/** Most occurrences within any 60 minutes. */
function busiestHour(occurrences: readonly Deadlock[]): number {
  const times = timesOf(occurrences).map((at) => Date.parse(at));
  const counts = times.map((from) => times.filter((at) => at >= from && at < from + HOUR_MS).length);
  return counts.reduce((a, b) => Math.max(a, b), 0);
}

function timesOf(occurrences: readonly Deadlock[]): string[] {
  return occurrences.flatMap(({ at }) => at ?? []).toSorted();
}
