import { DIGIT, DOLLAR, DOT, kindAt, WORD } from "../bytes";

const BACKSLASH: u8 = 92;
const NEWLINE: u8 = 10;
const STAR: u8 = 42;

/** Letters, digits, `_`, `$` and bytes beyond ASCII belong to a word: sixteen are looked at together. */
// @ts-expect-error: decorator
@inline
export function wordEnd(from: usize, to: usize): usize {
  // By low and by high half of the byte: one bit for each group of high halves that has the same word bytes.
  const low = i8x16(58, 62, 62, 62, 63, 62, 62, 62, 62, 62, 60, 36, 36, 36, 36, 44);
  const high = i8x16(0, 0, 1, 2, 4, 8, 4, 16, 32, 32, 32, 32, 32, 32, 32, 32);
  let at = from;
  while (at < to) {
    const part = v128.load(at);
    const marks = v128.and(
      i8x16.swizzle(low, v128.and(part, i8x16.splat(15))),
      i8x16.swizzle(high, i8x16.shr_u(part, 4)),
    );
    const others = i8x16.bitmask(i8x16.eq(marks, i8x16.splat(0)));
    if (others != 0) {
      at += <usize>ctz<i32>(others);
      break;
    }
    at += 16;
  }
  return at < to ? at : to;
}

/** After the closing quote; a doubled quote goes on. An unfinished string runs to the end. */
export function stringEnd(from: usize, to: usize, hasBackslash: bool): usize {
  const quote = load<u8>(from);
  const wanted = i8x16.splat(quote);
  const escape = i8x16.splat(hasBackslash ? BACKSLASH : quote);
  let at = from + 1;
  while (at < to) {
    const part = v128.load(at);
    const mask = i8x16.bitmask(v128.or(i8x16.eq(part, wanted), i8x16.eq(part, escape)));
    if (mask == 0) {
      at += 16;
      continue;
    }
    at += <usize>ctz<i32>(mask);
    if (at >= to) return to;
    if (load<u8>(at) == quote && (at + 1 >= to || load<u8>(at + 1) != quote)) return at + 1;
    at += 2;
  }
  return to;
}

export function numberEnd(from: usize, to: usize): usize {
  const isHex = load<u8>(from) == 48 && (load<u8>(from + 1) | 32) == 120;
  let at = from;
  while (at < to) {
    const kind = kindAt(at);
    if (kind == DIGIT || kind == WORD || kind == DOT) at += 1;
    else {
      const byte = load<u8>(at);
      const isExponent = (byte == 43 || byte == 45) && at > from && (load<u8>(at - 1) | 32) == 101 && !isHex;
      if (!isExponent) break;
      at += 1;
    }
  }
  return at;
}

/** `$1` ends after its digits, `$tag$…$tag$` after the second tag; a lone dollar is one byte long. */
export function dollarEnd(from: usize, to: usize): usize {
  let at = from + 1;
  if (at < to && kindAt(at) == DIGIT) {
    while (at < to && kindAt(at) == DIGIT) at += 1;
    return at;
  }
  while (at < to && (kindAt(at) == WORD || (at > from + 1 && kindAt(at) == DIGIT))) at += 1;
  if (at >= to || kindAt(at) != DOLLAR) return from + 1;
  const tagLength = at + 1 - from;
  for (let close = at + 1; close + tagLength <= to; close += 1) {
    if (kindAt(close) != DOLLAR) continue;
    let same: usize = 1;
    while (same < tagLength && load<u8>(close + same) == load<u8>(from + same)) same += 1;
    if (same == tagLength) return close + tagLength;
  }
  return to;
}

export function lineEnd(from: usize, to: usize): usize {
  let at = from;
  while (at < to && load<u8>(at) != NEWLINE) at += 1;
  return at;
}

export function blockCommentEnd(from: usize, to: usize, nests: bool): usize {
  let depth = 1;
  let at = from + 2;
  while (at + 1 < to) {
    const byte = load<u8>(at);
    if (byte == STAR && load<u8>(at + 1) == 47) {
      depth -= 1;
      at += 2;
      if (depth == 0) return at;
    } else if (nests && byte == 47 && load<u8>(at + 1) == STAR) {
      depth += 1;
      at += 2;
    } else at += 1;
  }
  return to;
}
