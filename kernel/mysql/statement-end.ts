import { isWordByte } from "../bytes";
import { find } from "../find";
import { eventAfter, eventWithin, UNSEEN, YES } from "./first-lines";
import { nextTelling, plainEnd } from "./plain-end";

const NEWLINE: u8 = 10;
const BACKTICK: u8 = 96;
const BACKSLASH: u8 = 92;
const HASH: u8 = 35;
const MINUS: u8 = 45;
const SLASH: u8 = 47;
const STAR: u8 = 42;
const UNDERSCORE: u8 = 95;

/** So far behind a header inside a quote the end of the statement is looked for. */
const SIGHT: usize = 262144;

/** A quote that is shorter has no room for a line break and the first line of an event: a name, most often. */
const LEAST_EVENT: usize = 12;

/**
 * Whether the statement that was looked at last has a quote that is not closed, as far as can be seen: it was garbled,
 * or the look at it began inside a quote.
 */
export let isTorn: bool = false;

/** Whether the statement that was looked at last is one line for certain, with the line break at its end. */
export let isOneLine: bool = false;

export function clearTorn(): void {
  isTorn = false;
}

/**
 * Address of the event after the statement in `[from, to)`, `to` where there is none, 0 where more bytes are needed to
 * tell. The statement is lexed, so that a header inside a string is text; where its quotes do not close, it ends at the
 * first header. The byte before `from` is a line break.
 */
export function statementEnd(from: usize, to: usize, isEnd: bool): usize {
  let lineBefore = from;
  /** The first header inside a quote. */
  let inside: usize = 0;
  /** No string or comment that may hold a line break was met. */
  let isSimple = true;
  isOneLine = false;
  if (from >= to) return isEnd ? to : 0;
  let at = from - 1;
  while (at < to) {
    if (inside != 0 && at > inside + SIGHT) return torn(inside);
    const byte = load<u8>(at);
    if (byte == NEWLINE) {
      const found = eventAfter(at, lineBefore, to, isEnd);
      if (found == YES && load<u8>(at + 1) == HASH) {
        isOneLine = isSimple && at >= from && lineBefore == from;
        return at + 1;
      }
      if (found == YES) return lineBefore;
      if (found == UNSEEN && !isEnd) return 0;
      at += 1;
      lineBefore = at;
    } else if (byte == HASH) at = find(NEWLINE, at, to);
    else if (byte == MINUS) at = isDashComment(at, to) ? find(NEWLINE, at, to) : at + 1;
    else if (byte == SLASH && !isBlockComment(at, to)) at += 1;
    else {
      const isComment = byte == SLASH;
      const close = isComment ? commentClose(at + 2, to) : quoteClose(at, to, byte);
      const isShort = close != 0 && close - at < LEAST_EVENT;
      isSimple = false;
      const header: usize = isShort ? 0 : eventWithin(at, close == 0 ? to : close);
      if (header != 0 && inside == 0) inside = header;
      if (close == 0) return unclosed(at, to, inside, isEnd);
      if (header != 0 && (close > header + SIGHT || !(isComment || isLiteral(at, close, to)))) return torn(inside);
      at = close;
    }
    at = inside == 0 ? plainEnd(at, to) : nextTelling(at, to);
  }
  return isEnd ? to : 0;
}

function torn(next: usize): usize {
  isTorn = true;
  return next;
}

function unclosed(open: usize, to: usize, inside: usize, isEnd: bool): usize {
  const after = load<u8>(open + 1);
  // A quote before `;`, `,` or `)` rather ends a string than begins one.
  isTorn = inside != 0 || after == 59 || after == 44 || after == 41;
  if (inside != 0 && (isEnd || to > inside + SIGHT)) return inside;
  return isEnd ? to : 0;
}

/**
 * Whether a string may begin and end here: not next to a word, but for `N'…'` and `_utf8mb4'…'`. Where one quote is
 * missing, what looks like a string lies between two strings, and has their texts on both sides.
 */
function isLiteral(open: usize, close: usize, to: usize): bool {
  let word = open;
  while (isWordByte(word - 1)) word -= 1;
  if (open - word > 1 && load<u8>(word) != UNDERSCORE) return false;
  if (close >= to) return true;
  const byte = load<u8>(close);
  // White space, `,`, `)`, `;`, `=`, `|`.
  return byte <= 32 || byte == 44 || byte == 41 || byte == 59 || byte == 61 || byte == 124;
}

/** `--` is a comment only before white space. */
function isDashComment(at: usize, to: usize): bool {
  return at + 1 < to && load<u8>(at + 1) == MINUS && (at + 2 >= to || load<u8>(at + 2) <= 32);
}

/** What stands in `/*!` is code. */
function isBlockComment(at: usize, to: usize): bool {
  if (at + 2 >= to || load<u8>(at + 1) != STAR) return false;
  const third = load<u8>(at + 2);
  return third != 33 && !(third == 77 && load<u8>(at + 3) == 33);
}

function commentClose(from: usize, to: usize): usize {
  let at = find(STAR, from, to);
  while (at + 1 < to) {
    if (load<u8>(at + 1) == SLASH) return at + 2;
    at = find(STAR, at + 1, to);
  }
  return 0;
}

/** Address after the closing quote; 0 where there is none. */
function quoteClose(open: usize, to: usize, quote: u8): usize {
  const wanted = i8x16.splat(quote);
  const escape = i8x16.splat(quote == BACKTICK ? BACKTICK : BACKSLASH);
  let at = open + 1;
  while (at < to) {
    const part = v128.load(at);
    const mask = i8x16.bitmask(v128.or(i8x16.eq(part, wanted), i8x16.eq(part, escape)));
    if (mask == 0) {
      at += 16;
      continue;
    }
    at += <usize>ctz<i32>(mask);
    if (at >= to) return 0;
    if (load<u8>(at) == quote) {
      if (at + 1 >= to || load<u8>(at + 1) != quote) return at + 1;
    }
    at += 2;
  }
  return 0;
}
