const SPACE: u8 = 32;
const QUOTE: u8 = 34;
const COMMA: u8 = 44;
const OPEN_LIST: u8 = 91;
const BACKSLASH: u8 = 92;
const CLOSE_LIST: u8 = 93;
const OPEN: u8 = 123;
const CLOSE: u8 = 125;

/** Whether the string that was read last has escapes. */
export let hasEscapes: bool = false;

// @ts-expect-error: decorator
@inline
export function skipSpace(from: usize, to: usize): usize {
  let at = from;
  while (at < to && load<u8>(at) <= SPACE) at += 1;
  return at;
}

/** Address of the quote that ends the string at `from`, or `to`. */
export function stringEnd(from: usize, to: usize): usize {
  const quote = i8x16.splat(QUOTE);
  const backslash = i8x16.splat(BACKSLASH);
  hasEscapes = false;
  let at = from;
  while (at < to) {
    const bytes = v128.load(at);
    const mask = i8x16.bitmask(v128.or(i8x16.eq(bytes, quote), i8x16.eq(bytes, backslash)));
    if (mask == 0) {
      at += 16;
      continue;
    }
    at += <usize>ctz<i32>(mask);
    if (at >= to) return to;
    if (load<u8>(at) == QUOTE) return at;
    hasEscapes = true;
    at += 2;
  }
  return to;
}

/** Address after a number or a word. */
export function scalarEnd(from: usize, to: usize): usize {
  let at = from;
  while (at < to) {
    const byte = load<u8>(at);
    if (byte <= SPACE || byte == COMMA || byte == CLOSE || byte == QUOTE || byte == OPEN) return at;
    at += 1;
  }
  return to;
}

/** The address after an object or a list, whatever is in it; beyond `to` where it does not end. */
export function nestedEnd(from: usize, to: usize): usize {
  let depth = 0;
  let at = from;
  while (at < to) {
    const byte = load<u8>(at);
    at += 1;
    if (byte == QUOTE) at = stringEnd(at, to) + 1;
    else if (byte == OPEN || byte == OPEN_LIST) depth += 1;
    else if (byte == CLOSE || byte == CLOSE_LIST) {
      depth -= 1;
      if (depth == 0) return at;
    }
  }
  return to + 1;
}
