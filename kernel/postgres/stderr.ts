import { find, isDigit } from "../find";
import { SLOTS } from "../memory";
import { clearSlots, LINES, NEXT, SEVERITY, SQLSTATE, setRange, setSlot } from "../slots";
import { readMessage } from "./message";
import { matchPrefix } from "./prefix";

const NEWLINE: u8 = 10;
const CARRIAGE_RETURN: u8 = 13;
const TAB: u8 = 9;

export const INCOMPLETE = 0;
export const EVENT = 1;
export const UNPARSED = 2;

/**
 * Reads the event that begins at `at`: a line that matches the prefix and names a severity, with the lines after it
 * that begin with a tab. `isEnd`: nothing comes after `to`, so that its last line is whole.
 */
export function readStderr(at: usize, to: usize, isEnd: bool): i32 {
  let end = find(NEWLINE, at, to);
  if (end >= to && !isEnd) return INCOMPLETE;
  clearSlots();
  const firstEnd = end;
  const message = matchPrefix(at, trimmed(at, firstEnd));
  let lines: u32 = 1;
  // Continuation lines: of the event, or of what is no event.
  while (end + 1 < to && load<u8>(end + 1) == TAB) {
    end = find(NEWLINE, end + 1, to);
    lines += 1;
    if (end >= to && !isEnd) return INCOMPLETE;
  }
  if (end + 1 >= to && !isEnd) return INCOMPLETE;
  setSlot(LINES, lines);
  setSlot(NEXT, <u32>(end < to ? end + 1 : to));
  if (message == 0) return UNPARSED;
  readMessage(load<u32>(SLOTS + (SEVERITY << 2)), afterSqlstate(message, end), trimmed(message, end));
  return EVENT;
}

/** Without a carriage return at the end. */
function trimmed(from: usize, end: usize): usize {
  return end > from && load<u8>(end - 1) == CARRIAGE_RETURN ? end - 1 : end;
}

/** log_error_verbosity = verbose writes the SQLSTATE before the message. */
function afterSqlstate(message: usize, end: usize): usize {
  if (message + 7 > end || load<u8>(message + 5) != 58 || load<u8>(message + 6) != 32) return message;
  let hasDigit = false;
  for (let at = message; at < message + 5; at += 1) {
    const byte = load<u8>(at);
    if (isDigit(at)) hasDigit = true;
    else if (byte - 65 >= 26) return message;
  }
  if (!hasDigit) return message;
  setRange(SQLSTATE, message, message + 5);
  return message + 7;
}
