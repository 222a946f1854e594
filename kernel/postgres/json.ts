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
import { readTime } from "../time";
import { hasEscapes, nestedEnd, scalarEnd, skipSpace, stringEnd } from "./json-values";
import {
  clearEscapes,
  isRead,
  nextEscaped,
  noteEscapes,
  readRecordMessage,
  slotAt,
} from "./record";
import { OTHER_MESSAGE, severityOf } from "./severity";
import { EVENT, INCOMPLETE, UNPARSED } from "./stderr";
import { unescapeJson } from "./unescape";

const NEWLINE: u8 = 10;
const QUOTE: u8 = 34;
const COMMA: u8 = 44;
const COLON: u8 = 58;
const OPEN: u8 = 123;
const CLOSE: u8 = 125;
const OPEN_LIST: u8 = 91;

/** Why a line is no record, in the slot KIND; the host has the texts. */
const NO_OBJECT = 1;
const NO_MESSAGE = 2;

const WHOLE = 0;
/** The line ended first. */
const CUT = 1;
const BROKEN = 2;

/** The first eight bytes of the keys that are read. */
const CONTEXT_KEY = first("context");
const DBNAME_KEY = first("dbname");
const DETAIL_KEY = first("detail");
const HINT_KEY = first("hint");
const MESSAGE_KEY = first("message");
const PID_KEY = first("pid");
const USER_KEY = first("user");
const VXID_KEY = first("vxid");
const QUERY_ID_KEY = first("query_id");
const STATEMENT_KEY = first("statement");
const TIMESTAMP_KEY = first("timestamp");
const SESSION_ID_KEY = first("session_id");
const STATE_CODE_KEY = first("state_code");
const REMOTE_HOST_KEY = first("remote_host");
const ERROR_SEVERITY_KEY = first("error_severity");
const APPLICATION_NAME_KEY = first("application_name");

/** Whether the value that was read last is a string. */
let isText: bool = false;

function first(key: string): u64 {
  let bytes: u64 = 0;
  for (let index = 0; index < key.length && index < 8; index += 1) {
    bytes |= <u64>key.charCodeAt(index) << (<u64>index << 3);
  }
  return bytes;
}

/**
 * Reads the record of a jsonlog (PostgreSQL 15 and later) that begins at `at`: one line, its keys in any order. Escapes
 * are replaced where they lie. What is cut off by the end of the text counts as far as it goes, from the message on.
 */
export function readJson(at: usize, end: usize, isEnd: bool): i32 {
  const found = peekJson(at, end, isEnd);
  if (found != EVENT) return found;
  const severity = <i32>slotAt(SEVERITY);
  setSlot(KIND, 0);
  if (!isRead(severity)) return EVENT;
  for (let slot = nextEscaped(); slot >= 0; slot = nextEscaped()) {
    setSlot(slot + 1, <u32>unescapeJson(<usize>slotAt(slot), <usize>slotAt(slot + 1)));
  }
  readRecordMessage(severity);
  return EVENT;
}

/** The same, but leaves the bytes as they are and does not look into the message. */
export function peekJson(at: usize, end: usize, isEnd: bool): i32 {
  const line = find(NEWLINE, at, end);
  if (line >= end && !isEnd) return INCOMPLETE;
  clearSlots();
  clearEscapes();
  const state = readObject(at, line);
  const next = line < end ? line + 1 : end;
  setSlot(NEXT, <u32>next);
  setSlot(LINES, 1);
  const isRead = state == WHOLE || (state == CUT && isEnd && next == end);
  if (isRead && slotAt(SEVERITY) != 0 && slotAt(MESSAGE) != 0 && !isNaN(timeFound)) {
    setFloat(TIME, timeFound);
    return EVENT;
  }
  setSlot(KIND, isRead ? NO_MESSAGE : NO_OBJECT);
  return UNPARSED;
}

let timeFound: f64 = NaN;

