import { SEVERITY, setSlot } from "../slots";

/** Messages of their own. */
export const LOG = 1;
export const ERROR = 2;
export const FATAL = 3;
export const PANIC = 4;
export const WARNING = 5;
/** NOTICE, INFO, DEBUG: nothing that a performance analysis reads. */
export const OTHER_MESSAGE = 6;
/** Lines that belong to the message before them. */
export const DETAIL_LINE = 16;
export const HINT_LINE = 17;
export const CONTEXT_LINE = 18;
export const STATEMENT_LINE = 19;
export const QUERY_LINE = 20;
export const LOCATION_LINE = 21;

/** The severity that a word of `length` bytes names; 0 for another word. */
export function severityOf(at: usize, length: usize): i32 {
  const word = load<u64>(at);
  if (length == 3) return (word & 0xffffff) == 0x474f4c ? LOG : 0;
  if (length == 4) {
    const four = word & 0xffffffff;
    if (four == 0x544e4948) return HINT_LINE;
    return four == 0x4f464e49 ? OTHER_MESSAGE : 0;
  }
  if (length == 5) {
    const five = word & 0xffffffffff;
    if (five == 0x524f525245) return ERROR;
    if (five == 0x4c41544146) return FATAL;
    if (five == 0x43494e4150) return PANIC;
    if (five == 0x5952455551) return QUERY_LINE;
    return five == 0x4755424544 ? OTHER_MESSAGE : 0;
  }
  if (length == 6) {
    const six = word & 0xffffffffffff;
    if (six == 0x4c4941544544) return DETAIL_LINE;
    if (six == 0x454349544f4e) return OTHER_MESSAGE;
    return (six & 0xffffffffff) == 0x4755424544 && load<u8>(at + 5) - 49 < 5 ? OTHER_MESSAGE : 0;
  }
  if (length == 7) {
    const seven = word & 0xffffffffffffff;
    if (seven == 0x474e494e524157) return WARNING;
    return seven == 0x545845544e4f43 ? CONTEXT_LINE : 0;
  }
  if (length == 8) return word == 0x4e4f495441434f4c ? LOCATION_LINE : 0;
  if (length == 9) {
    const last = load<u8>(at + 8);
    if (word == 0x4e454d4554415453 && last == 84) return STATEMENT_LINE;
    return word == 0x434152544b434142 && last == 69 ? LOCATION_LINE : 0;
  }
  return 0;
}

/** `LOG:  ` and its like: sets the severity and returns the address of the message; 0 where there is none. */
export function severityAt(from: usize, to: usize): usize {
  // `LOG:  `, by far the most frequent one.
  if (from + 6 <= to && (load<u64>(from) & 0xffffffffffff) == 0x20203a474f4c) {
    setSlot(SEVERITY, LOG);
    return from + 6;
  }
  let at = from;
  const limit = from + 10 < to ? from + 10 : to;
  while (at < limit && load<u8>(at) != 58) at += 1;
  if (at >= limit || at == from || at + 2 >= to) return 0;
  if (load<u8>(at + 1) != 32 || load<u8>(at + 2) != 32) return 0;
  const severity = severityOf(from, at - from);
  if (severity == 0) return 0;
  setSlot(SEVERITY, severity);
  return at + 3;
}
