import { FLOATS, SLOTS } from "./memory";

/** What one call found. The numbers are indexes of the host's views; src/logs/kernel.ts has the same list. */
export const NEXT = 0;
export const SEVERITY = 1;
export const KIND = 2;
export const PID = 3;
export const LINES = 4;
export const USER = 6;
export const DATABASE = 8;
export const APPLICATION = 10;
export const REMOTE = 12;
export const SESSION = 14;
export const SQLSTATE = 16;
export const QUERY_ID = 18;
export const MESSAGE = 20;
/** Text of the statement, without what the log says before it. */
export const TEXT = 22;
export const DETAIL = 24;
export const HINT = 26;
export const CONTEXT = 28;
export const STATEMENT = 30;
export const VIRTUAL_TRANSACTION = 32;
export const FIRST_COMMENT = 34;
export const LAST_COMMENT = 36;
export const KEY = 38;
/** The value of `route='…'` in a comment. */
export const ROUTE = 40;
/** Error number of MySQL or MariaDB. */
export const ERROR_NUMBER = 42;
/** Bits that say more about an event; each reader has its own. */
export const FLAGS = 43;
/** 64-bit hash of user, database and application together. */
export const WHO = 44;
/** 64-bit hash of the route, or of a comment without one. */
export const ROUTE_HASH = 46;
/** Hash and sum of the values in a statement or in its parameters, and what else is known of them (values.ts). */
export const VALUE_HASH = 48;
export const VALUE_SUM = 49;
export const VALUE_FLAGS = 50;
/** Hash of the id of a trace or request in a comment. */
export const TRACE = 51;
export const SLOT_COUNT = 56;

export const TIME = 0;
/** Microseconds. */
export const DURATION = 1;
export const ROWS_SENT = 2;
export const ROWS_AFFECTED = 3;
export const ROWS_EXAMINED = 4;
/** Microseconds. */
export const LOCK = 5;
/** The server wrote one of so many statements. */
export const RATE_LIMIT = 6;

// @ts-expect-error: decorator
@inline
export function setSlot(slot: i32, value: u32): void {
  store<u32>(SLOTS + (<usize>slot << 2), value);
}

// @ts-expect-error: decorator
@inline
export function slot(number: i32): u32 {
  return load<u32>(SLOTS + (<usize>number << 2));
}

/** 64 bits in two slots. */
// @ts-expect-error: decorator
@inline
export function setLong(slot: i32, value: u64): void {
  store<u64>(SLOTS + (<usize>slot << 2), value);
}

// @ts-expect-error: decorator
@inline
export function setRange(slot: i32, from: usize, to: usize): void {
  store<u32>(SLOTS + (<usize>slot << 2), <u32>from);
  store<u32>(SLOTS + (<usize>slot << 2) + 4, <u32>to);
}

// @ts-expect-error: decorator
@inline
export function setFloat(slot: i32, value: f64): void {
  store<f64>(FLOATS + (<usize>slot << 3), value);
}

export function clearSlots(): void {
  // A call of the engine's fill takes longer than these few stores.
  const zero = i64x2.splat(0);
  for (let at = SLOTS; at < SLOTS + (SLOT_COUNT << 2); at += 16) v128.store(at, zero);
  setFloat(TIME, NaN);
  setFloat(DURATION, NaN);
}
