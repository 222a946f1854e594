import { INHERITED_DATABASE } from "../../../logs/digest/names.ts";
import { RouteReader, readTrace } from "../../../logs/digest/routes.ts";
import { newStatementEvent } from "../../../logs/digest/statement-event.ts";
import { isOwnComment } from "../../../logs/digest/texts.ts";
import { Who } from "../../../logs/digest/who.ts";
import type { LogReader, ReaderContext } from "../../../logs/format.ts";
import { FLOAT, type Kernel, READ, SLOT } from "../../../logs/kernel/kernel.ts";
import { slowErrorEvents } from "./slow-errors.ts";

/** Kinds and bits; kernel/mysql/slow.ts has the same. */
const BANNER = 3;
const FLAG = { database: 1, write: 2, localTime: 4, maybeWarning: 8 } as const;
const START = { always: 1, behindLine: 2 } as const;
const NEWLINE = 10;
const REASONS: Readonly<Record<number, string>> = {
  0: "it is not the first line of an event",
  1: "its header has no Query_time",
  2: "its header is followed by no statement",
};

/** `slow_query_log_always_write_time`, 10 s unless it was changed: sampling leaves out nothing that takes longer. */
const ALWAYS_WRITTEN_US = 10_000_000;

/** Stands among the zones that were read as UTC where the log has only times of the server's own zone. */
const SERVER_ZONE = "the server's own zone";

/**
 * Reads the slow query log of MySQL, Percona Server and MariaDB. What one event leaves out it has from the one before:
 * its time, and the database, which MySQL writes (`use`) only when it is another one than before. A part of a log that
 * does not begin with the log therefore counts its first events under the name INHERITED_DATABASE; whoever joins the
 * parts puts the `database` of the part before in its place.
 */
export class SlowReader implements LogReader {
  isStopped = false;
  readonly closing = "\n";
  /** The server wrote only each n-th statement, at most so sparsely; null where it wrote all. */
  sampledOneIn: number | null = null;
  missesTime = false;
  readonly #context: ReaderContext;
  readonly #kernel: Kernel;
  readonly #event = newStatementEvent();
  readonly #routes: RouteReader;
  readonly #who: Who;
  readonly #inherited: number;
  #database: number;
  #lastMs: number;
  /** Whether what was read says what time is in force: it names one, or the server opened the log. */
  #hasTime = false;
  /** Length of the line before the event that is read next, where that one may belong to the next part. */
  #lineBeforeBytes = Number.POSITIVE_INFINITY;
  #hasSearched = false;

  constructor(context: ReaderContext) {
    this.#context = context;
    this.#kernel = context.kernel;
    const { digest } = context;
    this.#routes = new RouteReader(context.kernel, digest.names);
    this.#who = new Who(context.kernel, digest.names);
    this.#inherited = digest.options.isOpen ? digest.names.of(INHERITED_DATABASE) : 0;
    this.#database = this.#inherited;
    this.#lastMs = context.startTimeMs ?? NaN;
  }

