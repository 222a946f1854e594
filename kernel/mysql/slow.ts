import { find } from "../find";
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
  setLong,
  setRange,
  setSlot,
  slot,
  TEXT,
  TIME,
  USER,
  WHO,
} from "../slots";
import { firstCommentFrom, firstCommentTo, key, lastCommentFrom, lastCommentTo, scan } from "../sql/statement-key";
import { flagsOfValues, hashOfValues, setValues, sumOfValues } from "../sql/values";
import { hashBytes, mix } from "../sql/word-hash";
import { bannerAfter, firstLineAt, isBannerLine, UNSEEN, YES } from "./first-lines";
import {
  clearHeader,
  errno,
  hasSchema,
  headerLines,
  isCommand,
  killed,
  lastErrno,
  lineOfQueryTime,
  localMs,
  readHeader,
  setError,
  zonedMs,
} from "./header";
import { clearSettings, readSettings, settingLines, textEnd, timestampMs, useLine } from "./settings";
import { clearTorn, isOneLine, statementEnd } from "./statement-end";
import { isWrite } from "./write-statement";

const NEWLINE: u8 = 10;
const CARRIAGE_RETURN: u8 = 13;

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

/** Lines from the event's first one to its text. */
let headLines: u32 = 0;

/** The header was read to its end, so that its time is known if it has one. */
export let isHeaderRead: bool = false;

/**
 * Reads the event that begins at `at`: its header, `use`, `SET timestamp`, and the statement. `isEnd`: nothing comes
 * after `to`, so that what is cut off there is whole.
 */
export function readSlow(at: usize, to: usize, isEnd: bool): i32 {
  clearSlots();
  clearHeader();
  clearSettings();
  clearTorn();
  isHeaderRead = false;
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
  return doneWith(lineCount(at, next), result, kind, next);
}

function doneWith(lines: u32, result: i32, kind: i32, next: usize): i32 {
  setSlot(KIND, kind);
  setSlot(NEXT, <u32>next);
  setSlot(LINES, lines);
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
  headLines = headerLines + settingLines;
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
  return doneWith(headLines + (isOneLine ? 1 : lineCount(text, next)), EVENT, KIND_STATEMENT, next);
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
  setLong(KEY, key);
  setValues(hashOfValues(), sumOfValues(), flagsOfValues());
  setLong(WHO, whoHash());
}

/** Who ran it, in one number: the host knows its names by it. */
function whoHash(): u64 {
  const user = hashBytes(slot(USER), slot(USER + 1), false);
  return mix(user, hashBytes(slot(DATABASE), slot(DATABASE + 1), false));
}

/** Lines in `[from, to)`; one without a line break at its end counts. */
function lineCount(from: usize, to: usize): u32 {
  let lines: u32 = 0;
  let at = from;
  const wanted = i8x16.splat(NEWLINE);
  for (; at + 16 <= to; at += 16) lines += popcnt<i32>(i8x16.bitmask(i8x16.eq(v128.load(at), wanted)));
  if (at < to) {
    const rest = (<u32>1 << <u32>(to - at)) - 1;
    lines += popcnt<i32>(i8x16.bitmask(i8x16.eq(v128.load(at), wanted)) & rest);
  }
  return to > from && load<u8>(to - 1) != NEWLINE ? lines + 1 : lines;
}
