import { find, isDigit } from "../find";
import { SLOTS } from "../memory";
import {
  clearSlots,
  DATABASE,
  FIRST_COMMENT,
  FLAGS,
  KEY,
  KIND,
  LAST_COMMENT,
  LINES,
  LOCK,
  NEXT,
  RATE_LIMIT,
  ROWS_AFFECTED,
  ROWS_EXAMINED,
  ROWS_SENT,
  setFloat,
  setRange,
  setSlot,
  TEXT,
  TIME,
} from "../slots";
import { firstCommentFrom, firstCommentTo, key, lastCommentFrom, lastCommentTo, scan } from "../sql/statement-key";
import { bannerAfter, firstLineAt, fullHeaderAt, isBannerLine, NO, QUERY_TIME_LINE, TIME_LINE, UNSEEN, USER_LINE, YES } from "./first-lines";
import {
  clearHeader,
  errno,
  hasSchema,
  isCommand,
  killed,
  lastErrno,
  lineOfQueryTime,
  localMs,
  readHeader,
  setError,
  zonedMs,
} from "./header";
import { clearTorn, isTorn, statementEnd } from "./statement-end";
import { isWrite } from "./write-statement";

const NEWLINE: u8 = 10;
const CARRIAGE_RETURN: u8 = 13;
const SPACE: u8 = 32;
const SEMICOLON: u8 = 59;
const BACKTICK: u8 = 96;

export const INCOMPLETE = 0;
export const EVENT = 1;
export const UNPARSED = 2;

/** Kinds of an event. */
export const KIND_STATEMENT = 1;
export const KIND_COMMAND = 2;
/** What the server writes when it opens the log. */
export const KIND_BANNER = 3;
/** Reasons why it is none. */
export const NOT_AN_EVENT = 0;
export const NO_QUERY_TIME = 1;
export const NO_STATEMENT = 2;

/** `# Schema:` or `use` names the database. */
export const FLAG_DATABASE = 1;
/** insert, update, delete, replace, load. */
export const FLAG_WRITE = 2;
/** The time is that of the server's own zone. */
export const FLAG_LOCAL_TIME = 4;
/** The error number may be that of a warning. */
export const FLAG_MAYBE_WARNING = 8;

/** So many events have to read well for a line to be taken as the start of one. */
const EVENTS_TO_TRUST = 4;

/** The header was read to its end, so that its time is known if it has one. */
let isHeaderRead: bool = false;
let timestampMs: f64 = NaN;
let useLine: usize = 0;

/**
 * Reads the event that begins at `at`: its header, `use`, `SET timestamp`, and the statement. `isEnd`: nothing comes
 * after `to`, so that what is cut off there is whole.
 */
export function readSlow(at: usize, to: usize, isEnd: bool): i32 {
  clearSlots();
  clearHeader();
  clearTorn();
  isHeaderRead = false;
  timestampMs = NaN;
  for (let float = ROWS_SENT; float <= RATE_LIMIT; float += 1) setFloat(float, NaN);
  const end = find(NEWLINE, at, to);
  if (end >= to && !isEnd) return INCOMPLETE;
  if (firstLineAt(at, end) != 0) return readEvent(at, to, isEnd);
  if (isBannerLine(at, end)) {
    const banner = bannerAfter(end, at, to, isEnd);
    if (banner == UNSEEN) return INCOMPLETE;
    if (banner == YES) return readBanner(at, end, to, isEnd);
  }
  return done(UNPARSED, NOT_AN_EVENT, at, end < to ? end + 1 : to);
}

function done(result: i32, kind: i32, at: usize, next: usize): i32 {
  setSlot(KIND, kind);
  setSlot(NEXT, <u32>next);
  setSlot(LINES, lineCount(at, next));
  return result;
}

function readBanner(at: usize, end: usize, to: usize, isEnd: bool): i32 {
  let next = find(NEWLINE, end + 1, to) + 1;
  if (next + 5 > to && !isEnd) return INCOMPLETE;
  // `Time ` of the line with the titles.
  if (next + 5 <= to && load<u32>(next) == 0x656d6954) next = find(NEWLINE, next, to) + 1;
  if (next > to) {
    if (!isEnd) return INCOMPLETE;
    next = to;
  }
  return done(EVENT, KIND_BANNER, at, next);
}

