import { SLOTS } from "../memory";
import { MESSAGE } from "../slots";
import { readMessage } from "./message";
import { PANIC } from "./severity";

/** Fields of the record whose text has escapes, one bit for each pair of slots. */
let escaped: u32 = 0;

export function clearEscapes(): void {
  escaped = 0;
}

// @ts-expect-error: decorator
@inline
export function noteEscapes(slot: i32): void {
  escaped |= <u32>1 << (slot >> 1);
}

/** The next pair of slots whose text has escapes; -1 after the last one. */
export function nextEscaped(): i32 {
  if (escaped == 0) return -1;
  const slot = <i32>ctz(escaped) << 1;
  escaped &= escaped - 1;
  return slot;
}

/** Whether anything of a message of this severity is read. */
// @ts-expect-error: decorator
@inline
export function isRead(severity: i32): bool {
  return severity <= PANIC;
}

// @ts-expect-error: decorator
@inline
export function slotAt(slot: i32): u32 {
  return load<u32>(SLOTS + (<usize>slot << 2));
}

/** Reads the message that lies in its slots without escapes. */
export function readRecordMessage(severity: i32): void {
  readMessage(severity, <usize>slotAt(MESSAGE), <usize>slotAt(MESSAGE + 1));
}

/** Number of bytes `byte` in `[from, to)`. */
export function countOf(byte: u8, from: usize, to: usize): u32 {
  const wanted = i8x16.splat(byte);
  let count: u32 = 0;
  let at = from;
  while (at + 16 <= to) {
    count += <u32>popcnt<i32>(i8x16.bitmask(i8x16.eq(v128.load(at), wanted)));
    at += 16;
  }
  while (at < to) {
    if (load<u8>(at) == byte) count += 1;
    at += 1;
  }
  return count;
}
