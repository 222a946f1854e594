import { find, isDigit } from "../find";
import {
  APPLICATION,
  clearSlots,
  CONTEXT,
  DATABASE,
  DETAIL,
  HINT,
  KIND,
  LINES,
  MESSAGE,
  NEXT,
  PID,
  QUERY_ID,
  REMOTE,
  SESSION,
  SEVERITY,
  SQLSTATE,
  STATEMENT,
  setFloat,
  setRange,
  setSlot,
  TIME,
  USER,
  VIRTUAL_TRANSACTION,
} from "../slots";
import { readTime, timeEnd } from "../time";
import {
  clearEscapes,
  countOf,
  isRead,
  nextEscaped,
  noteEscapes,
  readRecordMessage,
  slotAt,
} from "./record";
import { OTHER_MESSAGE, severityOf } from "./severity";
import { EVENT, INCOMPLETE, UNPARSED } from "./stderr";
import { unescapeQuotes } from "./unescape";

const NEWLINE: u8 = 10;
const CARRIAGE_RETURN: u8 = 13;
const QUOTE: u8 = 34;
const COMMA: u8 = 44;

/** Why a line is no record, in the slot KIND; the host has the texts. */
const NO_HEAD = 1;
const ODD_QUOTES = 2;
const ODD_COLUMNS = 3;

/** What follows a column. */
const MORE = 0;
const LAST = 1;
/** The text ended first. */
const CUT = 2;
const BROKEN = 3;

const MESSAGE_COLUMN = 14;
/** The columns before the message take no more than this. */
const MOST_HEAD_BYTES: usize = 4096;
/** No slot: nobody reads the column. */
const UNREAD = -1;

/** The column that was read last, without its quotes, and the address of what comes next. */
let from: usize = 0;
let to: usize = 0;
let next: usize = 0;
let isQuoted: bool = false;
let hasEscapes: bool = false;

/**
 * Reads the record of a csvlog (PostgreSQL 12: 23 columns, 13: 24, 14 and later: 26) that begins at `at`. Doubled quotes
 * are made one where they lie, once the record is known to be whole. What is cut off by the end of the text counts as
 * far as it goes, from the message on.
 */
export function readCsv(at: usize, end: usize, isEnd: bool): i32 {
  const found = peekCsv(at, end, isEnd);
  if (found != EVENT) return found;
  const severity = <i32>slotAt(SEVERITY);
  setSlot(KIND, 0);
  if (!isRead(severity)) return EVENT;
  for (let slot = nextEscaped(); slot >= 0; slot = nextEscaped()) {
    setSlot(slot + 1, <u32>unescapeQuotes(<usize>slotAt(slot), <usize>slotAt(slot + 1)));
  }
  readRecordMessage(severity);
  return EVENT;
}

/** The same, but leaves the bytes as they are and does not look into the message. */
export function peekCsv(at: usize, end: usize, isEnd: bool): i32 {
  clearSlots();
  clearEscapes();
  const message = readHead(at, end);
  if (message == 0) return next >= end && !isEnd ? INCOMPLETE : unparsed(NO_HEAD, at, end, isEnd);
  next = message;
  let column = MESSAGE_COLUMN;
  let state = readColumn(end);
  setRange(MESSAGE, from, to);
  if (hasEscapes) noteEscapes(MESSAGE);
  while (state == MORE) {
    column += 1;
    if (column > 26) return unparsed(ODD_COLUMNS, at, end, isEnd);
    state = readColumn(end);
    if (to > from) keep(slotOf(column));
  }
  if (state == BROKEN) return unparsed(ODD_QUOTES, at, end, isEnd);
  const isWhole = state == LAST && (column == 23 || column == 24 || column == 26);
  if (!isWhole) {
    // An event that is too long ends with a quote and a line break that the host put there.
    if (next < end || (state == LAST && !isQuoted)) return unparsed(ODD_COLUMNS, at, end, isEnd);
    if (!isEnd) return INCOMPLETE;
  }
  setSlot(NEXT, <u32>next);
  const breaks = countOf(NEWLINE, at, next);
  setSlot(LINES, load<u8>(next - 1) == NEWLINE ? breaks : breaks + 1);
  return EVENT;
}

/** The line is no event; what follows it may be one. */
function unparsed(reason: i32, at: usize, end: usize, isEnd: bool): i32 {
  const line = find(NEWLINE, at, end);
  if (line >= end && !isEnd) return INCOMPLETE;
  setSlot(NEXT, <u32>(line < end ? line + 1 : end));
  setSlot(LINES, 1);
  setSlot(KIND, reason);
  return UNPARSED;
}

