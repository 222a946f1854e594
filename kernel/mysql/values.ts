import { digitsValue, digitsWithin } from "../digits";
import { find, isDigit } from "../find";
import { readTime } from "../time";

const SPACE: u8 = 32;

/** Seconds with decimals as whole microseconds; NaN for what no clock measures (the server's own overflows). */
export function microseconds(from: usize, to: usize): f64 {
  const eight = load<u64>(from);
  const digits = digitsWithin(eight, from, to);
  if (digits == 0) return NaN;
  let us = digitsValue(eight, digits);
  let at = from + digits;
  while (digits == 8 && at < to && isDigit(at)) {
    us = us * 10 + load<u8>(at) - 48;
    at += 1;
    if (at - from > 9) return NaN;
  }
  us *= 1000000;
  if (at >= to || load<u8>(at) != 46) return <f64>us;
  at += 1;
  const decimals = load<u64>(at);
  const known = digitsWithin(decimals, at, to);
  if (known >= 6) return <f64>(us + digitsValue(decimals, 6));
  if (known == 0) return <f64>us;
  let rest = digitsValue(decimals, known);
  for (let place = known; place < 6; place += 1) rest *= 10;
  return <f64>(us + rest);
}

/** A whole number; NaN where there is none. */
export function count(from: usize, to: usize): f64 {
  const eight = load<u64>(from);
  const digits = digitsWithin(eight, from, to);
  if (digits == 0) return NaN;
  let value = digitsValue(eight, digits);
  let at = from + digits;
  while (digits == 8 && at < to && isDigit(at) && at - from < 18) {
    value = value * 10 + load<u8>(at) - 48;
    at += 1;
  }
  return <f64>value;
}

/** Scratch for an old time in today's form; it has no zone. */
const ISO = memory.data(32);
/** `20` in bytes. */
const CENTURY: u16 = 0x3032;

/** `yymmdd hh:mm:ss` in the server's own zone, read as UTC; NaN where there is none. */
export function oldTime(from: usize, to: usize): f64 {
  let at = find(SPACE, from, to);
  if (at - from != 6) return NaN;
  while (at < to && load<u8>(at) == SPACE) at += 1;
  // `131128  1:05:31`
  const isShort = at + 1 < to && load<u8>(at + 1) == 58;
  const length: usize = isShort ? 7 : 8;
  if (at + length > to) return NaN;
  // 20yy-mm-ddT0h:mm:ss
  store<u16>(ISO, CENTURY);
  store<u16>(ISO + 2, load<u16>(from));
  store<u8>(ISO + 4, 45);
  store<u16>(ISO + 5, load<u16>(from + 2));
  store<u8>(ISO + 7, 45);
  store<u16>(ISO + 8, load<u16>(from + 4));
  store<u8>(ISO + 10, 84);
  store<u8>(ISO + 11, 48);
  memory.copy(ISO + 19 - length, at, length);
  return readTime(ISO, ISO + 19);
}
