import { find, isDigit, isText } from "../find";
import { DURATION, FIRST_COMMENT, KEY, KIND, LAST_COMMENT, MESSAGE, setFloat, setRange, setSlot, TEXT } from "../slots";
import { firstCommentFrom, firstCommentTo, key, lastCommentFrom, lastCommentTo, scan } from "../sql/statement-key";
import { LOG } from "./severity";

/** Kinds of a message; the host reads what is not a statement itself. */
export const KIND_OTHER = 0;
/** A statement with its duration. */
export const KIND_EXECUTION = 1;
/** `parse` or `bind` with its duration. */
export const KIND_PHASE = 2;
/** auto_explain: the plan of a statement with its duration. */
export const KIND_PLAN = 3;
/** A statement whose duration comes in another line, if at all (log_statement). */
export const KIND_STARTED = 4;
/** A duration whose statement came in an earlier line (log_duration). */
export const KIND_FINISHED = 5;

/** Reads a message of severity LOG: statements get their key, everything else is left to the host. */
export function readMessage(severity: i32, from: usize, to: usize): void {
  setRange(MESSAGE, from, to);
  setSlot(KIND, KIND_OTHER);
  if (severity != LOG) return;
  const first = load<u8>(from);
  if (first == 100 && isText(from, to, "duration: ")) readDuration(from + 10, to);
  else if (first == 115 && isText(from, to, "statement: ")) statementFound(KIND_STARTED, from + 11, to);
  else if (first == 101 && isText(from, to, "execute ")) afterName(KIND_STARTED, from + 8, to);
}

function readDuration(from: usize, to: usize): void {
  let at = from;
  let us: f64 = 0;
  while (at < to && isDigit(at)) {
    us = us * 10 + <f64>(<i32>load<u8>(at) - 48);
    at += 1;
  }
  if (at == from || at >= to) return;
  us *= 1000;
  if (load<u8>(at) == 46) {
    let scale: f64 = 100;
    at += 1;
    while (at < to && isDigit(at)) {
      us += <f64>(<i32>load<u8>(at) - 48) * scale;
      scale /= 10;
      at += 1;
    }
  }
  if (!isText(at, to, " ms")) return;
  at += 3;
  setFloat(DURATION, us);
  if (at == to) {
    setSlot(KIND, KIND_FINISHED);
    return;
  }
  if (at + 3 > to || load<u8>(at) != 32 || load<u8>(at + 1) != 32) return;
  at += 2;
  const first = load<u8>(at);
  if (first == 115 && isText(at, to, "statement: ")) statementFound(KIND_EXECUTION, at + 11, to);
  else if (first == 101 && isText(at, to, "execute ")) afterName(KIND_EXECUTION, at + 8, to);
  else if (first == 112 && isText(at, to, "parse ")) afterName(KIND_PHASE, at + 6, to);
  else if (first == 98 && isText(at, to, "bind ")) afterName(KIND_PHASE, at + 5, to);
  else if (first == 112 && isText(at, to, "plan:")) {
    setSlot(KIND, KIND_PLAN);
    setRange(TEXT, at + 5, to);
  } else if (first == 102 && isText(at, to, "fastpath function call: ")) {
    statementFound(KIND_EXECUTION, at, to);
  }
}

/** The name of a prepared statement, with the portal's after a slash; the text follows `: `. */
function afterName(kind: i32, from: usize, to: usize): void {
  // Names may hold anything; those that drivers give hold no colon.
  let at = find(58, from, to);
  while (at < to && (at + 1 >= to || load<u8>(at + 1) != 32)) at = find(58, at + 1, to);
  if (at + 2 <= to) statementFound(kind, at + 2, to);
}

function statementFound(kind: i32, from: usize, to: usize): void {
  setSlot(KIND, kind);
  setRange(TEXT, from, to);
  scan(from, to, false);
  setRange(FIRST_COMMENT, firstCommentFrom, firstCommentTo);
  setRange(LAST_COMMENT, lastCommentFrom, lastCommentTo);
  setRange(KEY, <u32>key, <u32>(key >> 32));
}