/** Reads the columns before the message: the address of its quote, or 0; `next` is the end of the text where it was cut. */
function readHead(at: usize, end: usize): usize {
  const limit = end - at > MOST_HEAD_BYTES ? at + MOST_HEAD_BYTES : end;
  next = at;
  const time = readTime(at, limit);
  if (isNaN(time)) return 0;
  next = timeEnd;
  if (next >= limit || load<u8>(next) != COMMA) return 0;
  next += 1;
  setFloat(TIME, time);
  if (readColumn(limit) != MORE) return 0;
  if (to > from) keep(USER);
  if (readColumn(limit) != MORE) return 0;
  if (to > from) keep(DATABASE);
  if (readColumn(limit) != MORE) return 0;
  setSlot(PID, numberOf(from, to));
  if (readColumn(limit) != MORE) return 0;
  if (to > from) setRange(REMOTE, from, to);
  if (readColumn(limit) != MORE) return 0;
  setRange(SESSION, from, to);
  // Number of the line, command tag and start of the session.
  if (readColumn(limit) != MORE || readColumn(limit) != MORE || readColumn(limit) != MORE) return 0;
  if (readColumn(limit) != MORE) return 0;
  if (to > from) setRange(VIRTUAL_TRANSACTION, from, to);
  if (readColumn(limit) != MORE) return 0;
  if (readColumn(limit) != MORE) return 0;
  const severity = isQuoted ? 0 : severityOf(from, <i32>(to - from));
  if (severity == 0 || severity > OTHER_MESSAGE) {
    next = at;
    return 0;
  }
  setSlot(SEVERITY, severity);
  if (readColumn(limit) != MORE) return 0;
  setRange(SQLSTATE, from, to);
  return next < end && load<u8>(next) == QUOTE ? next : 0;
}

function numberOf(first: usize, last: usize): u32 {
  let number: u32 = 0;
  for (let at = first; at < last && isDigit(at); at += 1) number = number * 10 + load<u8>(at) - 48;
  return number;
}

function slotOf(column: i32): i32 {
  if (column == 23) return APPLICATION;
  if (column == 15) return DETAIL;
  if (column == 16) return HINT;
  if (column == 19) return CONTEXT;
  if (column == 20) return STATEMENT;
  return column == 26 ? QUERY_ID : UNREAD;
}

function keep(slot: i32): void {
  if (slot == UNREAD) return;
  setRange(slot, from, to);
  if (hasEscapes) noteEscapes(slot);
}

/** Reads the column that begins at `next`. */
function readColumn(end: usize): i32 {
  hasEscapes = false;
  isQuoted = next < end && load<u8>(next) == QUOTE;
  if (isQuoted) return readQuoted(end);
  from = next;
  to = plainEnd(next, end);
  next = to;
  if (to >= end) return CUT;
  const byte = load<u8>(to);
  if (byte == QUOTE) return BROKEN;
  next = to + 1;
  if (byte == COMMA) return MORE;
  if (to > from && load<u8>(to - 1) == CARRIAGE_RETURN) to -= 1;
  return LAST;
}

function readQuoted(end: usize): i32 {
  from = next + 1;
  let quote = find(QUOTE, from, end);
  while (quote + 1 < end && load<u8>(quote + 1) == QUOTE) {
    hasEscapes = true;
    quote = find(QUOTE, quote + 2, end);
  }
  to = quote;
  next = quote + 1 < end ? quote + 1 : end;
  if (next >= end) return CUT;
  let byte = load<u8>(next);
  if (byte == CARRIAGE_RETURN) {
    next += 1;
    if (next >= end) return CUT;
    byte = load<u8>(next);
    if (byte == COMMA) return BROKEN;
  }
  if (byte != COMMA && byte != NEWLINE) return BROKEN;
  next += 1;
  return byte == COMMA ? MORE : LAST;
}

/** Address of the first comma, quote or line break. */
function plainEnd(first: usize, end: usize): usize {
  const comma = i8x16.splat(COMMA);
  const quote = i8x16.splat(QUOTE);
  const newline = i8x16.splat(NEWLINE);
  let at = first;
  while (at < end) {
    const bytes = v128.load(at);
    const stops = v128.or(i8x16.eq(bytes, comma), v128.or(i8x16.eq(bytes, quote), i8x16.eq(bytes, newline)));
    const mask = i8x16.bitmask(stops);
    if (mask != 0) {
      const found = at + <usize>ctz<i32>(mask);
      return found < end ? found : end;
    }
    at += 16;
  }
  return end;
}
