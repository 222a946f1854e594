import { isDigit } from "./find";

/** Minutes east of UTC of a zone that stands in the text; the host knows the names. */
// @ts-expect-error: decorator
@external("env", "zoneOffsetMinutes")
declare function zoneOffsetMinutes(from: usize, to: usize): i32;

/** The address after what was read last. */
export let timeEnd: usize = 0;

let knownDay: u64 = 0;
let knownDayMs: f64 = 0;
/** Date and time to the second that were read last: the first 16 bytes, and bytes 15 to 18. */
let knownSecondLow: u64 = 0;
let knownSecondHigh: u64 = 0;
let knownSecondEnd: u32 = 0;
let knownSecondMs: f64 = NaN;
let knownZone: u64 = 0;
let knownZoneMs: f64 = 0;

// @ts-expect-error: decorator
@inline
function two(at: usize): i32 {
  return (<i32>load<u8>(at) - 48) * 10 + <i32>load<u8>(at + 1) - 48;
}

function digits(from: usize, to: usize): bool {
  for (let at = from; at < to; at += 1) if (!isDigit(at)) return false;
  return true;
}

/** Days since 1970 of a date of the Gregorian calendar. */
function daysOf(year: i32, month: i32, day: i32): i32 {
  const shifted = month <= 2 ? year - 1 : year;
  const era = shifted / 400;
  const yearOfEra = shifted - era * 400;
  const dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719468;
}

/**
 * `2026-11-24 13:00:00.123 UTC` (also with `T`, with more or fewer decimals, or none) as milliseconds since 1970; NaN
 * where there is none. `timeEnd` is set behind the zone.
 */
export function readTime(at: usize, to: usize): f64 {
  if (at + 19 > to) return NaN;
  const isKnown = load<u64>(at) == knownSecondLow && load<u64>(at + 8) == knownSecondHigh;
  if (!isKnown || load<u32>(at + 15) != knownSecondEnd) {
    const secondMs = readSecond(at);
    if (isNaN(secondMs)) return NaN;
    knownSecondLow = load<u64>(at);
    knownSecondHigh = load<u64>(at + 8);
    knownSecondEnd = load<u32>(at + 15);
    knownSecondMs = secondMs;
  }
  let end = at + 19;
  let fraction: f64 = 0;
  if (end < to && load<u8>(end) == 46) {
    let scale: f64 = 100;
    end += 1;
    while (end < to && isDigit(end)) {
      fraction += <f64>(<i32>load<u8>(end) - 48) * scale;
      scale /= 10;
      end += 1;
    }
  }
  return knownSecondMs + fraction - readZone(end, to);
}

/** The first 19 bytes, without regard to the zone. */
function readSecond(at: usize): f64 {
  const separator = load<u8>(at + 10);
  if (separator != 32 && separator != 84) return NaN;
  const day = load<u64>(at) ^ (<u64>load<u16>(at + 8) << 20);
  let dayMs = knownDayMs;
  if (day != knownDay) {
    if (!digits(at, at + 4) || load<u8>(at + 4) != 45 || !digits(at + 5, at + 7)) return NaN;
    if (load<u8>(at + 7) != 45 || !digits(at + 8, at + 10)) return NaN;
    const month = two(at + 5);
    if (month < 1 || month > 12) return NaN;
    dayMs = <f64>daysOf(two(at) * 100 + two(at + 2), month, two(at + 8)) * 86400000;
    knownDay = day;
    knownDayMs = dayMs;
  }
  if (load<u8>(at + 13) != 58 || load<u8>(at + 16) != 58) return NaN;
  if (!isDigit(at + 11) || !isDigit(at + 12) || !isDigit(at + 14)) return NaN;
  if (!isDigit(at + 15) || !isDigit(at + 17) || !isDigit(at + 18)) return NaN;
  const seconds = two(at + 11) * 3600 + two(at + 14) * 60 + two(at + 17);
  return dayMs + <f64>seconds * 1000;
}

/** Milliseconds east of UTC of `Z`, ` UTC`, `+01`, ` -03:30`; 0 without a zone. */
function readZone(from: usize, to: usize): f64 {
  let start = from;
  if (start < to && load<u8>(start) == 32) start += 1;
  const end = zoneEnd(start, to, start == from);
  if (end == start) {
    timeEnd = from;
    return 0;
  }
  timeEnd = end;
  const length = end - start;
  const zone = load<u64>(start) & (length >= 8 ? u64.MAX_VALUE : (<u64>1 << (<u64>length << 3)) - 1);
  if (zone != knownZone || length > 8) {
    const minutes = zoneOffsetMinutes(start, end);
    if (minutes == i32.MIN_VALUE) {
      timeEnd = from;
      return 0;
    }
    knownZone = length > 8 ? 0 : zone;
    knownZoneMs = <f64>minutes * 60000;
  }
  return knownZoneMs;
}

/** Letters, or a sign and digits; a colon is of the zone only where no space stands before it (ISO 8601). */
function zoneEnd(from: usize, to: usize, takesColon: bool): usize {
  let end = from;
  const sign = load<u8>(from);
  if (end < to && (sign == 43 || sign == 45)) {
    end += 1;
    while (end < to && isDigit(end)) end += 1;
    if (end == from + 1) return from;
    return takesColon && end + 3 <= to && load<u8>(end) == 58 && isDigit(end + 1) && isDigit(end + 2) ? end + 3 : end;
  }
  while (end < to && isLetter(load<u8>(end))) end += 1;
  return end;
}

// @ts-expect-error: decorator
@inline
function isLetter(byte: u8): bool {
  const letter = (byte | 32) - 97;
  return letter < 26;
}
