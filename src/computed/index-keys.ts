import type { Index, IndexKey } from "../model/catalog.ts";

/** True where every key part is known: a column, or an expression whose text was read. */
function keysAreKnown({ keys }: Index): boolean {
  return keys.length > 0 && keys.every(({ column, expression }) => column !== null || expression !== null);
}

/** True where an index is whole and in use by the planner. */
export function isUsable({ isValid, isReady, isBuilding }: Index): boolean {
  return isValid && isReady && !isBuilding;
}

/** True where something besides queries needs the index, so that it must not be dropped. */
export function isHeld({
  isUnique,
  isPrimaryKey,
  constraint,
  referencedBy,
  isReplicaIdentity,
  isClustered,
}: Index): boolean {
  return isUnique || isPrimaryKey || constraint !== null || referencedBy.length > 0 || isReplicaIdentity || isClustered;
}

/** True where both indexes hold the same keys in an order that one scan direction makes equal. */
export function sameKeys(a: Index, b: Index): boolean {
  return a.keys.length === b.keys.length && isKeyPrefix(a, b);
}

/** True where the first index's keys open the second's, in the same or (btree only) the fully reversed order. */
export function isKeyPrefix(narrow: Index, wide: Index): boolean {
  if (narrow.keys.length > wide.keys.length || narrow.method !== wide.method) return false;
  if (!keysAreKnown(narrow) || !keysAreKnown(wide)) return false;
  const pairs = narrow.keys.map((key, position) => [key, wide.keys[position]] as const);
  const all = (same: (x: IndexKey, y: IndexKey) => boolean): boolean =>
    pairs.every(([x, y]) => y !== undefined && sameValue(x, y) && same(x, y));
  return all(sameOrder) || (narrow.method === "btree" && all(reversedOrder));
}

/** True where both are full, or partial under the same condition. */
export function samePredicate(a: Index, b: Index): boolean {
  return (
    (a.predicate === null ? null : foldSpace(a.predicate)) === (b.predicate === null ? null : foldSpace(b.predicate))
  );
}

/** An index's keys as messages name them: `customer_id, created_at desc`. */
export function keysLabel({ keys }: Index): string {
  return keys
    .map(({ column, expression, descending }) => `${column ?? expression ?? "?"}${descending ? " desc" : ""}`)
    .join(", ");
}

/** Columns that open the index, up to the first expression. */
export function leadingColumns({ keys }: Index): readonly string[] {
  const end = keys.findIndex(({ column }) => column === null);
  return (end === -1 ? keys : keys.slice(0, end)).flatMap(({ column }) => (column === null ? [] : [column]));
}

function sameValue(a: IndexKey, b: IndexKey): boolean {
  return (
    a.column === b.column &&
    a.operatorClass === b.operatorClass &&
    a.collation === b.collation &&
    foldSpace(a.expression ?? "") === foldSpace(b.expression ?? "")
  );
}

function sameOrder(a: IndexKey, b: IndexKey): boolean {
  return a.descending === b.descending && a.nullsFirst === b.nullsFirst;
}

function reversedOrder(a: IndexKey, b: IndexKey): boolean {
  return a.descending !== b.descending && a.nullsFirst !== b.nullsFirst;
}

function foldSpace(sql: string): string {
  return sql.replace(/\s+/g, " ").trim();
}
