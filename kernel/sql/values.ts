import { setSlot, VALUE_FLAGS, VALUE_HASH, VALUE_SUM } from "../slots";
import { isDigit } from "../find";
import { hashBytes, mix, narrowed } from "./word-hash";

/** The text has placeholders, whose values stand elsewhere, if anywhere. */
export const PLACEHOLDERS: u32 = 1;
/** It has values of its own. */
export const VALUES: u32 = 2;
/** `in (…)` has several elements. */
export const LIST: u32 = 4;
/** The same group stands several times, as rows of a list do. */
export const GROUPS: u32 = 8;

const START: u64 = 0x2545f4914f6cdd1d;
const QUOTE: u8 = 39;
const MOST_DIGITS: usize = 18;

/** Hash of the values of the text that was scanned last, in their order; the sum of those that are whole numbers. */
let hash: u64 = START;
let sum: u32 = 0;
let flags: u32 = 0;

// @ts-expect-error: decorator
@inline
export function clearValues(): void {
  hash = START;
  sum = 0;
  flags = 0;
}

// @ts-expect-error: decorator
@inline
export function note(flag: u32): void {
  flags |= flag;
}

export function addValue(from: usize, to: usize): void {
  hash = mix(hash, hashBytes(from, to, false));
  const isQuoted = load<u8>(from) == QUOTE && to - from > 2;
  sum += isQuoted ? wholeNumber(from + 1, to - 1) : wholeNumber(from, to);
  flags |= VALUES;
}

// @ts-expect-error: decorator
@inline
export function addToken(token: u64): void {
  hash = mix(hash, token);
  flags |= VALUES;
}

/** What is known of the values of the text that was scanned last, in one number each. */
export function hashOfValues(): u32 {
  return narrowed(hash);
}

export function sumOfValues(): u32 {
  return sum;
}

export function flagsOfValues(): u32 {
  return flags;
}

// @ts-expect-error: decorator
@inline
export function setValues(valueHash: u32, valueSum: u32, valueFlags: u32): void {
  setSlot(VALUE_HASH, valueHash);
  setSlot(VALUE_SUM, valueSum);
  setSlot(VALUE_FLAGS, valueFlags);
}

/**
 * Sets hash and sum of the values in `parameters: $1 = '5', $2 = NULL`, as PostgreSQL writes them in DETAIL: 1, or 0
 * where it is no such line.
 */
export function hashParameters(from: usize, to: usize): i32 {
  if (from + 12 >= to || !isParameters(from)) return 0;
  const known = hashBytes(from + 12, to, false);
  let total: u32 = 0;
  for (let at = from + 12; at < to; at += 1) {
    if (load<u8>(at) != QUOTE) continue;
    const start = at + 1;
    at = start;
    while (at < to && load<u8>(at) != QUOTE) at += 1;
    total += wholeNumber(start, at);
  }
  setSlot(VALUE_HASH, narrowed(known));
  setSlot(VALUE_SUM, total);
  return 1;
}

/** `arameters:` behind a letter that is a capital from PostgreSQL 16 on. */
function isParameters(from: usize): bool {
  return (load<u8>(from) | 32) == 112 && load<u64>(from + 1) == 0x726574656d617261 && load<u16>(from + 9) == 0x3a73;
}

/** The number that stands in `[from, to)`, modulo 2³²; 0 where it is none. */
function wholeNumber(from: usize, to: usize): u32 {
  if (to - from > MOST_DIGITS) return 0;
  let number: u32 = 0;
  for (let at = from; at < to; at += 1) {
    if (!isDigit(at)) return 0;
    number = number * 10 + <u32>(load<u8>(at) - 48);
  }
  return number;
}
