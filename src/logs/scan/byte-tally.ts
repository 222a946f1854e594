import type { ByteCounts } from "../format.ts";

/** A stretch that is no event; `line` counts from 0 at the start of its part. */
export interface UnparsedStretch {
  readonly line: number;
  readonly bytes: number;
  readonly reason: string;
}

const MOST_STRETCHES = 5;

/** Counts what becomes of the bytes of one part of a log. */
export class ByteTally implements ByteCounts {
  bytes = 0;
  lines = 0;
  events = 0;
  unparsedBytes = 0;
  unparsedLines = 0;
  foreignBytes = 0;
  foreignLines = 0;
  cutEvents = 0;
  readonly stretches: UnparsedStretch[] = [];

  event(bytes: number, lines: number): void {
    this.bytes += bytes;
    this.lines += lines;
    this.events += 1;
  }

  unparsed(bytes: number, lines: number, reason: string): void {
    if (this.stretches.length < MOST_STRETCHES) this.stretches.push({ line: this.lines, bytes, reason });
    this.bytes += bytes;
    this.lines += lines;
    this.unparsedBytes += bytes;
    this.unparsedLines += lines;
  }

  foreign(bytes: number, lines: number): void {
    this.bytes += bytes;
    this.lines += lines;
    this.foreignBytes += bytes;
    this.foreignLines += lines;
  }

  /** The event before was cut: `added` bytes and one line of it were not of the log. */
  cut(added: number): void {
    this.bytes -= added;
    this.lines -= 1;
    this.cutEvents += 1;
  }

  /** More of an event that was cut. */
  more(bytes: number, lines: number): void {
    this.bytes += bytes;
    this.lines += lines;
  }

  /** Goes on with the part that comes next. */
  join(later: ByteTally): void {
    for (const stretch of later.stretches) {
      if (this.stretches.length < MOST_STRETCHES) this.stretches.push({ ...stretch, line: this.lines + stretch.line });
    }
    this.bytes += later.bytes;
    this.lines += later.lines;
    this.events += later.events;
    this.unparsedBytes += later.unparsedBytes;
    this.unparsedLines += later.unparsedLines;
    this.foreignBytes += later.foreignBytes;
    this.foreignLines += later.foreignLines;
    this.cutEvents += later.cutEvents;
  }
}
