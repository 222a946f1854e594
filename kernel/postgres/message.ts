import { find, isDigit, isText } from "../find";
import { MEMO, MEMO_ENTRIES } from "../memory";
import { APPLICATION, DATABASE, DURATION, FIRST_COMMENT, KEY, KIND, LAST_COMMENT, MESSAGE, setFloat, setLong, setRange, setSlot, slot, TEXT, USER, WHO } from "../slots";
import { firstCommentFrom, firstCommentTo, key, lastCommentFrom, lastCommentTo, scan } from "../sql/statement-key";
import { flagsOfValues, hashOfValues, setValues, sumOfValues } from "../sql/values";
import { hashBytes, mix } from "../sql/word-hash";
import { LOG } from "./severity";

/** Kinds of a message; the host reads what is not a statement itself. */
export const KIND_OTHER = 0;
/** A statement with its duration. */
export const KIND_EXECUTION = 1;
/** `parse`, `bind`, or a further fetch, with its duration. */
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
  else if (first == 101 && isText(from, to, "execute ") && !isFetch(from + 8, to)) afterName(KIND_STARTED, from + 8, to);
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
  else if (first == 101 && isText(at, to, "execute ")) {
    afterName(isFetch(at + 8, to) ? KIND_PHASE : KIND_EXECUTION, at + 8, to);
  }
  else if (first == 112 && isText(at, to, "parse ")) afterName(KIND_PHASE, at + 6, to);
  else if (first == 98 && isText(at, to, "bind ")) afterName(KIND_PHASE, at + 5, to);
  else if (first == 112 && isText(at, to, "plan:")) {
    setSlot(KIND, KIND_PLAN);
    setLong(WHO, whoHash());
    setRange(TEXT, at + 5, to);
  } else if (first == 102 && isText(at, to, "fastpath function call: ")) {
    statementFound(KIND_EXECUTION, at, to);
  }
}

/** `execute fetch from …`: more rows of an execution that was counted with its first ones. */
function isFetch(from: usize, to: usize): bool {
  return isText(from, to, "fetch from ");
}

/** The name of a prepared statement, with the portal's after a slash; the text follows `: `. */
function afterName(kind: i32, from: usize, to: usize): void {
  // Names may hold anything; those that drivers give hold no colon.
  let at = find(58, from, to);
  while (at < to && (at + 1 >= to || load<u8>(at + 1) != 32)) at = find(58, at + 1, to);
  if (at + 2 <= to) preparedFound(kind, at + 2, to);
}

/** Who ran it, in one number: the host knows its names by it. */
function whoHash(): u64 {
  let who: u64 = hashBytes(slot(USER), slot(USER + 1), false);
  who = mix(who, hashBytes(slot(DATABASE), slot(DATABASE + 1), false));
  return mix(who, hashBytes(slot(APPLICATION), slot(APPLICATION + 1), false));
}

/** A prepared statement comes again and again as it is: its key is remembered by the hash of its bytes. */
function preparedFound(kind: i32, from: usize, to: usize): void {
  const hash = hashBytes(from, to, false);
  const memo = MEMO + ((<usize>(hash >> 32) % MEMO_ENTRIES) << 5);
  if (load<u64>(memo) != hash) {
    statementFound(kind, from, to);
    if (firstCommentFrom == 0) {
      store<u64>(memo, hash);
      store<u64>(memo + 8, key);
      store<u32>(memo + 16, hashOfValues());
      store<u32>(memo + 20, sumOfValues());
      store<u32>(memo + 24, flagsOfValues());
    }
    return;
  }
  setSlot(KIND, kind);
  setRange(TEXT, from, to);
  setLong(KEY, load<u64>(memo + 8));
  setValues(load<u32>(memo + 16), load<u32>(memo + 20), load<u32>(memo + 24));
  setLong(WHO, whoHash());
}

function statementFound(kind: i32, from: usize, to: usize): void {
  setSlot(KIND, kind);
  setRange(TEXT, from, to);
  setLong(WHO, whoHash());
  scan(from, to, false);
  setRange(FIRST_COMMENT, firstCommentFrom, firstCommentTo);
  setRange(LAST_COMMENT, lastCommentFrom, lastCommentTo);
  setLong(KEY, key);
  setValues(hashOfValues(), sumOfValues(), flagsOfValues());
}
