import { digitsValue, digitsWithin } from "../digits";
import { find, isDigit } from "../find";
import { DATABASE, DURATION, ERROR_NUMBER, LOCK, PID, RATE_LIMIT, REMOTE, ROWS_AFFECTED, ROWS_EXAMINED, ROWS_SENT, setFloat, setRange, setSlot, USER } from "../slots";
import { readTime } from "../time";
import { firstLineAt, QUERY_TIME_LINE, TIME_LINE, USER_LINE } from "./first-lines";
import { count, microseconds, oldTime } from "./values";

const NEWLINE: u8 = 10;
const CARRIAGE_RETURN: u8 = 13;
const SPACE: u8 = 32;
const HASH: u8 = 35;
const COLON: u8 = 58;
const OPEN_BRACKET: u8 = 91;
const CLOSE_BRACKET: u8 = 93;

/** What the header that was read last says beside the slots. */
export let lineOfQueryTime: i32 = 0;
/** Its lines. */
export let headerLines: u32 = 0;
/** `# Schema:` names the database, or says that there is none. */
export let hasSchema: bool = false;
/** From `# Time:`; NaN without one. */
export let zonedMs: f64 = NaN;
/** From `# Time:` of an old server, which has no zone. */
export let localMs: f64 = NaN;
/** Errno and Killed of MySQL, Last_errno of Percona Server, which may be that of a warning. */
export let errno: u32 = 0;
export let killed: u32 = 0;
export let lastErrno: u32 = 0;

let isRateOfQueries: bool = false;

/**
 * Reads the lines of a header from `at` on: returns the address of the line after them, 0 where more bytes are needed.
 * `# administrator command:` is no part of it, nor is the first line of the next event.
 */
export function readHeader(at: usize, to: usize, isEnd: bool): usize {
  let line = at;
  let number = 1;
  headerLines = 0;
  while (line < to && load<u8>(line) == HASH) {
    const end = find(NEWLINE, line, to);
    if (end >= to && !isEnd) return 0;
    const kind = firstLineAt(line, end);
    if (kind == TIME_LINE) {
      if (number > 1) return line;
      timeLine(line + 7, end);
    } else if (kind == USER_LINE) {
      if (lineOfQueryTime != 0) return line;
      userLine(line + 12, end);
    } else if (kind == QUERY_TIME_LINE) {
      if (lineOfQueryTime != 0) return line;
      lineOfQueryTime = number;
      pairs(line, end);
    } else if (isCommand(line, end)) return line;
    else if (mayTell(load<u8>(line + 2))) pairs(line, end);
    line = end + 1;
    headerLines = number;
    number += 1;
  }
  return line < to ? line : to;
}

export function clearHeader(): void {
  lineOfQueryTime = 0;
  hasSchema = false;
  zonedMs = NaN;
  localMs = NaN;
  errno = 0;
  killed = 0;
  lastErrno = 0;
  isRateOfQueries = false;
}

/** `# administrator command: Quit;`. */
export function isCommand(line: usize, to: usize): bool {
  // `# admini` and `command:`.
  return line + 24 <= to && load<u64>(line) == 0x696e696d64612023 && load<u64>(line + 16) == 0x3a646e616d6d6f63;
}

/** Lines that hold something we read begin with Thread_id, Schema, Rows_affected, Log_slow_rate_type. */
// @ts-expect-error: decorator
@inline
function mayTell(first: u8): bool {
  return first == 84 || first == 83 || first == 82 || first == 76;
}

function timeLine(from: usize, end: usize): void {
  let at = from;
  while (at < end && load<u8>(at) == SPACE) at += 1;
  zonedMs = readTime(at, end);
  if (isNaN(zonedMs)) localMs = oldTime(at, end);
  // Some old servers write both lines as one.
  const next = find(HASH, at, end);
  if (next < end && firstLineAt(next, end) == USER_LINE) userLine(next + 12, end);
}

