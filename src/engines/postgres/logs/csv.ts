import type { ReaderContext } from "../../../logs/format.ts";
import { READ, SLOT } from "../../../logs/kernel/kernel.ts";
import { RecordReader } from "./record-reader.ts";

const QUOTE = 34;

/** Reads PostgreSQL's csvlog, of version 12 and later. */
export class CsvReader extends RecordReader {
  constructor(context: ReaderContext) {
    super(context, {
      calls: ({ readCsv, peekCsv }) => ({ read: readCsv, peek: peekCsv }),
      closing: '"\n',
      reasons: {
        1: "it does not begin as a record of csvlog does: time, session, severity, SQLSTATE, message",
        2: "its quotes are not those of a record of csvlog",
        3: "it has not the 23, 24 or 26 columns of csvlog",
      },
    });
  }

  /**
   * A line inside a message may look like a record, but all its quotes are doubled: it begins with a message of quotes
   * alone. So the first line that begins a record with any other message is a start.
   */
  findStart(from: number, to: number): number {
    let at = from;
    while (at < to) {
      const found = this.calls.peek(at, to, 0);
      if (found !== READ.unparsed && this.#hasMessage()) return at;
      if (found === READ.incomplete) return -1;
      at = found === READ.unparsed ? (this.kernel.slots[SLOT.next] ?? to) : this.#nextLine(at, to);
    }
    return -1;
  }

  #hasMessage(): boolean {
    const { bytes, slots } = this.kernel;
    const end = slots[SLOT.message + 1] ?? 0;
    let at = slots[SLOT.message] ?? 0;
    while (at < end && bytes[at] === QUOTE) at += 1;
    return at < end;
  }

  #nextLine(at: number, to: number): number {
    const line = this.kernel.bytes.indexOf(10, at);
    return line === -1 || line >= to ? to : line + 1;
  }
}