/** Takes the members of the object at `from` into slots. */
function readObject(from: usize, to: usize): i32 {
  timeFound = NaN;
  let at = skipSpace(from, to);
  if (at >= to || load<u8>(at) != OPEN) return BROKEN;
  at = skipSpace(at + 1, to);
  while (at < to && load<u8>(at) != CLOSE) {
    if (load<u8>(at) != QUOTE) return BROKEN;
    const key = at + 1;
    const keyEnd = stringEnd(key, to);
    at = skipSpace(keyEnd + 1, to);
    if (at >= to) return CUT;
    if (load<u8>(at) != COLON) return BROKEN;
    at = skipSpace(at + 1, to);
    if (at >= to) return CUT;
    const byte = load<u8>(at);
    if (byte == QUOTE) {
      const value = at + 1;
      const valueEnd = stringEnd(value, to);
      isText = true;
      take(key, keyEnd - key, value, valueEnd);
      if (valueEnd >= to) return CUT;
      at = valueEnd + 1;
    } else if (byte == OPEN || byte == OPEN_LIST) {
      at = nestedEnd(at, to);
      if (at > to) return CUT;
    } else {
      const value = at;
      at = scalarEnd(at, to);
      if (at == value) return BROKEN;
      isText = false;
      take(key, keyEnd - key, value, at);
    }
    at = skipSpace(at, to);
    if (at >= to) return CUT;
    const mark = load<u8>(at);
    if (mark == COMMA) at = skipSpace(at + 1, to);
    else if (mark != CLOSE) return BROKEN;
  }
  if (at >= to) return CUT;
  return skipSpace(at + 1, to) == to ? WHOLE : BROKEN;
}

function take(key: usize, length: usize, from: usize, to: usize): void {
  const word = load<u64>(key) & (length >= 8 ? u64.MAX_VALUE : (<u64>1 << (<u64>length << 3)) - 1);
  if (length == 7) {
    if (word == MESSAGE_KEY) keep(MESSAGE, from, to);
    else if (word == CONTEXT_KEY) keep(CONTEXT, from, to);
  } else if (length == 9) {
    if (word == TIMESTAMP_KEY) timeFound = readTime(from, to);
    else if (word == STATEMENT_KEY) keep(STATEMENT, from, to);
  } else if (length == 3) {
    if (word == PID_KEY) setSlot(PID, numberOf(from, to));
  } else if (length == 4) {
    if (word == USER_KEY) keep(USER, from, to);
    else if (word == VXID_KEY) setRange(VIRTUAL_TRANSACTION, from, to);
    else if (word == HINT_KEY) keep(HINT, from, to);
  } else if (length == 6) {
    if (word == DBNAME_KEY) keep(DATABASE, from, to);
    else if (word == DETAIL_KEY) keep(DETAIL, from, to);
  } else if (length == 10) {
    if (word == SESSION_ID_KEY) setRange(SESSION, from, to);
    else if (word == STATE_CODE_KEY) setRange(SQLSTATE, from, to);
  } else if (length == 14) {
    if (word == ERROR_SEVERITY_KEY) takeSeverity(from, to);
  } else if (length == 16) {
    if (word == APPLICATION_NAME_KEY) keep(APPLICATION, from, to);
  } else if (length == 8) {
    if (word == QUERY_ID_KEY) setRange(QUERY_ID, from, to);
  } else if (length == 11) {
    if (word == REMOTE_HOST_KEY) setRange(REMOTE, from, to);
  }
}

function takeSeverity(from: usize, to: usize): void {
  const severity = severityOf(from, <i32>(to - from));
  setSlot(SEVERITY, severity <= OTHER_MESSAGE ? severity : 0);
}

function keep(slot: i32, from: usize, to: usize): void {
  if (!isText) return;
  setRange(slot, from, to);
  if (hasEscapes) noteEscapes(slot);
}

function numberOf(from: usize, to: usize): u32 {
  let number: u32 = 0;
  for (let at = from; at < to && isDigit(at); at += 1) number = number * 10 + load<u8>(at) - 48;
  return number;
}