  get lastTimeMs(): number | null | undefined {
    if (!this.#hasTime) return undefined;
    return Number.isNaN(this.#lastMs) ? null : this.#lastMs;
  }

  /** The database in force after what was read, "" for none; null where it is still that of the part before. */
  get database(): string | null {
    if (this.#database === 0) return "";
    return this.#database === this.#inherited ? null : this.#context.digest.names.raw(this.#database);
  }

  read(from: number, to: number, stop: number, isEnd: boolean): number {
    const kernel = this.#kernel;
    const { counts } = this.#context;
    let at = from;
    while (at < to) {
      if (at >= stop && this.#mayBegin(at, to, stop)) {
        this.isStopped = true;
        return at;
      }
      const found = kernel.readSlow(at, to, isEnd ? 1 : 0);
      if (found === READ.incomplete) return at;
      const { slots } = kernel;
      const next = slots[SLOT.next] ?? to;
      const lines = slots[SLOT.lines] ?? 1;
      const kind = slots[SLOT.kind] ?? 0;
      if (found === READ.unparsed) counts.unparsed(next - at, lines, REASONS[kind] ?? "");
      else {
        counts.event(next - at, lines);
        if (kind === BANNER) this.#opened();
        else this.#statement();
      }
      at = next;
      if (at >= stop) this.#noteLineBefore(at);
    }
    return at;
  }

  findStart(from: number, to: number): number {
    const start = this.#kernel.findSlowStart(from, to, this.#hasSearched ? 1 : 0);
    // The next search begins with the line that was not whole.
    this.#hasSearched = true;
    if (start === 0) return -1;
    this.#noteLineBefore(start);
    return start;
  }

  finish(): void {
    // Every event is whole in itself.
  }

  /** The next part begins where this one ends: `findStart` there asks the same, and sees no line before its first. */
  #mayBegin(at: number, to: number, stop: number): boolean {
    const start = this.#kernel.isSlowStart(at, to);
    return start === START.always || (start === START.behindLine && at - this.#lineBeforeBytes >= stop);
  }

  #noteLineBefore(at: number): void {
    this.#lineBeforeBytes = at - 1 - this.#kernel.bytes.lastIndexOf(NEWLINE, at - 2);
  }

  /** The server opened the log: no database is in force, and the next event has its time. */
  #opened(): void {
    this.#database = 0;
    this.#lastMs = NaN;
    this.#hasTime = true;
  }

  #statement(): void {
    const { slots, floats } = this.#kernel;
    const { digest } = this.#context;
    const event = this.#event;
    const who = this.#who;
    who.read();
    const flags = slots[SLOT.flags] ?? 0;
    const timeMs = floats[FLOAT.timeMs] ?? NaN;
    if (!Number.isNaN(timeMs)) {
      this.#lastMs = timeMs;
      this.#hasTime = true;
    }
    if ((flags & FLAG.localTime) !== 0) this.#kernel.unknownZones.add(SERVER_ZONE);
    if ((flags & FLAG.database) !== 0) this.#database = who.database;
    const oneIn = floats[FLOAT.rateLimit] ?? NaN;
    if (oneIn > 1 && oneIn > (this.sampledOneIn ?? 1)) this.sampledOneIn = oneIn;
    if (Number.isNaN(this.#lastMs)) this.missesTime = true;
    if (!digest.at(this.#lastMs)) return;
    event.timeMs = this.#lastMs;
    event.durationUs = floats[FLOAT.durationUs] ?? NaN;
    event.pid = slots[SLOT.pid] ?? 0;
    event.user = who.user;
    event.database = this.#database;
    event.textFrom = slots[SLOT.text] ?? 0;
    event.textTo = slots[SLOT.text + 1] ?? 0;
    event.keyLow = slots[SLOT.key] ?? 0;
    event.keyHigh = slots[SLOT.key + 1] ?? 0;
    event.valueHash = slots[SLOT.valueHash] ?? 0;
    event.valueSum = slots[SLOT.valueSum] ?? 0;
    event.valueFlags = slots[SLOT.valueFlags] ?? 0;
    event.trace = 0;
    event.rows = this.#rows(flags);
    event.rowsExamined = floats[FLOAT.rowsExamined] ?? NaN;
    event.lockUs = floats[FLOAT.lockUs] ?? NaN;
    event.route = 0;
    const comment = slots[SLOT.firstComment] ?? 0;
    if (comment !== 0) {
      if (isOwnComment(this.#kernel, comment, slots[SLOT.firstComment + 1] ?? 0)) {
        digest.ownStatement(event.durationUs);
        return;
      }
      event.route = this.#routes.read();
      event.trace = readTrace(this.#kernel);
    }
    digest.executedWhole(event, this.#kernel, this.#weight(oneIn));
    const error = slots[SLOT.errorNumber] ?? 0;
    if (error !== 0) this.#error(error, (flags & FLAG.maybeWarning) !== 0);
  }

  /** Executions that this one stands for. */
  #weight(oneIn: number): number {
    return oneIn > 1 && this.#event.durationUs < ALWAYS_WRITTEN_US ? oneIn : 1;
  }

  /** Rows sent, of a statement that changes rows those that it changed: MySQL itself does not log them. */
  #rows(flags: number): number {
    const { floats } = this.#kernel;
    const sent = floats[FLOAT.rowsSent] ?? NaN;
    return (flags & FLAG.write) === 0 || sent > 0 ? sent : (floats[FLOAT.rowsAffected] ?? NaN);
  }

  #error(code: number, maybeWarning: boolean): void {
    const { digest, kernel } = this.#context;
    const { timeMs, pid, user, database, textFrom, textTo } = this.#event;
    if (Number.isNaN(timeMs)) return;
    const session = {
      pid: pid === 0 ? null : pid,
      user: digest.names.text(user),
      database: digest.names.raw(database) || null,
      application: null,
    };
    const statement = kernel.normalize(textFrom, textTo, true);
    for (const event of slowErrorEvents({ code, maybeWarning, timeMs, session, statement })) digest.event(event);
  }
}
