import { digitsValue, digitsWithin } from "../digits";
import { isDigit } from "../find";
import { PID, QUERY_ID, SESSION, SQLSTATE, setFloat, setRange, setSlot, TIME, VIRTUAL_TRANSACTION } from "../slots";
import { readTime, timeEnd } from "../time";

/** Operations whose field shows by itself where it ends; src/engines/postgres/logs/prefix.ts has the numbers. */
export const OP_TIME = 2;
export const OP_EPOCH = 3;
export const OP_PID = 4;
export const OP_SESSION = 9;
export const OP_SQLSTATE = 10;
export const OP_QUERY_ID = 11;
export const OP_VIRTUAL_TRANSACTION = 12;
/** `%s`: a time that nobody reads. */
export const OP_SESSION_START = 15;
/** `%l`, `%x`: a number that nobody reads. */
export const OP_NUMBER = 16;
/** `%P`: a number, or nothing. */
export const OP_LEADER = 17;

const MINUS: u8 = 45;
const DOT: u8 = 46;
const SLASH: u8 = 47;

/** Whether `fieldEnd` knows where the field of an operation ends. */
export function endsByItself(op: i32): bool {
  if (op <= OP_PID) return op >= OP_TIME;
  return (op >= OP_SESSION && op <= OP_VIRTUAL_TRANSACTION) || (op >= OP_SESSION_START && op <= OP_LEADER);
}

/** Takes the field at `at` into its slot: the address after it, or 0 where there is none. */
export function fieldEnd(op: i32, at: usize, to: usize): usize {
  if (op == OP_TIME || op == OP_SESSION_START) {
    const time = readTime(at, to);
    if (isNaN(time)) return 0;
    if (op == OP_TIME) setFloat(TIME, time);
    return timeEnd;
  }
  if (op == OP_EPOCH) return epoch(at, to);
  if (op == OP_PID) return pid(at, to);
  if (op == OP_SESSION) return session(at, to);
  if (op == OP_SQLSTATE) return sqlstate(at, to);
  const hasSign = (op == OP_QUERY_ID || op == OP_VIRTUAL_TRANSACTION) && at < to && load<u8>(at) == MINUS;
  const first = hasSign ? at + 1 : at;
  const end = digitsEnd(first, to);
  if (op == OP_LEADER) return end;
  if (op == OP_VIRTUAL_TRANSACTION) return virtualTransaction(at, end, to);
  if (end == first) return 0;
  if (op == OP_QUERY_ID) setRange(QUERY_ID, at, end);
  return end;
}

function digitsEnd(from: usize, to: usize): usize {
  let at = from;
  while (at < to && isDigit(at)) at += 1;
  return at;
}

function pid(from: usize, to: usize): usize {
  const eight = load<u64>(from);
  const digits = digitsWithin(eight, from, to);
  if (digits == 0) return 0;
  let number = <u32>digitsValue(eight, digits);
  let at = from + digits;
  while (digits == 8 && at < to && isDigit(at)) {
    number = number * 10 + load<u8>(at) - 48;
    at += 1;
  }
  setSlot(PID, number);
  return at;
}

/** `6b059574.359d`: start of the session and pid, in hexadecimal. */
function session(from: usize, to: usize): usize {
  let number: u32 = 0;
  let at = from;
  let dot: usize = 0;
  while (at < to) {
    const byte = load<u8>(at);
    const letter = byte - 97;
    if (byte - 48 < 10) number = (number << 4) | (byte - 48);
    else if (letter < 6) number = (number << 4) | (letter + 10);
    else if (byte == DOT && dot == 0 && at > from) {
      dot = at;
      number = 0;
    } else break;
    at += 1;
  }
  if (dot == 0 || at == dot + 1) return 0;
  setRange(SESSION, from, at);
  sessionPid = number;
  return at;
}

/** The pid that a session's id names; 0 without one. For lines whose prefix has no pid. */
export let sessionPid: u32 = 0;

export function clearSession(): void {
  sessionPid = 0;
}

function sqlstate(from: usize, to: usize): usize {
  if (from + 5 > to) return 0;
  for (let at = from; at < from + 5; at += 1) {
    if (!isDigit(at) && load<u8>(at) - 65 >= 26) return 0;
  }
  setRange(SQLSTATE, from, from + 5);
  return from + 5;
}

/** `3/79`; nothing in a process that has none. */
function virtualTransaction(from: usize, slash: usize, to: usize): usize {
  if (slash == from) return from;
  if (slash >= to || load<u8>(slash) != SLASH) return 0;
  const end = digitsEnd(slash + 1, to);
  if (end == slash + 1) return 0;
  setRange(VIRTUAL_TRANSACTION, from, end);
  return end;
}

/** `1764000000.123`: seconds since 1970. */
function epoch(from: usize, to: usize): usize {
  let at = from;
  let seconds: f64 = 0;
  while (at < to && isDigit(at)) {
    seconds = seconds * 10 + <f64>(<i32>load<u8>(at) - 48);
    at += 1;
  }
  if (at - from < 9 || at >= to || load<u8>(at) != DOT) return 0;
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