function readEvent(at: usize, to: usize, isEnd: bool): i32 {
  const header = readHeader(at, to, isEnd);
  if (header == 0) return INCOMPLETE;
  const text = readSettings(header, to, isEnd);
  if (text == 0) return INCOMPLETE;
  isHeaderRead = true;
  setTime();
  setError();
  if (text < to && isCommand(text, to)) return readCommand(at, text, to, isEnd);
  const next = statementEnd(text, to, isEnd);
  if (next == 0) return INCOMPLETE;
  let from = text;
  let last = textEnd(text, next);
  if (last == from && useLine != 0) {
    // Nothing but `use`: it is the statement.
    from = useLine;
    last = textEnd(from, text);
  }
  if (lineOfQueryTime == 0) return done(UNPARSED, NO_QUERY_TIME, at, next);
  if (last == from) return done(UNPARSED, NO_STATEMENT, at, next);
  statementFound(from, last);
  setFlags(isWrite(from, last));
  return done(EVENT, KIND_STATEMENT, at, next);
}

function readCommand(at: usize, line: usize, to: usize, isEnd: bool): i32 {
  const end = find(NEWLINE, line, to);
  let next = end + 1;
  // Empty lines belong to it.
  while (next < to && (load<u8>(next) == NEWLINE || load<u8>(next) == CARRIAGE_RETURN)) next += 1;
  if (next >= to) {
    if (!isEnd) return INCOMPLETE;
    next = to;
  }
  if (lineOfQueryTime == 0) return done(UNPARSED, NO_QUERY_TIME, at, next);
  statementFound(line + 2, textEnd(line + 2, end));
  setFlags(false);
  return done(EVENT, KIND_COMMAND, at, next);
}

/** `use` and `SET timestamp`; returns the address of the text, 0 where more bytes are needed. */
function readSettings(from: usize, to: usize, isEnd: bool): usize {
  useLine = 0;
  let line = from;
  while (line < to) {
    const end = find(NEWLINE, line, to);
    if (end >= to && !isEnd) return line + 4 > to || isSetting(line) ? 0 : line;
    if (load<u32>(line) == 0x20657375 && useLine == 0 && isEnded(line, end)) useFound(line, end);
    else if (!readTimestamp(line, end)) return line;
    line = end < to ? end + 1 : to;
    if (!isNaN(timestampMs)) return line;
  }
  return isEnd ? to : 0;
}

/** `use ` or `SET `. */
function isSetting(line: usize): bool {
  const four = load<u32>(line);
  return four == 0x20657375 || four == 0x20544553;
}

/** Whether a semicolon ends the line. */
function isEnded(line: usize, end: usize): bool {
  const last = load<u8>(end - 1) == CARRIAGE_RETURN ? end - 2 : end - 1;
  return last > line + 4 && load<u8>(last) == SEMICOLON;
}

function useFound(line: usize, end: usize): void {
  useLine = line;
  if (hasSchema) return;
  let from = line + 4;
  let last = textEnd(from, end);
  if (last > from + 1 && load<u8>(from) == BACKTICK && load<u8>(last - 1) == BACKTICK) {
    from += 1;
    last -= 1;
  }
  setRange(DATABASE, from, last);
}

/** `SET timestamp=1700000000;`, also behind `last_insert_id=5,insert_id=6,`. */
function readTimestamp(line: usize, end: usize): bool {
  if (line + 16 > end || load<u32>(line) != 0x20544553) return false;
  const limit = line + 100 < end ? line + 100 : end;
  for (let at = line + 4; at + 11 < limit; at = find(44, at, limit) + 1) {
    // `timestam` in any letter case, then `p=`.
    if ((load<u64>(at) | 0x2020202020202020) != 0x6d617473656d6974 || load<u8>(at + 9) != 61) continue;
    if (!isDigit(at + 10)) return false;
    let seconds: f64 = 0;
    for (let digit = at + 10; digit < limit && isDigit(digit); digit += 1) {
      seconds = seconds * 10 + <f64>(<i32>load<u8>(digit) - 48);
    }
    if (seconds > 253402300799) return false;
    timestampMs = seconds * 1000;
    return true;
  }
  return false;
}

