import type { DeadlockLock, DeadlockMember } from "../model/log.ts";
import { type CycleMember, type CycleStep, type DeadlockCycle, lockedTable } from "./deadlock-cycle.ts";
import { statementTarget } from "./statement-target.ts";

/** What removes a deadlock, as far as its locks and statements show it. */
export type DeadlockRemedy =
  /** Several relations in opposite order; `turn` are the sessions that took two of them against `order`. */
  | {
      readonly kind: "relation-order";
      readonly order: readonly string[];
      readonly turn: readonly CycleStep[];
      /** Relations in which rows were taken in opposite order as well. */
      readonly rowsOf: readonly string[];
    }
  /** Rows of one relation in opposite order. */
  | { readonly kind: "row-order"; readonly relation: string }
  /** The same rows, found through two indexes. */
  | { readonly kind: "index-order"; readonly relation: string; readonly indexes: readonly string[] }
  /** Two sessions share a row (or a table) and each wants it alone. */
  | { readonly kind: "row-upgrade"; readonly relation: string }
  | { readonly kind: "table-upgrade"; readonly relation: string }
  /** Both have inserted into `child` before, which locks the row of `relation` that a foreign key refers to. */
  | { readonly kind: "foreign-key-upgrade"; readonly relation: string; readonly child: string }
  /** Inserts of one key, each with the shared lock that a failed insert leaves. */
  | { readonly kind: "duplicate-key"; readonly relation: string }
  /** An insert into a gap that another session has locked. */
  | { readonly kind: "gap-lock"; readonly relation: string }
  | { readonly kind: "advisory-order" }
  | { readonly kind: "unknown" };

const TABLE_LOCKS: ReadonlySet<string> = new Set(["relation", "table"]);
const UNKNOWN: DeadlockRemedy = { kind: "unknown" };

/** Names the order that removes a deadlock only where the evidence shows in which order the locks were taken. */
export function deadlockRemedy({ members, steps }: DeadlockCycle): DeadlockRemedy {
  const waits = members.map(({ member }) => member.waitsFor);
  if (waits.every((wait) => wait?.object.kind === "advisory lock")) return { kind: "advisory-order" };
  if (steps === null) return UNKNOWN;
  const [relation, ...others] = new Set(steps.map(({ held }) => held));
  if (relation === undefined) return UNKNOWN;
  return others.length > 0 ? relationOrder(steps) : withinRelation(relation, members);
}

/** Follows the circle from the first relation by name on: then only who closes it has to turn around. */
function relationOrder(steps: readonly CycleStep[]): DeadlockRemedy {
  const between = steps.filter(({ held, wanted }) => held !== wanted);
  const order: string[] = [];
  for (const start of [...new Set(between.map(({ held }) => held))].toSorted()) {
    let next: string | undefined = start;
    while (next !== undefined && !order.includes(next)) {
      order.push(next);
      const from: string = next;
      next = between.find(({ held, wanted }) => held === from && !order.includes(wanted))?.wanted;
    }
  }
  const against = between.filter(({ held, wanted }) => order.indexOf(held) > order.indexOf(wanted));
  const rowsOf = new Set(steps.filter(({ held, wanted }) => held === wanted).map(({ held }) => held));
  return {
    kind: "relation-order",
    order,
    turn: against,
    rowsOf: [...rowsOf],
  };
}

function withinRelation(relation: string, cycle: readonly CycleMember[]): DeadlockRemedy {
  const members = cycle.map(({ member }) => member);
  const onTable = members.filter(({ waitsFor }) => TABLE_LOCKS.has(waitsFor?.object.kind ?? "")).length;
  if (onTable > 0) return onTable === members.length ? { kind: "table-upgrade", relation } : UNKNOWN;
  if (members.some(({ waitsFor }) => waitsFor?.object.kind === "record")) return withinIndex(relation, members);
  return withinRows(relation, members);
}

/** InnoDB names the modes of what is held and wanted. */
function withinIndex(relation: string, members: readonly DeadlockMember[]): DeadlockRemedy {
  const waits = members.flatMap(({ waitsFor }) => (waitsFor === null ? [] : [waitsFor]));
  const shared = members.filter(({ holds }) => holds.some((lock) => isShared(lock) && isOn(lock, relation)));
  if (waits.some(isInsertIntention)) return { kind: shared.length > 0 ? "duplicate-key" : "gap-lock", relation };
  const checksKey = members.some(({ waitsFor, statement }) => {
    const { command, table } = statementTarget(statement?.query ?? "");
    return waitsFor !== null && isShared(waitsFor) && command === "insert" && isNamed(relation, table);
  });
  if (checksKey) return { kind: "duplicate-key", relation };
  if (shared.length === members.length) return { kind: "row-upgrade", relation };
  const indexes = [...new Set(waits.flatMap(({ object }) => (object.index === null ? [] : [object.index])))];
  return indexes.length > 1
    ? { kind: "index-order", relation, indexes: indexes.toSorted() }
    : { kind: "row-order", relation };
}

/** PostgreSQL names the wait alone; what was taken before shows in the statement before. */
function withinRows(relation: string, members: readonly DeadlockMember[]): DeadlockRemedy {
  const earlier = members.map(({ earlierStatement }) => statementTarget(earlierStatement?.query ?? ""));
  if (earlier.every(({ rowLock, table }) => rowLock === "shared" && isNamed(relation, table))) {
    return { kind: "row-upgrade", relation };
  }
  const [child = null] = earlier.map(({ table }) => table);
  const inserted = earlier.every(({ command, table }) => command === "insert" && table === child);
  const isOther = child !== null && !isNamed(relation, child);
  return inserted && isOther ? { kind: "foreign-key-upgrade", relation, child } : { kind: "row-order", relation };
}

function isNamed(relation: string, table: string | null): boolean {
  return table !== null && (relation === table || relation.endsWith(`.${table}`) || table.endsWith(`.${relation}`));
}

function isOn({ object }: DeadlockLock, relation: string): boolean {
  return object.relation !== null && isNamed(relation, lockedTable(object.relation));
}

/** `S`, `lock mode S waiting`, `S,REC_NOT_GAP`; `IS` is an intention on the table. */
function isShared({ mode }: DeadlockLock): boolean {
  return /\bS\b/.test(mode);
}

function isInsertIntention({ mode }: DeadlockLock): boolean {
  return /insert[ _]intention/i.test(mode);
}
