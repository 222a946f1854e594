import { KINDS } from "./memory";

/** What a byte may begin. */
export const OTHER: u8 = 0;
export const SPACE: u8 = 1;
export const WORD: u8 = 2;
export const DIGIT: u8 = 3;
export const DOLLAR: u8 = 4;
export const SINGLE_QUOTE: u8 = 5;
export const DOUBLE_QUOTE: u8 = 6;
export const MINUS: u8 = 7;
export const SLASH: u8 = 8;
export const BACKTICK: u8 = 9;
export const HASH: u8 = 10;
export const OPEN: u8 = 11;
export const CLOSE: u8 = 12;
export const COMMA: u8 = 13;
export const DOT: u8 = 14;
export const SEMICOLON: u8 = 15;
export const QUESTION: u8 = 16;

/** Word characters after the first: letters, digits, `_`, `$`, and every byte of a character beyond ASCII. */
const FIRST_WORD_KIND: u8 = 2;
const LAST_WORD_KIND: u8 = 4;

// @ts-expect-error: decorator
@inline
export function kindAt(at: usize): u8 {
  return load<u8>(KINDS + <usize>load<u8>(at));
}

// @ts-expect-error: decorator
@inline
export function isWordByte(at: usize): bool {
  return kindAt(at) - FIRST_WORD_KIND <= LAST_WORD_KIND - FIRST_WORD_KIND;
}

function mark(byte: i32, kind: u8): void {
  store<u8>(KINDS + <usize>byte, kind);
}

export function fillKinds(): void {
  for (let byte = 0; byte < 256; byte += 1) {
    let kind = OTHER;
    if (byte <= 32) kind = SPACE;
    else if ((byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122) || byte == 95 || byte >= 128) kind = WORD;
    else if (byte >= 48 && byte <= 57) kind = DIGIT;
    mark(byte, kind);
  }
  mark(36, DOLLAR);
  mark(39, SINGLE_QUOTE);
  mark(34, DOUBLE_QUOTE);
  mark(45, MINUS);
  mark(47, SLASH);
  mark(96, BACKTICK);
  mark(35, HASH);
  mark(40, OPEN);
  mark(41, CLOSE);
  mark(44, COMMA);
  mark(46, DOT);
  mark(59, SEMICOLON);
  mark(63, QUESTION);
}
