import type { Deadlock, DeadlockMember } from "../model/log.ts";
import { statementTarget } from "./statement-target.ts";

/** One session of a deadlock with the relation that it wanted. */
export interface CycleMember {
  readonly member: DeadlockMember;
  /** As messages name it; null where neither the lock, the context nor the statement shows one. */
  readonly wanted: string | null;
}

/** A session that held a lock in one relation, wanted one in another (or the same), and stood in the way of a third. */
export interface CycleStep {
  readonly holder: CycleMember;
  /** The relation in which another session waits for it. */
  readonly held: string;
  readonly wanted: string;
}

export interface DeadlockCycle {
  /** From the first on, each followed by the one that blocks it. */
  readonly members: readonly CycleMember[];
  /** Null where the relation of a wait is not known: then nothing can be said of an order. */
  readonly steps: readonly CycleStep[] | null;
}

/** Locks that are on no relation. */
const NO_RELATION: ReadonlySet<string> = new Set(["advisory lock", "virtual transaction"]);
/** PostgreSQL writes it for the session that it ends. */
const CONTEXT_RELATION = /\bin relation "((?:[^"]|"")+)"/;

/**
 * Reads who wanted what of whom. Where a session waits for another one's transaction, the other one has locked a row of
 * the relation that the waiting one works on: what each one held follows from what the next one wants.
 */
export function readDeadlock(deadlock: Deadlock): DeadlockCycle {
  const members = inOrder(deadlock.members);
  const names = unify(members.map((member) => wantedRelation(member, deadlock)));
  const cycle = members.map((member, position): CycleMember => ({ member, wanted: names[position] ?? null }));
  return { members: cycle, steps: stepsOf(cycle) };
}

/** The members that hold what this one waits for; the other one of two where the log does not say. */
function blockersOf(member: DeadlockMember, members: readonly DeadlockMember[]): readonly DeadlockMember[] {
  const others = members.filter(({ id }) => id !== member.id);
  const named = others.filter(({ id }) => member.blockedBy.includes(id));
  return named.length === 0 && others.length === 1 ? others : named;
}

function inOrder(members: readonly DeadlockMember[]): readonly DeadlockMember[] {
  const ordered: DeadlockMember[] = [];
  for (const start of members) {
    let next: DeadlockMember | undefined = start;
    while (next !== undefined && !ordered.includes(next)) {
      ordered.push(next);
      next = blockersOf(next, members).find((blocker) => !ordered.includes(blocker));
    }
  }
  return ordered;
}

function stepsOf(cycle: readonly CycleMember[]): readonly CycleStep[] | null {
  const members = cycle.map(({ member }) => member);
  const steps: CycleStep[] = [];
  for (const { member, wanted } of cycle) {
    for (const blocker of blockersOf(member, members)) {
      const holder = cycle.find((candidate) => candidate.member === blocker);
      if (wanted === null || holder === undefined || holder.wanted === null) return null;
      steps.push({ holder, held: wanted, wanted: holder.wanted });
    }
  }
  return steps.length < 2 ? null : steps;
}

/** The lock names it (InnoDB), else the line that the server wrote for the session that it ended, else the statement. */
function wantedRelation(member: DeadlockMember, { context, members }: Deadlock): string | null {
  const named = member.waitsFor?.object.relation ?? null;
  if (named !== null && !isRelationId(named)) return lockedTable(named);
  if (NO_RELATION.has(member.waitsFor?.object.kind ?? "")) return null;
  const victim = members.find(({ isVictim }) => isVictim === true);
  const isSame = victim !== undefined && isSameStatement(member, victim);
  if (context !== null && isSame) {
    // This context names the index: the key that waits is one of the statement's own table.
    if (context.includes("inserting index tuple")) return statementTarget(member.statement?.query ?? "").table ?? named;
    const inContext = CONTEXT_RELATION.exec(context)?.[1]?.replaceAll('""', '"') ?? null;
    if (inContext !== null && member === victim) return inContext;
    // The victim was stuck in another table than its own (a foreign key, a trigger): so may this one be, or not.
    if (inContext !== null && statementRelation(member) !== inContext) return named;
  }
  return statementRelation(member) ?? named;
}

function isSameStatement(member: DeadlockMember, victim: DeadlockMember): boolean {
  if (member === victim) return true;
  return victim.statement !== null && victim.statement.fingerprint === member.statement?.fingerprint;
}

/**
 * What a statement waits for in its own table. A plain insert does not show it: it waits for the same key in its table
 * as well as for the row that a foreign key refers to.
 */
function statementRelation({ statement, waitsFor }: DeadlockMember): string | null {
  if (statement === null) return null;
  const { command, table, rowLock, isUpsert } = statementTarget(statement.query);
  if (waitsFor?.object.kind === "relation") return table;
  const locksRows = command === "update" || command === "delete" || rowLock !== null || isUpsert;
  return locksRows ? table : null;
}

/**
 * One spelling for each relation: names without a schema, and in any letter case, are those with one where there is only
 * one such. An id beside names may be any of them, so it is not known; ids alone can be compared.
 */
function unify(names: readonly (string | null)[]): readonly (string | null)[] {
  const known = names.filter((name) => name !== null);
  if (known.every(isRelationId)) return names.map((name) => (name === null ? null : `relation ${name}`));
  return names.map((name) => {
    if (name === null || isRelationId(name)) return null;
    const same = [...new Set(known.filter((other) => isSameName(name, other)))];
    return same.toSorted((a, b) => b.length - a.length || (a < b ? -1 : 1))[0] ?? name;
  });
}

function isSameName(a: string, b: string): boolean {
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  return left === right || left.endsWith(`.${right}`) || right.endsWith(`.${left}`);
}

function isRelationId(name: string): boolean {
  return /^\d+$/.test(name);
}

/** A table as statements name it: without the quotes and the ` (partition p1)` that locks of InnoDB have. */
export function lockedTable(name: string): string {
  return name.replace(/ \(partition .*\)$/, "").replaceAll(/[`"]/g, "");
}