/** Where `# Time:` has a zone it is the finer one; without one it is in the server's zone, which nobody knows. */
function setTime(): void {
  if (!isNaN(zonedMs)) setFloat(TIME, zonedMs);
  else setFloat(TIME, isNaN(timestampMs) ? localMs : timestampMs);
}

function setFlags(writes: bool): void {
  let flags = hasSchema || useLine != 0 ? FLAG_DATABASE : 0;
  if (writes) flags |= FLAG_WRITE;
  if (isNaN(zonedMs) && isNaN(timestampMs) && !isNaN(localMs)) flags |= FLAG_LOCAL_TIME;
  if (killed == 0 && errno == 0 && lastErrno != 0) flags |= FLAG_MAYBE_WARNING;
  setSlot(FLAGS, flags);
}

function statementFound(from: usize, to: usize): void {
  setRange(TEXT, from, to);
  scan(from, to, true);
  setRange(FIRST_COMMENT, firstCommentFrom, firstCommentTo);
  setRange(LAST_COMMENT, lastCommentFrom, lastCommentTo);
  setRange(KEY, <u32>key, <u32>(key >> 32));
}

/** Without white space and semicolons at the end. */
function textEnd(from: usize, to: usize): usize {
  let end = to;
  while (end > from && (load<u8>(end - 1) <= SPACE || load<u8>(end - 1) == SEMICOLON)) end -= 1;
  return end;
}

/** Lines in `[from, to)`; one without a line break at its end counts. */
function lineCount(from: usize, to: usize): u32 {
  let lines: u32 = 0;
  let at = from;
  const wanted = i8x16.splat(NEWLINE);
  for (; at + 16 <= to; at += 16) lines += popcnt<i32>(i8x16.bitmask(i8x16.eq(v128.load(at), wanted)));
  for (; at < to; at += 1) if (load<u8>(at) == NEWLINE) lines += 1;
  return to > from && load<u8>(to - 1) != NEWLINE ? lines + 1 : lines;
}

/** What `isSlowStart` says. */
export const NO_START = 0;
export const START = 1;
/** An event without `# Time:`: a start where the line before is known not to be its `# Time:`. */
export const START_BEHIND_A_LINE = 2;

/**
 * Whether an event begins at `at` that a part of the log may begin with: it tells its time, and it and the next ones
 * read well. What begins inside a string does not: its quotes are the wrong way round.
 */
export function isSlowStart(at: usize, to: usize): i32 {
  const kind = firstLineAt(at, to);
  if (kind == QUERY_TIME_LINE || (kind != 0 && fullHeaderAt(at, to) == NO)) return NO_START;
  const result = kind == USER_LINE ? START_BEHIND_A_LINE : START;
  let line = at;
  for (let count = 0; count < EVENTS_TO_TRUST && line < to; count += 1) {
    const found = readSlow(line, to, false);
    if (count == 0 && (found == UNPARSED || (isHeaderRead && !isTimed()))) return NO_START;
    if (found != UNPARSED && isTorn) return NO_START;
    if (found == INCOMPLETE) break;
    line = <usize>load<u32>(SLOTS + (NEXT << 2));
  }
  return result;
}

function isTimed(): bool {
  return !isNaN(zonedMs) || !isNaN(timestampMs) || !isNaN(localMs);
}

/**
 * Address of the first line at or after `at` where a part of the log may begin; 0 where there is none in sight.
 * `isBehindLine`: the line before `at` was looked at as well, and is no first line of a header.
 */
export function findSlowStart(at: usize, to: usize, isBehindLine: bool): usize {
  let isBehind = isBehindLine;
  let line = at;
  while (line < to) {
    const end = find(NEWLINE, line, to);
    if (end >= to) return 0;
    const kind = firstLineAt(line, end);
    if (kind != 0 || isBannerLine(line, end)) {
      const start = isSlowStart(line, to);
      if (start == START || (start == START_BEHIND_A_LINE && isBehind)) return line;
    }
    isBehind = kind != TIME_LINE;
    line = end + 1;
  }
  return 0;
}
