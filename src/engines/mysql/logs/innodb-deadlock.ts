import type { Deadlock } from "../../../model/log.ts";
import {
  type DeadlockDraft,
  isDeadlockMarker,
  isFirstTransaction,
  newDraft,
  readDeadlockLine,
} from "./innodb-deadlock-draft.ts";
import { deadlockOf, type InnodbDeadlockOptions } from "./innodb-deadlock-members.ts";
import { type InnodbLine, readInnodbLine } from "./innodb-log-line.ts";

export type { InnodbDeadlockOptions } from "./innodb-deadlock-members.ts";

export interface NumberedLine {
  /** From 1 on. */
  readonly number: number;
  /** Without its line end. */
  readonly text: string;
}

/** A deadlock with the lines, both included, that told it. Lines of other threads may stand between them. */
export interface InnodbDeadlockBlock {
  readonly fromLine: number;
  readonly toLine: number;
  readonly deadlock: Deadlock;
  /** The same transactions as in a block before: a status that is printed again shows its last deadlock again. */
  readonly isRepeat: boolean;
}

interface OpenBlock {
  readonly fromLine: number;
  toLine: number;
  readonly draft: DeadlockDraft;
  previous: string;
}

const TITLE = /^LATEST DETECTED DEADLOCK\s*$/;
const ANNOUNCED = /^(?:InnoDB: )?transactions deadlock detected, dumping detailed information/i;
const TOO_DEEP = /^TOO DEEP OR LONG SEARCH IN THE LOCK TABLE WAITS-FOR GRAPH/;
const MONITOR = /^(?:END OF )?INNODB MONITOR OUTPUT\s*$/;
/** The parts of the status that may follow, each between two lines of dashes. */
const NEXT_PART =
  /^(?:TRANSACTIONS|LATEST FOREIGN KEY ERROR|SEMAPHORES|BACKGROUND THREAD|FILE I\/O|INSERT BUFFER .*|LOG|BUFFER POOL .*|ROW OPERATIONS)\s*$/;
const DASHES = /^-{3,}\s*$/;
/** `mysql -e` writes the whole status as one line. */
const ESCAPED = /\\nLATEST DETECTED DEADLOCK\\n/;
/** A block that does not end is not read on without end. */
const LONGEST_BLOCK = 50_000;

/** The first deadlock of a text: of an InnoDB status, or as the error log has it; null where there is none. */
export function parseInnodbDeadlock(text: string, options: InnodbDeadlockOptions): Deadlock | null {
  const lines = text.split("\n").map((line, index) => ({ number: index + 1, text: line }));
  for (const { deadlock } of innodbDeadlocks(lines, options)) return deadlock;
  return null;
}

/**
 * The deadlocks of an InnoDB status or an error log (`innodb_print_all_deadlocks`), MySQL 5.0 to 9 and MariaDB, in the
 * order of the lines. A block that is cut is yielded as far as it goes.
 */
export function* innodbDeadlocks(
  lines: Iterable<NumberedLine>,
  options: InnodbDeadlockOptions,
): Generator<InnodbDeadlockBlock> {
  const known = new Set<string>();
  let open: OpenBlock | null = null;
  for (const { number, line } of physicalLines(lines)) {
    if (open !== null && endsBefore(open, line, number)) {
      yield* finished(open, known, options);
      open = null;
    }
    if (open === null && startsBlock(line)) open = openAt(number, line);
    if (open === null || isForeign(line)) continue;
    readInto(open, line, number);
    if (open.draft.victim === null) continue;
    yield* finished(open, known, options);
    open = null;
  }
  if (open !== null) yield* finished(open, known, options);
}

/** True where a text, or the first part of a file, has lines of an InnoDB status or of a deadlock of the error log. */
export function looksLikeInnodbStatus(sample: string): boolean {
  return sample.split("\n").some((text) => {
    if (ESCAPED.test(text)) return true;
    const line = readInnodbLine(text);
    return MONITOR.test(line.body) || startsBlock(line);
  });
}

function* physicalLines(lines: Iterable<NumberedLine>): Generator<{ number: number; line: InnodbLine }> {
  for (const { number, text } of lines) {
    if (!ESCAPED.test(text)) yield { number, line: readInnodbLine(text) };
    else for (const part of unescaped(text).split("\n")) yield { number, line: readInnodbLine(part) };
  }
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (whole, char: string) => ({ n: "\n", t: "\t", "\\": "\\" })[char] ?? whole);
}

function startsBlock({ body }: InnodbLine): boolean {
  return TITLE.test(body) || ANNOUNCED.test(body) || TOO_DEEP.test(body) || isFirstTransaction(body);
}

function openAt(number: number, { time }: InnodbLine): OpenBlock {
  return { fromLine: number, toLine: number, draft: { ...newDraft(), time }, previous: "" };
}

/** The block before was cut, or is one that says no victim. */
function endsBefore({ draft, fromLine, previous }: OpenBlock, line: InnodbLine, number: number): boolean {
  if (draft.members.length === 0) return TITLE.test(line.body) || ANNOUNCED.test(line.body);
  if (startsBlock(line) || number - fromLine > LONGEST_BLOCK) return true;
  if (MONITOR.test(line.body) || (DASHES.test(previous) && NEXT_PART.test(line.body))) return true;
  return draft.isTooDeep && isForeign(line);
}

/** A message of another thread in the midst of a deadlock. */
function isForeign(line: InnodbLine): boolean {
  return line.isMessage && line.body !== "" && !isDeadlockMarker(line.body) && !startsBlock(line);
}

function readInto(open: OpenBlock, { time, body }: InnodbLine, number: number): void {
  const { draft } = open;
  open.previous = body;
  if (draft.members.length === 0) draft.time ??= time;
  if (TOO_DEEP.test(body)) draft.isTooDeep = true;
  const isPart = readDeadlockLine(draft, body);
  if (isPart && body.trim() !== "" && !DASHES.test(body)) open.toLine = number;
}

function* finished(
  { fromLine, toLine, draft }: OpenBlock,
  known: Set<string>,
  options: InnodbDeadlockOptions,
): Generator<InnodbDeadlockBlock> {
  if (draft.members.length === 0) return;
  const ids = draft.members.map(({ id, pid }) => (id === null || pid === null ? null : `${id} ${pid}`));
  const key = ids.includes(null) ? null : ids.join(", ");
  yield { fromLine, toLine, deadlock: deadlockOf(draft, options), isRepeat: key !== null && known.has(key) };
  if (key !== null) known.add(key);
}
