import { digitsValue, digitsWithin } from "../digits";
import { find, isDigit } from "../find";
import { DATABASE, setRange } from "../slots";
import { hasSchema } from "./header";

const NEWLINE: u8 = 10;
const CARRIAGE_RETURN: u8 = 13;
const SPACE: u8 = 32;
const SEMICOLON: u8 = 59;
const BACKTICK: u8 = 96;

/** From `SET timestamp`; NaN without one. */
export let timestampMs: f64 = NaN;
/** Address of `use`; 0 without it. */
export let useLine: usize = 0;

/** Lines of both. */
export let settingLines: u32 = 0;

export function clearSettings(): void {
  timestampMs = NaN;
  useLine = 0;
  settingLines = 0;
}

/** `use` and `SET timestamp`; returns the address of the text, 0 where more bytes are needed. */
export function readSettings(from: usize, to: usize, isEnd: bool): usize {
  let line = from;
  while (line < to) {
    const end = find(NEWLINE, line, to);
    if (end >= to && !isEnd) return line + 4 > to || isSetting(line) ? 0 : line;
    if (load<u32>(line) == 0x20657375 && useLine == 0 && isEnded(line, end)) useFound(line, end);
    else if (!readTimestamp(line, end)) return line;
    settingLines += 1;
    line = end < to ? end + 1 : to;
    if (!isNaN(timestampMs)) return line;
  }
  return isEnd ? to : 0;
}

/** `use ` or `SET `. */
function isSetting(line: usize): bool {
  const four = load<u32>(line);
  return four == 0x20657375 || four == 0x20544553;
}

/** Whether a semicolon ends the line. */
function isEnded(line: usize, end: usize): bool {
  const last = load<u8>(end - 1) == CARRIAGE_RETURN ? end - 2 : end - 1;
  return last > line + 4 && load<u8>(last) == SEMICOLON;
}

function useFound(line: usize, end: usize): void {
  useLine = line;
  if (hasSchema) return;
  let from = line + 4;
  let last = textEnd(from, end);
  if (last > from + 1 && load<u8>(from) == BACKTICK && load<u8>(last - 1) == BACKTICK) {
    from += 1;
    last -= 1;
  }
  setRange(DATABASE, from, last);
}

/** `SET timestamp=1700000000;`, also behind `last_insert_id=5,insert_id=6,`. */
function readTimestamp(line: usize, end: usize): bool {
  if (line + 16 > end || load<u32>(line) != 0x20544553) return false;
  const limit = line + 100 < end ? line + 100 : end;
  for (let at = line + 4; at + 11 < limit; at = find(44, at, limit) + 1) {
    // `timestam` in any letter case, then `p=`.
    if ((load<u64>(at) | 0x2020202020202020) != 0x6d617473656d6974 || load<u8>(at + 9) != 61) continue;
    const first = at + 10;
    const eight = load<u64>(first);
    const digits = digitsWithin(eight, first, limit);
    if (digits == 0) return false;
    let seconds = <f64>digitsValue(eight, digits);
    for (let digit = first + digits; digits == 8 && digit < limit && isDigit(digit); digit += 1) {
      seconds = seconds * 10 + <f64>(<i32>load<u8>(digit) - 48);
    }
    if (seconds > 253402300799) return false;
    timestampMs = seconds * 1000;
    return true;
  }
  return false;
}

/** Without white space and semicolons at the end. */
export function textEnd(from: usize, to: usize): usize {
  let end = to;
  while (end > from && (load<u8>(end - 1) <= SPACE || load<u8>(end - 1) == SEMICOLON)) end -= 1;
  return end;
}
