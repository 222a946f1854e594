import { find } from "../find";

const QUOTE: u8 = 34;
const BACKSLASH: u8 = 92;
const LOWER_U: u8 = 117;
/** Stands for half of a surrogate pair. */
const REPLACEMENT: u32 = 0xfffd;

/** Makes one quote of each two in `[from, to)`, in place; returns the end of the text. */
export function unescapeQuotes(from: usize, to: usize): usize {
  let read = find(QUOTE, from, to);
  let write = read;
  while (read < to) {
    // The first quote of a pair is the last byte of what is copied.
    const end = read + 1;
    store<u8>(write, QUOTE);
    write += 1;
    read = end < to && load<u8>(end) == QUOTE ? end + 1 : end;
    const next = find(QUOTE, read, to);
    write = move(write, read, next);
    read = next;
  }
  return write;
}

/** Puts the characters that JSON escapes into `[from, to)`, in place; returns the end of the text. */
export function unescapeJson(from: usize, to: usize): usize {
  let read = find(BACKSLASH, from, to);
  let write = read;
  while (read < to) {
    const kind = read + 1 < to ? load<u8>(read + 1) : 0;
    const code = kind == LOWER_U ? hexAt(read + 2, to) : -1;
    if (code >= 0) {
      read += 6;
      let character = <u32>code;
      if (character - 0xd800 < 0x800) {
        const second = pairedAt(character, read, to);
        character = second < 0 ? REPLACEMENT : ((character - 0xd800) << 10) + <u32>second + 0x10000;
        if (second >= 0) read += 6;
      }
      write = putCharacter(write, character);
    } else {
      const plain = plainOf(kind);
      // What is no escape stays as it is.
      store<u8>(write, plain == 0 ? BACKSLASH : plain);
      write += 1;
      read += plain == 0 ? 1 : 2;
    }
    const next = find(BACKSLASH, read, to);
    write = move(write, read, next);
    read = next;
  }
  return write;
}

// @ts-expect-error: decorator
@inline
function plainOf(kind: u8): u8 {
  if (kind == QUOTE || kind == BACKSLASH || kind == 47) return kind;
  if (kind == 110) return 10;
  if (kind == 116) return 9;
  if (kind == 114) return 13;
  if (kind == 98) return 8;
  return kind == 102 ? 12 : 0;
}

/** What follows a first surrogate to make a pair, without its own mark; -1 where it does not. */
function pairedAt(first: u32, at: usize, to: usize): i32 {
  if (first >= 0xdc00 || at + 1 >= to) return -1;
  if (load<u8>(at) != BACKSLASH || load<u8>(at + 1) != LOWER_U) return -1;
  const second = hexAt(at + 2, to);
  return second >= 0xdc00 && second < 0xe000 ? second - 0xdc00 : -1;
}

/** The number of four hexadecimal digits; -1 where they are none. */
function hexAt(at: usize, to: usize): i32 {
  if (at + 4 > to) return -1;
  let code: i32 = 0;
  for (let index: usize = 0; index < 4; index += 1) {
    const byte = load<u8>(at + index);
    const letter = (byte | 32) - 97;
    if (byte - 48 < 10) code = (code << 4) | (byte - 48);
    else if (letter < 6) code = (code << 4) | (letter + 10);
    else return -1;
  }
  return code;
}

/** As UTF-8, which is never longer than the escape was. */
function putCharacter(at: usize, character: u32): usize {
  if (character < 0x80) {
    store<u8>(at, <u8>character);
    return at + 1;
  }
  if (character < 0x800) {
    store<u8>(at, <u8>(0xc0 | (character >> 6)));
    store<u8>(at + 1, <u8>(0x80 | (character & 63)));
    return at + 2;
  }
  if (character < 0x10000) {
    store<u8>(at, <u8>(0xe0 | (character >> 12)));
    store<u8>(at + 1, <u8>(0x80 | ((character >> 6) & 63)));
    store<u8>(at + 2, <u8>(0x80 | (character & 63)));
    return at + 3;
  }
  store<u8>(at, <u8>(0xf0 | (character >> 18)));
  store<u8>(at + 1, <u8>(0x80 | ((character >> 12) & 63)));
  store<u8>(at + 2, <u8>(0x80 | ((character >> 6) & 63)));
  store<u8>(at + 3, <u8>(0x80 | (character & 63)));
  return at + 4;
}

/** Copies `[from, to)` down to `target`, which lies before it; nothing beyond is written. */
function move(target: usize, from: usize, to: usize): usize {
  let write = target;
  let read = from;
  while (read + 16 <= to) {
    v128.store(write, v128.load(read));
    write += 16;
    read += 16;
  }
  if (read + 8 <= to) {
    store<u64>(write, load<u64>(read));
    write += 8;
    read += 8;
  }
  while (read < to) {
    store<u8>(write, load<u8>(read));
    write += 1;
    read += 1;
  }
  return write;
}
