import type { ReaderContext } from "../../../logs/format.ts";
import { READ, SLOT } from "../../../logs/kernel/kernel.ts";
import { RecordReader } from "./record-reader.ts";

/** Reads PostgreSQL's jsonlog, of version 15 and later. */
export class JsonReader extends RecordReader {
  constructor(context: ReaderContext) {
    super(context, {
      calls: ({ readJson, peekJson }) => ({ read: readJson, peek: peekJson }),
      closing: '"}\n',
      reasons: {
        1: "it is no JSON object",
        2: "it has not the timestamp, error_severity and message of a record of jsonlog",
      },
    });
  }

  /** Every line is a record of its own. */
  findStart(from: number, to: number): number {
    let at = from;
    while (at < to) {
      if (this.calls.peek(at, to, 1) === READ.event) return at;
      at = this.kernel.slots[SLOT.next] ?? to;
    }
    return -1;
  }
}
