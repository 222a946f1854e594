import { countHour, countName, keepExample } from "./counts.ts";
import type { LogDigest } from "./digest.ts";
import { INHERITED_DATABASE } from "./names.ts";
import { COLUMN } from "./statement-table.ts";

/** Gives the numbers of another digest's names here. */
type NameMap = (name: number) => number;

/**
 * Adds what another digest counted. Where `follows`, it was read from the part of the log that came next, so that what
 * was open at the border is put together; otherwise the open ends of both have to be closed before.
 * `inherited`: the database of events that name none because they go on with the one of the part before.
 */
export function mergeDigest(own: LogDigest, other: LogDigest, follows: boolean, inherited?: string): void {
  const nameOf = nameMap(own, other, inherited);
  const classes = Array.from({ length: other.statements.size }, (_, index) => mergeClass(own, other, index, nameOf));
  const classOf = (statement: number): number => classes[statement] ?? statement;
  for (const [statement, shape, counts] of other.plans.entries()) own.plans.merge(classOf(statement), shape, counts);
  own.plans.dropped += other.plans.dropped;
  if (follows) resolveHolders(own, other);
  if (inherited !== undefined) other.facts.renameDatabase(INHERITED_DATABASE, inherited === "" ? null : inherited);
  own.facts.merge(other.facts);
  own.firstMs = Math.min(own.firstMs, other.firstMs);
  own.lastMs = Math.max(own.lastMs, other.lastMs);
  own.ownCalls += other.ownCalls;
  own.ownUs += other.ownUs;
  own.otherCalls += other.otherCalls;
  own.otherUs += other.otherUs;
  own.strayDurations += other.strayDurations;
  own.strayUs += other.strayUs;
  own.outside += other.outside;
  const knownClassOf = (statement: number): number | null => {
    const index = classOf(statement);
    return index < 0 ? null : index;
  };
  if (follows) {
    own.sessions.join(other.sessions, classOf, nameOf);
    own.loops.join(other.loops, knownClassOf, nameOf);
  } else own.loops.merge(other.loops, knownClassOf);
}

function nameMap(own: LogDigest, other: LogDigest, inherited: string | undefined): NameMap {
  const known = new Map<number, number>();
  return (name) => {
    let id = known.get(name);
    if (id === undefined) {
      const raw = other.names.raw(name);
      id = name === 0 ? 0 : own.names.of(raw === INHERITED_DATABASE && inherited !== undefined ? inherited : raw);
      known.set(name, id);
    }
    return id;
  };
}

/** Index here of a class of the other digest; -2 beyond the limit of classes. */
function mergeClass(own: LogDigest, other: LogDigest, index: number, nameOf: NameMap): number {
  const low = other.statements.keyLow[index] ?? 0;
  const high = other.statements.keyHigh[index] ?? 0;
  const database = nameOf(other.statements.database[index] ?? 0);
  const known = own.statements.find(low, high, database);
  if (known === -1 && own.statements.isFull) {
    const base = other.statements.baseOf(index);
    own.otherCalls += other.statements.numbers[base + COLUMN.calls] ?? 0;
    own.otherUs += other.statements.numbers[base + COLUMN.totalUs] ?? 0;
    return -2;
  }
  const target = known === -1 ? own.statements.add(low, high, database) : known;
  mergeNumbers(own, target, other, index);
  mergeDetails(own, target, other, index, nameOf);
  const isBetter = known === -1 || (own.texts.isShortened(target) && !other.texts.isShortened(index));
  if (isBetter) {
    own.texts.set(target, other.texts.text(index), other.texts.isShortened(index), (statement) =>
      own.callsOf(statement),
    );
  }
  return target;
}

const SUMS = [
  COLUMN.calls,
  COLUMN.untimed,
  COLUMN.totalUs,
  COLUMN.rows,
  COLUMN.rowsKnown,
  COLUMN.lockUs,
  COLUMN.lockKnown,
  COLUMN.examined,
  COLUMN.examinedKnown,
  COLUMN.phaseUs,
  COLUMN.phases,
] as const;

function mergeNumbers(own: LogDigest, target: number, other: LogDigest, index: number): void {
  const into = own.statements.numbers;
  const from = other.statements.numbers;
  const a = own.statements.baseOf(target);
  const b = other.statements.baseOf(index);
  for (const column of SUMS) into[a + column] = (into[a + column] ?? 0) + (from[b + column] ?? 0);
  for (const column of [COLUMN.minUs, COLUMN.firstMs]) {
    into[a + column] = Math.min(into[a + column] ?? 0, from[b + column] ?? 0);
  }
  for (const column of [COLUMN.maxUs, COLUMN.lastMs]) {
    into[a + column] = Math.max(into[a + column] ?? 0, from[b + column] ?? 0);
  }
}

function mergeDetails(own: LogDigest, target: number, other: LogDigest, index: number, nameOf: NameMap): void {
  const into = own.statements.details[target];
  const from = other.statements.details[index];
  if (into === undefined || from === undefined) return;
  into.sketch.merge(from.sketch);
  // What came first counts: the id depends on how the text is written.
  into.perconaId ??= from.perconaId;
  into.queryId ??= from.queryId;
  for (const { hour, calls, totalUs } of from.hours) into.hours = countHour(into.hours, hour, calls, totalUs);
  for (const list of ["users", "applications", "routes"] as const) {
    for (let at = 0; at < from[list].length; at += 2) {
      into[list] = countName(into[list], nameOf(from[list][at] ?? 0), from[list][at + 1] ?? 0);
    }
  }
  for (const example of from.examples) {
    keepExample(into, { ...example, user: nameOf(example.user), application: nameOf(example.application) }, own.names);
  }
}

/** Holders of locks and members of deadlocks whose last statement stands in the part before. */
function resolveHolders(own: LogDigest, other: LogDigest): void {
  const lastOf = (pid: number): string | null => own.lastStatementOf(pid);
  for (const line of other.facts.lockWaits) {
    for (const holder of line.holders) holder.lastStatement ??= lastOf(holder.pid);
  }
  for (const line of other.facts.deadlocks) {
    for (const member of line.members) member.earlierStatement ??= member.pid === null ? null : lastOf(member.pid);
  }
}
