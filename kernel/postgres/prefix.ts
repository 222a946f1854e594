import { find } from "../find";
import { PREFIX } from "../memory";
import { APPLICATION, DATABASE, PID, REMOTE, setRange, setSlot, USER } from "../slots";
import { clearSession, endsByItself, fieldEnd, sessionPid } from "./prefix-fields";
import { slotAt } from "./record";
import { severityAt } from "./severity";

/** Operations of a compiled prefix; src/engines/postgres/logs/prefix.ts writes them, prefix-fields.ts has the others. */
export const OP_END = 0;
export const OP_LITERAL = 1;
export const OP_USER = 5;
export const OP_DATABASE = 6;
export const OP_APPLICATION = 7;
/** `%r`: address and port. */
export const OP_REMOTE = 8;
/** `%i`, `%L`: nobody reads it. */
export const OP_SKIPPED = 13;
/** `%q`: lines of background processes end here. */
export const OP_QUIT = 14;
/** `%h`: an address or a name. */
export const OP_HOST = 18;
/** `%b`: words, as in “client backend”. */
export const OP_BACKEND = 19;

/** A name or command tag is no longer than this. */
const MAX_FIELD: usize = 256;
/** Ends of fields that are tried in one line: what is no line of this prefix must not take long. */
const MAX_ATTEMPTS = 1000;
/** In an argument: the field is padded on its right; the rest is its least width. */
const IS_LEFT: u8 = 128;

const SPACE: u8 = 32;

let attempts = 0;

// @ts-expect-error: decorator
@inline
function opAt(index: i32): i32 {
  return load<u8>(PREFIX + (<usize>index << 1));
}

// @ts-expect-error: decorator
@inline
function argumentAt(index: i32): u8 {
  return load<u8>(PREFIX + (<usize>index << 1) + 1);
}

/** Matches the whole prefix and the severity after it; returns the address of the message, or 0. */
export function matchPrefix(at: usize, to: usize): usize {
  attempts = 0;
  clearSession();
  const message = match(0, at, to);
  if (message != 0 && sessionPid != 0 && slotAt(PID) == 0) setSlot(PID, sessionPid);
  return message;
}

function match(first: i32, from: usize, to: usize): usize {
  let index = first;
  let at = from;
  while (true) {
    const op = opAt(index);
    if (op == OP_LITERAL) {
      if (at >= to || load<u8>(at) != argumentAt(index)) return 0;
      at += 1;
    } else if (op == OP_END) return severityAt(at, to);
    else if (op == OP_QUIT) {
      const message = match(index + 1, at, to);
      return message == 0 ? severityAt(at, to) : message;
    } else if (endsByItself(op)) {
      at = paddedEnd(op, argumentAt(index), at, to);
      if (at == 0) return 0;
    } else return matchField(index, op, at, to);
    index += 1;
  }
}

/** The address after a field and the spaces that bring it to its least width; 0 where there is none. */
function paddedEnd(op: i32, padding: u8, from: usize, to: usize): usize {
  if (padding == 0) return fieldEnd(op, from, to);
  const widthEnd = from + <usize>(padding & ~IS_LEFT);
  const limit = widthEnd < to ? widthEnd : to;
  let at = from;
  if (padding < IS_LEFT) while (at < limit && load<u8>(at) == SPACE) at += 1;
  at = fieldEnd(op, at, to);
  if (at != 0) while (at < limit && load<u8>(at) == SPACE) at += 1;
  return at;
}

/** A field ends before the next literal; where the rest does not fit, a later one is tried. */
function matchField(index: i32, op: i32, from: usize, to: usize): usize {
  const limit = from + MAX_FIELD < to ? from + MAX_FIELD : to;
  const width = <usize>(argumentAt(index) & ~IS_LEFT);
  // Where no literal marks its end, severity or another field follows.
  const isMarked = opAt(index + 1) == OP_LITERAL;
  const stop = argumentAt(index + 1);
  let end = from + width;
  while (end <= limit) {
    if (isMarked) {
      end = find(stop, end, limit);
      if (end >= limit) return 0;
    }
    attempts += 1;
    if (attempts > MAX_ATTEMPTS) return 0;
    if (canBe(op, from, end)) {
      const message = match(index + 1, end, to);
      if (message != 0) return fieldFound(op, from, end, message);
    }
    end += 1;
  }
  return 0;
}

/** Whether a field may hold the bytes: without, one that may hold anything takes what belongs to the next. */
function canBe(op: i32, first: usize, last: usize): bool {
  if (op != OP_REMOTE && op != OP_HOST && op != OP_BACKEND) return true;
  const from = trimmedStart(first, last);
  const end = trimmedEnd(from, last);
  if (from == end) return true;
  const firstByte = load<u8>(from);
  const lastByte = load<u8>(end - 1);
  if (op == OP_BACKEND) return (firstByte | 32) - 97 < 26 && isWords(from, end);
  if (find(SPACE, from, end) < end) return false;
  if (op == OP_HOST) return true;
  return lastByte == 41 || (firstByte == 91 && lastByte == 93);
}

/** Whether none of the bytes is one of an address. */
function isWords(from: usize, to: usize): bool {
  for (let at = from; at < to; at += 1) {
    const byte = load<u8>(at);
    if (byte == 46 || byte == 40 || byte == 41 || byte == 91 || byte == 93) return false;
  }
  return true;
}

function trimmedStart(from: usize, to: usize): usize {
  let at = from;
  while (at < to && load<u8>(at) == SPACE) at += 1;
  return at;
}

function trimmedEnd(from: usize, to: usize): usize {
  let at = to;
  while (at > from && load<u8>(at - 1) == SPACE) at -= 1;
  return at;
}

function fieldFound(op: i32, from: usize, end: usize, message: usize): usize {
  const first = trimmedStart(from, end);
  const last = trimmedEnd(first, end);
  if (op == OP_USER) setRange(USER, first, last);
  else if (op == OP_DATABASE) setRange(DATABASE, first, last);
  else if (op == OP_APPLICATION) setRange(APPLICATION, first, last);
  else if (op == OP_REMOTE || op == OP_HOST) setRange(REMOTE, first, last);
  return message;
}
