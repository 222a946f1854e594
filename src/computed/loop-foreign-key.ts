import type { Constraint } from "../model/catalog.ts";
import type { RelationName } from "../model/primitives.ts";
import type { LoopTarget } from "./loop-conditions.ts";
import { relationLabel } from "./relations.ts";

/**
 * The foreign key that a loop follows: from the repeated look-up's columns to another table (its rows belong to that
 * one), or from the source's table to the columns that are looked up. Null where several fit, or none.
 */
export function loopForeignKey(
  constraints: readonly Constraint[],
  target: LoopTarget | null,
  source: LoopTarget | null,
): Constraint | null {
  if (target === null || target.columns.length === 0) return null;
  const keys = constraints.filter(({ kind, isInherited }) => kind === "foreign-key" && !isInherited);
  const outgoing = keys.filter((key) => isNamed(key.table, target.table) && sameColumns(key.columns, target.columns));
  const incoming = keys.filter(
    ({ references }) =>
      references !== null && isNamed(references.table, target.table) && sameColumns(references.columns, target.columns),
  );
  if (source === null) return only(outgoing);
  return (
    only(outgoing.filter(({ references }) => references !== null && isNamed(references.table, source.table))) ??
    only(incoming.filter(({ table }) => isNamed(table, source.table))) ??
    only(outgoing)
  );
}

/** `the foreign key orders_user_id_fkey (orders.user_id → users.id)`. */
export function foreignKeyLabel({ name, table, columns, references }: Constraint): string {
  const from = `${relationLabel(table)}.${columns.join(", ")}`;
  const to = references === null ? "" : ` → ${relationLabel(references.table)}.${references.columns.join(", ")}`;
  return `the foreign key ${name} (${from}${to})`;
}

function only(keys: readonly Constraint[]): Constraint | null {
  const [first, ...others] = keys;
  return first === undefined || others.length > 0 ? null : first;
}

/** As statements write a table: they may leave out the schema; names of MySQL have their database in its place. */
export function writtenNames(relation: RelationName): ReadonlySet<string> {
  return new Set([relation.name, relationLabel(relation), `${relation.schema}.${relation.name}`]);
}

function isNamed(relation: RelationName, written: string): boolean {
  return writtenNames(relation).has(written);
}

/** True for the same columns in any order. */
export function sameColumns(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((column) => b.includes(column));
}
