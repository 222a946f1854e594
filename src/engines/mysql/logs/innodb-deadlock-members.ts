import type { Deadlock, DeadlockLock, DeadlockMember, LoggedStatement } from "../../../model/log.ts";
import type { DeadlockDraft, DraftMember } from "./innodb-deadlock-draft.ts";
import { mayOverlap } from "./innodb-lock.ts";
import { innodbTime } from "./innodb-log-line.ts";

export interface InnodbDeadlockOptions {
  /** Minutes that the server's clock is ahead of UTC, for times without a zone; null: they are read as UTC. */
  readonly offsetMinutes: number | null;
  /** Fingerprint and text without literals of a statement, which InnoDB may have cut. */
  readonly nameStatement: (sql: string) => LoggedStatement;
}

const TOO_DEEP = "the search for the circle was too deep or too long";

/** The deadlock that was read. `database` is the schema of all its locks, null where there are several. */
export function deadlockOf(draft: DeadlockDraft, options: InnodbDeadlockOptions): Deadlock {
  const ids = draft.members.map(({ id }, position) => id ?? `(${position + 1})`);
  const members = draft.members.map(
    (member, position): DeadlockMember => ({
      id: ids[position] ?? "",
      pid: member.pid,
      statement: statementOf(member, options),
      waitsFor: member.waits[0]?.lock ?? null,
      blockedBy: blockersOf(position, draft.members).map((blocker) => ids[blocker] ?? ""),
      holds: heldBy(member, draft.members),
      earlierStatement: null,
      isVictim: isVictim(position, draft),
    }),
  );
  return {
    at: draft.time === null ? null : innodbTime(draft.time, options.offsetMinutes),
    database: databaseOf(members),
    members,
    context: draft.isTooDeep ? TOO_DEEP : null,
  };
}

function statementOf({ statement }: DraftMember, { nameStatement }: InnodbDeadlockOptions): LoggedStatement | null {
  const text = statement?.trim() ?? "";
  return text === "" ? null : nameStatement(text);
}

/**
 * Positions of those that hold what a member waits for. Where the text does not show it, two members block each other;
 * before 8.0.18, and before MariaDB 10.6, it shows two members of a longer circle too.
 */
function blockersOf(position: number, members: readonly DraftMember[]): number[] {
  const others = members.flatMap((_, other) => (other === position ? [] : [other]));
  const { waits = [], conflicts = [] } = members[position] ?? {};
  const owners = new Set(conflicts.map(({ transactionId }) => transactionId));
  const named = others.filter((other) => owners.has(members[other]?.id ?? ""));
  if (named.length > 0) return named;
  const [wait] = waits;
  const holders = others.filter((other) =>
    members[other]?.holds.some((held) => wait !== undefined && mayOverlap(held, wait)),
  );
  // MySQL 8.0.18+ prints the circle in order, each with the lock that the one before waits for.
  const next = (position + 1) % members.length;
  if (holders.includes(next)) return [next];
  return holders.length > 0 || others.length !== 1 ? holders : others;
}

/** Granted locks that the text shows, each once, wherever it shows them. */
function heldBy({ id, holds }: DraftMember, members: readonly DraftMember[]): DeadlockLock[] {
  const shown = members.flatMap(({ conflicts }) => conflicts.filter(({ transactionId }) => transactionId === id));
  const granted = [...holds, ...shown].filter(({ isWaiting }) => !isWaiting).map(({ lock }) => lock);
  return [...new Map(granted.map((lock) => [JSON.stringify(lock), lock])).values()];
}

/** MariaDB 10.6 and 10.7 print (0) whoever it was. */
function isVictim(position: number, { victim, isTooDeep, members }: DeadlockDraft): boolean | null {
  if (isTooDeep && members.length === 1) return true;
  return victim === null || victim < 1 || victim > members.length ? null : victim === position + 1;
}

function databaseOf(members: readonly DeadlockMember[]): string | null {
  const relations = members.flatMap(({ waitsFor, holds }) => [...(waitsFor === null ? [] : [waitsFor]), ...holds]);
  const schemas = new Set(relations.map(({ object }) => object.relation?.split(".")[0] ?? null));
  const [schema = null] = schemas;
  return schemas.size === 1 ? schema : null;
}