/** `root[root] @ localhost [127.0.0.1]  Id:     8`; of a replica's thread ` [SQL_SLAVE] @  []`. */
function userLine(from: usize, end: usize): void {
  const open = find(OPEN_BRACKET, from, end);
  const close = find(CLOSE_BRACKET, open, end);
  if (close >= end) return;
  setTrimmed(USER, from, open);
  if (isBlank(from, open)) setRange(USER, open + 1, close);
  const at = find(64, close, end) + 1;
  const address = find(OPEN_BRACKET, at, end);
  const addressEnd = find(CLOSE_BRACKET, address, end);
  if (addressEnd >= end) return;
  if (addressEnd > address + 1) setRange(REMOTE, address + 1, addressEnd);
  else setTrimmed(REMOTE, at, address);
  const id = find(COLON, addressEnd, end);
  if (id < end) setSlot(PID, number(id + 1, end));
}

function isBlank(from: usize, to: usize): bool {
  for (let at = from; at < to; at += 1) if (load<u8>(at) != SPACE) return false;
  return true;
}

function setTrimmed(slot: i32, from: usize, to: usize): void {
  let first = from;
  let last = to;
  while (first < last && load<u8>(first) == SPACE) first += 1;
  while (last > first && load<u8>(last - 1) == SPACE) last -= 1;
  setRange(slot, first, last);
}

/** A whole number behind spaces; 0 where there is none. */
function number(from: usize, to: usize): u32 {
  let at = from;
  while (at < to && load<u8>(at) == SPACE) at += 1;
  const eight = load<u64>(at);
  const digits = digitsWithin(eight, at, to);
  if (digits == 0) return 0;
  let value = <u32>digitsValue(eight, digits);
  at += digits;
  while (digits == 8 && at < to && isDigit(at)) {
    value = value * 10 + load<u8>(at) - 48;
    at += 1;
  }
  return value;
}

/** `# Query_time: 0.000228  Lock_time: 0.000114  Rows_sent: 1 …`: from colon to colon. */
function pairs(line: usize, end: usize): void {
  let colon = find(COLON, line, end);
  while (colon < end) {
    let value = colon + 1;
    while (value < end && load<u8>(value) == SPACE) value += 1;
    // The last four letters of the key as a number.
    const key = load<u32>(colon - 4);
    const before = load<u8>(colon - 6);
    if (key == 0x656d6974) {
      if (before == 121) setFloat(DURATION, microseconds(value, end));
      else if (before == 107) setFloat(LOCK, microseconds(value, end));
    } else if (key == 0x746e6573) {
      if (load<u8>(colon - 7) == 119) setFloat(ROWS_SENT, count(value, end));
    } else if (key == 0x64656e69) setFloat(ROWS_EXAMINED, count(value, end));
    else if (key == 0x64657463) {
      if (load<u8>(colon - 5) == 101) setFloat(ROWS_AFFECTED, count(value, end));
    } else if (key == 0x616d6568) value = schema(colon + 1, end);
    else if (key == 0x64695f64) setSlot(PID, number(value, end));
    else if (key == 0x6f6e7272) errorNumber(number(value, end), load<u8>(colon - 5));
    else if (key == 0x64656c6c) killed = number(value, end);
    else if (key == 0x65707974) isRateOfQueries = load<u8>(value) == 113;
    else if (key == 0x74696d69 && isRateOfQueries) setFloat(RATE_LIMIT, count(value, end));
    colon = find(COLON, value, end);
  }
}

/** `Errno` or `Last_errno`. */
function errorNumber(value: u32, first: u8): void {
  if (first == 69) errno = value;
  else lastErrno = value;
}

/** A name may hold spaces: it ends before two of them, before the next key, or with the line. Returns its end. */
function schema(from: usize, end: usize): usize {
  const to = load<u8>(end - 1) == CARRIAGE_RETURN ? end - 1 : end;
  let first = from;
  if (first < to && load<u8>(first) == SPACE) first += 1;
  let last = find(SPACE, first, to);
  while (last + 1 < to && load<u8>(last + 1) != SPACE && !isKey(last + 1, to)) last = find(SPACE, last + 1, to);
  hasSchema = true;
  setRange(DATABASE, first, last);
  return last;
}

/** A word with a colon behind it. */
function isKey(from: usize, to: usize): bool {
  const colon = find(COLON, from, to);
  return colon < to && find(SPACE, from, colon) == colon;
}

/** The error that ended the statement, if any: what killed it tells more than its errno. */
export function setError(): void {
  setSlot(ERROR_NUMBER, killed != 0 ? killed : errno != 0 ? errno : lastErrno);
}
