import type { IsoTime } from "../../model/primitives.ts";
import type { Row } from "./session.ts";

/** Reads a text column. Throws where it is null, missing or of another type, as every reader here. */
export function text(row: Row, column: string): string {
  return textOrNull(row, column) ?? missing(column, "text");
}

export function textOrNull(row: Row, column: string): string | null {
  const value = cell(row, column);
  if (value === null || typeof value === "string") return value;
  return mismatch(column, "text", value);
}

/** A number that fits a double exactly: int2, int4, or an int8 that came as text. */
export function int(row: Row, column: string): number {
  return intOrNull(row, column) ?? missing(column, "integer");
}

export function intOrNull(row: Row, column: string): number | null {
  const value = numberOrNull(row, column);
  return value === null || Number.isInteger(value) ? value : mismatch(column, "integer", value);
}

/** A number of any type; int8 and numeric come as text. */
export function number(row: Row, column: string): number {
  return numberOrNull(row, column) ?? missing(column, "number");
}

export function numberOrNull(row: Row, column: string): number | null {
  const value = cell(row, column);
  if (value === null) return null;
  const parsed = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof parsed === "number" && Number.isFinite(parsed) ? parsed : mismatch(column, "number", value);
}

export function bool(row: Row, column: string): boolean {
  return boolOrNull(row, column) ?? missing(column, "boolean");
}

function boolOrNull(row: Row, column: string): boolean | null {
  const value = cell(row, column);
  if (value === null || typeof value === "boolean") return value;
  return mismatch(column, "boolean", value);
}

/** A timestamptz as ISO 8601 in UTC; the driver returns a Date, a recorded row its text. */
export function isoTime(row: Row, column: string): IsoTime {
  return isoTimeOrNull(row, column) ?? missing(column, "time");
}

/** Null also for `infinity`, which the driver returns as a number. */
export function isoTimeOrNull(row: Row, column: string): IsoTime | null {
  const value = cell(row, column);
  if (value === null || value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) return null;
  const time = value instanceof Date ? value : typeof value === "string" ? new Date(value) : null;
  if (time === null || Number.isNaN(time.getTime())) return mismatch(column, "time", value);
  return time.toISOString();
}

/** A text[] column; null counts as no element, because aggregates of nothing are null. */
export function textArray(row: Row, column: string): string[] {
  const value = cell(row, column);
  if (value === null) return [];
  if (!Array.isArray(value)) return mismatch(column, "text[]", value);
  return value.map((element: unknown) => (typeof element === "string" ? element : mismatch(column, "text[]", value)));
}

/** A json column that holds an array of objects; null counts as none. */
export function objectArray(row: Row, column: string): Row[] {
  const value = cell(row, column);
  if (value === null) return [];
  if (!Array.isArray(value)) return mismatch(column, "json array", value);
  return value.map((element: unknown) => (isRow(element) ? element : mismatch(column, "json array of objects", value)));
}

export function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** True where the server's answer has the column at all: newer majors and extension versions add some. */
export function hasColumn(row: Row, column: string): boolean {
  return row[column] !== undefined;
}

function cell(row: Row, column: string): unknown {
  const value = row[column];
  if (value === undefined) throw new TypeError(`column "${column}" is missing in the server's answer`);
  return value;
}

function missing(column: string, type: string): never {
  throw new TypeError(`column "${column}" is null where ${type} was expected`);
}

/** Names the type only: a value may be private. */
function mismatch(column: string, type: string, value: unknown): never {
  const found = Array.isArray(value) ? "array" : typeof value;
  throw new TypeError(`column "${column}" holds ${found} where ${type} was expected`);
}
