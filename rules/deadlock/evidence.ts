import type { CycleMember } from "../../src/computed/deadlock-cycle.ts";
import type { DeadlockKind } from "../../src/computed/deadlock-kinds.ts";
import { lockLabel, statementLabel } from "../../src/computed/logged-locks.ts";
import { timeWords } from "../../src/computed/occurrences.ts";
import type { Deadlock, DeadlockMember, Evidence, LogFacts } from "../../src/rule.ts";
import { formatCount, plural } from "../../src/util/units.ts";

/** `pid 4711`; InnoDB may name the transaction alone: `transaction 421890`. */
export function memberName({ member: { pid, id } }: CycleMember): string {
  return pid === null ? `transaction ${id}` : `pid ${pid}`;
}

/** How often, and the example's sessions in the order of the circle: statements, waits, locks. */
export function deadlockEvidence({ occurrences, example }: DeadlockKind, log: LogFacts): readonly Evidence[] {
  const { members, steps, deadlock } = example;
  const { at } = deadlock;
  const when = at === null ? "one without a time" : `the one ${timeWords({ firstAt: at, lastAt: at })}`;
  return [
    { kind: "metric", name: "deadlocks of this kind", value: occurrences.length, unit: "count", source: "log" },
    ...(occurrences.length === 1 ? [] : [note(`Shown is ${when}.`)]),
    ...members.flatMap((member) => memberEvidence(member, members)),
    ...(steps ?? []).map(({ holder, held, wanted }) => {
      return note(
        `By the waits, ${memberName(holder)} held a lock in ${held}, for which another one waited, and wanted one in ${wanted}.`,
      );
    }),
    ...(deadlock.context === null ? [] : [note(`The server's context: ${deadlock.context}.`)]),
    ...victimNotes(occurrences),
    ...(log.deadlockCount > log.deadlocks.length
      ? [
          note(
            `The log has ${plural(log.deadlockCount, "deadlock")}; ${formatCount(log.deadlocks.length)} were looked at.`,
          ),
        ]
      : []),
  ];
}

function memberEvidence(cycleMember: CycleMember, members: readonly CycleMember[]): Evidence[] {
  const { member } = cycleMember;
  const name = memberName(cycleMember);
  const state = [`${name}, ${waitLabel(member, members)}`, ...(member.isVictim === true ? ["rolled back"] : [])].join(
    "; ",
  );
  const { statement, earlierStatement, holds } = member;
  return [
    ...(earlierStatement === null
      ? []
      : [definition(`${name}, before (probably took the lock)`, earlierStatement.query)]),
    statement === null ? note(`${state}: its statement is not in the log.`) : definition(state, statement.query),
    // PostgreSQL says what the others want of it, not what it holds: the waits say that already.
    ...holds
      .filter(({ object }) => object.kind === "record" || object.kind === "table")
      .map(({ mode, object }) => note(`${name} held ${lockLabel(mode, object)}.`)),
  ];
}

function waitLabel({ waitsFor, blockedBy }: DeadlockMember, members: readonly CycleMember[]): string {
  const blockers = members.filter(({ member }) => blockedBy.includes(member.id)).map(memberName);
  const lock = waitsFor === null ? "waiting" : `waiting for ${lockLabel(waitsFor.mode, waitsFor.object)}`;
  return blockers.length === 0 ? lock : `${lock}, held by ${blockers.join(" and ")}`;
}

/** Whom it cost how often, most often first. */
function victimNotes(occurrences: readonly Deadlock[]): Evidence[] {
  const counts = new Map<string, number>();
  let unknown = 0;
  for (const { members } of occurrences) {
    const victim = members.find(({ isVictim }) => isVictim === true);
    const label = statementLabel(victim?.statement ?? null);
    if (victim === undefined) unknown += 1;
    else counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  const known = [...counts].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return [
    ...known.map(([label, count]) => note(`Rolled back ${plural(count, "time")}: ${label}`)),
    ...(unknown === 0 ? [] : [note(`Of ${plural(unknown, "deadlock")} the log does not say who was rolled back.`)]),
  ];
}

function definition(label: string, sql: string): Evidence {
  return { kind: "definition", label, sql };
}

function note(text: string): Evidence {
  return { kind: "note", text };
}
