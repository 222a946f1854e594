import { find, isDigit } from "../find";
import { PREFIX } from "../memory";
import { APPLICATION, DATABASE, PID, QUERY_ID, REMOTE, SESSION, SQLSTATE, setFloat, setRange, setSlot, TIME, USER, VIRTUAL_TRANSACTION } from "../slots";
import { readTime, timeEnd } from "../time";
import { severityAt } from "./severity";

/** Operations of a compiled prefix; src/engines/postgres/logs/prefix.ts writes them. */
export const OP_END = 0;
export const OP_LITERAL = 1;
export const OP_TIME = 2;
export const OP_EPOCH = 3;
export const OP_PID = 4;
export const OP_USER = 5;
export const OP_DATABASE = 6;
export const OP_APPLICATION = 7;
export const OP_REMOTE = 8;
export const OP_SESSION = 9;
export const OP_SQLSTATE = 10;
export const OP_QUERY_ID = 11;
export const OP_VIRTUAL_TRANSACTION = 12;
/** A field that nobody reads: `%i`, `%b`, `%l`, `%x`, `%s`, `%L`, `%P`. */
export const OP_SKIPPED = 13;
/** `%q`: lines of background processes end here. */
export const OP_QUIT = 14;

/** A name or command tag is no longer than this. */
const MAX_FIELD: usize = 256;

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
  return match(0, at, to);
}

function match(first: i32, from: usize, to: usize): usize {
  let index = first;
  let at = from;
  while (true) {
    const op = opAt(index);
    if (op == OP_LITERAL) {
      if (at >= to || load<u8>(at) != argumentAt(index)) return 0;
      at += 1;
    } else if (op == OP_TIME) {
      const time = readTime(at, to);
      if (isNaN(time)) return 0;
      setFloat(TIME, time);
      at = timeEnd;
    } else if (op == OP_PID) {
      while (at < to && load<u8>(at) == 32) at += 1;
      if (at >= to || !isDigit(at)) return 0;
      let pid: u32 = 0;
      while (at < to && isDigit(at)) {
        pid = pid * 10 + load<u8>(at) - 48;
        at += 1;
      }
      setSlot(PID, pid);
    } else if (op == OP_EPOCH) {
      const end = epoch(at, to);
      if (end == 0) return 0;
      at = end;
    } else if (op == OP_END) return severityAt(at, to);
    else if (op == OP_QUIT) {
      const message = match(index + 1, at, to);
      return message == 0 ? severityAt(at, to) : message;
    } else return matchField(index, op, at, to);
    index += 1;
  }
}

/** A field ends before the next literal; where the rest does not fit, a later one is tried. */
function matchField(index: i32, op: i32, from: usize, to: usize): usize {
  const limit = from + MAX_FIELD < to ? from + MAX_FIELD : to;
  if (opAt(index + 1) != OP_LITERAL) {
    // Nothing marks its end: severity or another field follows.
    for (let end = from; end <= limit; end += 1) {
      const message = match(index + 1, end, to);
      if (message != 0) return fieldFound(op, from, end, message);
    }
    return 0;
  }
  const stop = argumentAt(index + 1);
  let end = find(stop, from, limit);
  while (end < limit) {
    const message = match(index + 1, end, to);
    if (message != 0) return fieldFound(op, from, end, message);
    end = find(stop, end + 1, limit);
  }
  return 0;
}

function fieldFound(op: i32, from: usize, end: usize, message: usize): usize {
  let first = from;
  let last = end;
  while (first < last && load<u8>(first) == 32) first += 1;
  while (last > first && load<u8>(last - 1) == 32) last -= 1;
  if (op == OP_USER) setRange(USER, first, last);
  else if (op == OP_DATABASE) setRange(DATABASE, first, last);
  else if (op == OP_APPLICATION) setRange(APPLICATION, first, last);
  else if (op == OP_REMOTE) setRange(REMOTE, first, last);
  else if (op == OP_SESSION) setRange(SESSION, first, last);
  else if (op == OP_SQLSTATE) setRange(SQLSTATE, first, last);
  else if (op == OP_QUERY_ID) setRange(QUERY_ID, first, last);
  else if (op == OP_VIRTUAL_TRANSACTION) setRange(VIRTUAL_TRANSACTION, first, last);
  return message;
}

/** `1764000000.123`: seconds since 1970. */
function epoch(from: usize, to: usize): usize {
  let at = from;
  let seconds: f64 = 0;
  while (at < to && isDigit(at)) {
    seconds = seconds * 10 + <f64>(<i32>load<u8>(at) - 48);
    at += 1;
  }
  if (at - from < 9 || at >= to || load<u8>(at) != 46) return 0;
  at += 1;
  let ms: f64 = 0;
  let scale: f64 = 100;
  while (at < to && isDigit(at)) {
    ms += <f64>(<i32>load<u8>(at) - 48) * scale;
    scale /= 10;
    at += 1;
  }
  setFloat(TIME, seconds * 1000 + ms);
  return at;
}
