import { property } from "./untyped.ts";

/** A result of many rows, as the driver is about to hand it over: rows are objects by column name, or arrays. */
export interface LargeResult {
  readonly rows: readonly unknown[];
  readonly fields: readonly unknown[];
}

/** What tells a cell of one column from another. */
type Cell = string | number | bigint | boolean | null;

/** The cell of a row; undefined for what cannot be compared. */
type Column = (row: unknown) => Cell | undefined;

/** Results of fewer rows are not looked at. */
const MANY_ROWS = 100;
/** A result of two tables has one has-many relation at most. */
const JOINS = /\bjoin\b[\s\S]*\bjoin\b/i;
/** Entities whose rows are looked at; of each all rows in one column, and some in the others. */
const MOST_LOOKED = 3;
const MOST_SAMPLED = 200;
const MOST_VALUES = 8;
/** Of a text. */
const MOST_LENGTH = 64;

/** The result, where it has many rows; else null. */
export function largeResult(rows: unknown, fields: unknown): LargeResult | null {
  return Array.isArray(rows) && rows.length >= MANY_ROWS && Array.isArray(fields) ? { rows, fields } : null;
}

/**
 * Distinct values of the first column, where eager loads of libraries have the key of the entity. Null where nothing
 * says that they are what the rows repeat: fewer than two joins, a first column that cannot be read, or rows of one
 * value of it that are not each row of one relation with each row of another.
 */
export function countEntities(text: string, { rows, fields }: LargeResult): number | null {
  if (!JOINS.test(text)) return null;
  const [first, ...others] = columnsOf(rows[0], fields);
  const byEntity = first === undefined || first === null ? null : rowsByValue(rows, first);
  if (byEntity === null || byEntity.has(null)) return null;
  if (byEntity.size * 2 > rows.length) return byEntity.size;
  const columns = others.filter((column) => column !== null);
  const largest = [...byEntity.values()].toSorted((a, b) => b.length - a.length).slice(0, MOST_LOOKED);
  return largest.every((own) => isProduct(own, columns)) ? byEntity.size : null;
}

/** Null where objects cannot hold the column: its name is another one's as well. */
function columnsOf(row: unknown, fields: readonly unknown[]): (Column | null)[] {
  if (Array.isArray(row)) return fields.map((_, index) => (of) => cellOf(property(of, index)));
  const names = fields.map((field) => property(field, "name"));
  return names.map((name, index) => {
    if (typeof name !== "string" || names.indexOf(name) !== index || names.lastIndexOf(name) !== index) return null;
    return (of) => cellOf(property(of, name));
  });
}

/** Null where a value cannot be compared. */
function rowsByValue(rows: readonly unknown[], column: Column): Map<Cell, unknown[]> | null {
  const groups = new Map<Cell, unknown[]>();
  for (const row of rows) {
    const value = column(row);
    if (value === undefined) return null;
    const group = groups.get(value);
    if (group === undefined) groups.set(value, [row]);
    else group.push(row);
  }
  return groups;
}

/**
 * Whether the rows are each row of one relation with each row of another. A column of many values stands for the first
 * one: each of its values comes equally often, and every other column either goes with that value or has the same
 * values beside each of them.
 */
function isProduct(rows: readonly unknown[], columns: readonly Column[]): boolean {
  const groups = rowsByValue(rows, ofMostValues(rows.slice(0, MOST_SAMPLED), columns));
  // Whatever has no row in a relation of a relation comes together.
  groups?.delete(null);
  const own = [...(groups ?? new Map<Cell, unknown[]>()).values()];
  const times = own[0]?.length ?? 0;
  if (own.length < 2 || times < 2 || own.some(({ length }) => length !== times)) return false;
  // From all over the rows, which may be those of several entities in the order of these.
  const step = Math.ceil(own.length / MOST_VALUES);
  const looked = own.filter((_, index) => index % step === 0);
  return columns.every((column) => isSteady(column, looked) || isShared(column, looked));
}

/** Columns whose values cannot be compared have none. */
function ofMostValues(rows: readonly unknown[], columns: readonly Column[]): Column {
  let most: Column = () => null;
  let count = 0;
  for (const column of columns) {
    const values = new Set(rows.map(column));
    if (values.size <= count || values.has(undefined)) continue;
    most = column;
    count = values.size;
  }
  return most;
}

/** One value in each group. */
function isSteady(column: Column, groups: readonly (readonly unknown[])[]): boolean {
  return groups.every(([first, ...others]) => {
    const value = column(first);
    return others.every((row) => column(row) === value);
  });
}

/** The same values, each as often, in all groups. */
function isShared(column: Column, groups: readonly (readonly unknown[])[]): boolean {
  const wanted = new Map<Cell | undefined, number>();
  for (const value of (groups[0] ?? []).map(column)) wanted.set(value, (wanted.get(value) ?? 0) + 1);
  return groups.every((group) => {
    const left = new Map(wanted);
    return group.every((row) => {
      const value = column(row);
      const count = left.get(value) ?? 0;
      left.set(value, count - 1);
      return count > 0;
    });
  });
}

/** Long texts by their beginning and length. */
function cellOf(value: unknown): Cell | undefined {
  if (typeof value === "string")
    return value.length <= MOST_LENGTH ? value : `${value.length} ${value.slice(0, MOST_LENGTH)}`;
  if (value === null || typeof value === "number" || typeof value === "bigint" || typeof value === "boolean")
    return value;
  if (value instanceof Date) return value.getTime();
  return Buffer.isBuffer(value) ? `${value.length} ${value.toString("latin1", 0, MOST_LENGTH)}` : undefined;
}
