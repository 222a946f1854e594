import { find } from "../find";
import { SLOTS } from "../memory";
import { NEXT } from "../slots";
import { firstLineAt, fullHeaderAt, isBannerLine, NO, QUERY_TIME_LINE, TIME_LINE, USER_LINE } from "./first-lines";
import { localMs, zonedMs } from "./header";
import { timestampMs } from "./settings";
import { INCOMPLETE, isHeaderRead, readSlow, UNPARSED } from "./slow";
import { isTorn } from "./statement-end";

const NEWLINE: u8 = 10;
/** So many events have to read well for a line to be taken as the start of one. */
const EVENTS_TO_TRUST = 4;

/** What `isSlowStart` says. */
export const NO_START = 0;
export const START = 1;
/** An event without `# Time:`: a start where the line before is known not to be its `# Time:`. */
export const START_BEHIND_A_LINE = 2;

/**
 * Whether an event begins at `at` that a part of the log may begin with: it tells its time, and it and the next ones
 * read well. What begins inside a string does not: its quotes are the wrong way round.
 */
export function isSlowStart(at: usize, to: usize): i32 {
  const kind = firstLineAt(at, to);
  if (kind == QUERY_TIME_LINE || (kind != 0 && fullHeaderAt(at, to) == NO)) return NO_START;
  const result = kind == USER_LINE ? START_BEHIND_A_LINE : START;
  let line = at;
  for (let count = 0; count < EVENTS_TO_TRUST && line < to; count += 1) {
    const found = readSlow(line, to, false);
    if (count == 0 && (found == UNPARSED || (isHeaderRead && !isTimed()))) return NO_START;
    if (found != UNPARSED && isTorn) return NO_START;
    if (found == INCOMPLETE) break;
    line = <usize>load<u32>(SLOTS + (NEXT << 2));
  }
  return result;
}

function isTimed(): bool {
  return !isNaN(zonedMs) || !isNaN(timestampMs) || !isNaN(localMs);
}

/**
 * Address of the first line at or after `at` where a part of the log may begin; 0 where there is none in sight.
 * `isBehindLine`: the line before `at` was looked at as well, and is no first line of a header.
 */
export function findSlowStart(at: usize, to: usize, isBehindLine: bool): usize {
  let isBehind = isBehindLine;
  let line = at;
  while (line < to) {
    const end = find(NEWLINE, line, to);
    if (end >= to) return 0;
    const kind = firstLineAt(line, end);
    if (kind != 0 || isBannerLine(line, end)) {
      const start = isSlowStart(line, to);
      if (start == START || (start == START_BEHIND_A_LINE && isBehind)) return line;
    }
    isBehind = kind != TIME_LINE;
    line = end + 1;
  }
  return 0;
}
