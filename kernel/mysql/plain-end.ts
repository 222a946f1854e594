const NEWLINE: u8 = 10;
const BACKTICK: u8 = 96;
const SINGLE_QUOTE: u8 = 39;
const BACKSLASH: u8 = 92;

/** Looked at together: one bit for each byte. */
const BLOCK: usize = 64;

/**
 * Goes over names in backticks and over strings that need no closer look: returns the address of the next line break
 * or of a sign that may begin a comment or a string in double quotes, outside of them, or of the quote that opens one
 * with a line break, a backslash, a doubled quote or the other quote inside. `from` is outside of quotes.
 */
export function plainEnd(from: usize, to: usize): usize {
  let at = from;
  /** All ones where the block begins inside one. */
  let inName: u64 = 0;
  let inString: u64 = 0;
  let open = from;
  while (at + BLOCK < to) {
    const first = v128.load(at);
    const second = v128.load(at + 16);
    const third = v128.load(at + 32);
    const fourth = v128.load(at + 48);
    const names = positions(first, second, third, fourth, BACKTICK);
    const strings = positions(first, second, third, fourth, SINGLE_QUOTE);
    const name = names == 0 ? inName : inName ^ oddBefore(names);
    const string = strings == 0 ? inString : inString ^ oddBefore(strings);
    // A quote that closes, with the same one behind it, does not close.
    let doubled: u64 = 0;
    if (names != 0) doubled = names & ~name & ((names >> 1) | (<u64>(load<u8>(at + BLOCK) == BACKTICK) << 63));
    if (strings != 0) {
      doubled |= strings & ~string & ((strings >> 1) | (<u64>(load<u8>(at + BLOCK) == SINGLE_QUOTE) << 63));
    }
    const inside = name | string;
    const signs = any(isSign(first), isSign(second), isSign(third), isSign(fourth));
    let stops = doubled | (names & string) | (strings & name) | (signs & ~inside);
    stops |= positions(first, second, third, fourth, NEWLINE);
    stops |= positions(first, second, third, fourth, BACKSLASH) & string;
    const quotes = names | strings;
    if (stops != 0) {
      const stop = <usize>ctz<i64>(stops);
      if ((((inside | doubled) >> stop) & 1) == 0) return at + stop;
      const before = quotes & ((<u64>1 << stop) - 1);
      return before == 0 ? open : at + 63 - <usize>clz<i64>(before);
    }
    if (quotes != 0) open = at + 63 - <usize>clz<i64>(quotes);
    inName = <u64>(<i64>name >> 63);
    inString = <u64>(<i64>string >> 63);
    at += BLOCK;
  }
  return (inName | inString) == 0 ? nextTelling(at, to) : open;
}

/** For each bit, whether an odd number of bits is set up to it. */
// @ts-expect-error: decorator
@inline
function oddBefore(bits: u64): u64 {
  let odd = bits ^ (bits << 1);
  odd ^= odd << 2;
  odd ^= odd << 4;
  odd ^= odd << 8;
  odd ^= odd << 16;
  return odd ^ (odd << 32);
}

// @ts-expect-error: decorator
@inline
function positions(first: v128, second: v128, third: v128, fourth: v128, byte: u8): u64 {
  const wanted = i8x16.splat(byte);
  return any(
    i8x16.eq(first, wanted),
    i8x16.eq(second, wanted),
    i8x16.eq(third, wanted),
    i8x16.eq(fourth, wanted),
  );
}

// @ts-expect-error: decorator
@inline
function any(first: v128, second: v128, third: v128, fourth: v128): u64 {
  const low = i8x16.bitmask(first) | (i8x16.bitmask(second) << 16);
  const high = i8x16.bitmask(third) | (i8x16.bitmask(fourth) << 16);
  return <u64><u32>low | (<u64><u32>high << 32);
}

/** `"`, `#`, `-` and `/`: the high bit of the byte. */
// @ts-expect-error: decorator
@inline
function isSign(part: v128): v128 {
  // All four have the high half 2; by low half.
  const low = i8x16(0, 0, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, 0, -1);
  const isHalf = i8x16.eq(i8x16.shr_u(part, 4), i8x16.splat(2));
  return v128.and(i8x16.swizzle(low, v128.and(part, i8x16.splat(15))), isHalf);
}

/** Next line break, quote, or sign that may begin a comment. */
export function nextTelling(from: usize, to: usize): usize {
  // By low and by high half of the byte: one bit for each high half that has telling bytes.
  const low = i8x16(4, 0, 2, 2, 0, 0, 0, 2, 0, 0, 1, 0, 0, 2, 0, 2);
  const high = i8x16(1, 0, 2, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  let at = from;
  while (at < to) {
    const part = v128.load(at);
    const marks = v128.and(
      i8x16.swizzle(low, v128.and(part, i8x16.splat(15))),
      i8x16.swizzle(high, i8x16.shr_u(part, 4)),
    );
    const mask = i8x16.bitmask(i8x16.ne(marks, i8x16.splat(0)));
    if (mask != 0) return at + <usize>ctz<i32>(mask);
    at += 16;
  }
  return to;
}
