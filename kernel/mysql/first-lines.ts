import { find, isDigit } from "../find";

/** What can be said of a line. `UNSEEN`: what would tell lies behind the bytes at hand. */
export const NO = 0;
export const YES = 1;
export const UNSEEN = 2;

const NEWLINE: u8 = 10;
const CARRIAGE_RETURN: u8 = 13;
const SEMICOLON: u8 = 59;
const HASH: u8 = 35;
const CAPITAL_T: u8 = 84;

/** First lines of a header, and any other line. */
export const TIME_LINE = 1;
export const USER_LINE = 2;
export const QUERY_TIME_LINE = 3;

/** `# Query_time: ` in bytes, the shortest line that tells. */
const TELLING: usize = 14;
/** `# Query_time:` stands at most so many lines below the first one. */
const LINES_TO_QUERY_TIME = 3;

/** Which of the lines that may begin an event stands at `line`; 0 for none. */
export function firstLineAt(line: usize, to: usize): i32 {
  if (line + 8 > to) return 0;
  const eight = load<u64>(line);
  // `# Time:`, `# User@H` and `# Query_` as numbers.
  if ((eight & 0xffffffffffffff) == 0x3a656d69542023) return TIME_LINE;
  if (eight == 0x4840726573552023) return line + 12 <= to && load<u32>(line + 8) == 0x3a74736f ? USER_LINE : 0;
  if (eight == 0x5f79726575512023 && line + 13 <= to && load<u32>(line + 8) == 0x656d6974) {
    return load<u8>(line + 12) == 58 ? QUERY_TIME_LINE : 0;
  }
  return 0;
}

/** Whether the header of an event stands at `line`: one of its first lines, and `# Query_time:` close below. */
export function fullHeaderAt(line: usize, to: usize): i32 {
  if (line >= to) return UNSEEN;
  if (load<u8>(line) != HASH) return NO;
  if (line + TELLING > to) return UNSEEN;
  const kind = firstLineAt(line, to);
  if (kind == 0) return NO;
  if (kind == QUERY_TIME_LINE) return isDigit(line + TELLING) ? YES : NO;
  let at = line;
  for (let count = 0; count < LINES_TO_QUERY_TIME; count += 1) {
    at = find(NEWLINE, at, to) + 1;
    if (at >= to) return UNSEEN;
    if (load<u8>(at) != HASH) return NO;
    if (at + TELLING > to) return UNSEEN;
    if (firstLineAt(at, to) == QUERY_TIME_LINE) return YES;
  }
  return NO;
}

/** Whether a line of the statement, which follows the line break at `newline`, begins the next event. */
export function eventAfter(newline: usize, lineBefore: usize, to: usize, isEnd: bool): i32 {
  const line = newline + 1;
  if (line >= to) return UNSEEN;
  const first = load<u8>(line);
  if (first == CAPITAL_T) return bannerAfter(newline, lineBefore, to, isEnd);
  if (first != HASH) return NO;
  const full = fullHeaderAt(line, to);
  if (full == YES || (full == UNSEEN && !isEnd)) return full;
  // A damaged header: only where the statement before is ended, so that a comment does not pass for one.
  return byteBefore(newline) == SEMICOLON && isDamagedHeader(line, to) ? YES : NO;
}

/** The second line of what the server writes when it opens the log: its first one stands at `lineBefore`. */
export function bannerAfter(newline: usize, lineBefore: usize, to: usize, isEnd: bool): i32 {
  const line = newline + 1;
  if (line + 10 > to) return isEnd ? NO : UNSEEN;
  const eight = load<u64>(line);
  // `Tcp port`, and `TCP Port` on Windows.
  if (eight != 0x74726f7020706354 && eight != 0x74726f5020504354) return NO;
  return isBannerLine(lineBefore, newline) ? YES : NO;
}

/** `…, Version: … started with:`. */
export function isBannerLine(from: usize, end: usize): bool {
  const to = load<u8>(end - 1) == CARRIAGE_RETURN ? end - 1 : end;
  if (from + 24 > to) return false;
  // `started ` and `ed with:`.
  return load<u64>(to - 8) == 0x3a68746977206465 && load<u64>(to - 13) == 0x2064657472617473;
}

function isDamagedHeader(line: usize, to: usize): bool {
  const kind = firstLineAt(line, to);
  if (kind == TIME_LINE) return line + 8 < to && isDigit(line + 8);
  if (kind != USER_LINE) return false;
  const end = find(NEWLINE, line, to);
  return find(91, line, end) < end;
}

function byteBefore(newline: usize): u8 {
  const byte = load<u8>(newline - 1);
  return byte == CARRIAGE_RETURN ? load<u8>(newline - 2) : byte;
}

/** Address of a line in `(from, to)` that begins an event for certain; 0 where there is none. */
export function eventWithin(from: usize, to: usize): usize {
  let lineBefore = from;
  let newline = find(NEWLINE, from, to);
  while (newline < to) {
    const line = newline + 1;
    const first = load<u8>(line);
    if (first == HASH && fullHeaderAt(line, to) == YES) return line;
    if (first == CAPITAL_T && bannerAfter(newline, lineBefore, to, false) == YES) return lineBefore;
    lineBefore = line;
    newline = find(NEWLINE, line, to);
  }
  return 0;
}
