import { MOST_RECORD_BYTES } from "./frames.ts";
import type { TraceRecord } from "./trace-record.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = new Set([0x7b, 0x5b]);
const CLOSE = new Set([0x7d, 0x5d]);
const OPEN_OBJECT = 0x7b;
const OPEN_ARRAY = 0x5b;
const BETWEEN = new Set([0x20, 0x09, 0x0a, 0x0d, 0x2c, 0xef, 0xbb, 0xbf]);

/** Splits JSON over any number of lines into its objects, those of an array one by one. */
export async function* jsonDocuments(
  chunks: AsyncIterable<Uint8Array>,
  parse: (text: string) => TraceRecord,
): AsyncGenerator<TraceRecord> {
  const splitter = new ObjectSplitter();
  for await (const chunk of chunks) for (const object of splitter.split(chunk)) yield parse(object);
  if (splitter.isOpen) yield { problem: "it ends in the middle" };
  if (splitter.hasStrayText) yield { problem: "there is text between the records that is no JSON" };
}

/** Follows strings and brackets over chunks; objects at the top, or right in an array at the top, are records. */
class ObjectSplitter {
  hasStrayText = false;
  #parts: Uint8Array[] = [];
  #length = 0;
  #depth = 0;
  #isInArray = false;
  #isInString = false;
  #isEscaped = false;

  get isOpen(): boolean {
    return this.#depth > 0;
  }

  *split(chunk: Uint8Array): Generator<string> {
    let from = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (this.#depth === 0) {
        if (byte === OPEN_OBJECT) {
          this.#depth = 1;
          from = at;
        } else this.#between(byte);
      } else if (this.#closes(byte)) {
        yield Buffer.concat([...this.#parts, chunk.subarray(from, at + 1)]).toString("utf8");
        this.#parts = [];
        this.#length = 0;
      }
    }
    if (this.#depth === 0) return;
    this.#length += chunk.length - from;
    if (this.#length <= MOST_RECORD_BYTES) this.#parts.push(chunk.subarray(from));
  }

  #between(byte: number): void {
    if (byte === OPEN_ARRAY && !this.#isInArray) this.#isInArray = true;
    else if (CLOSE.has(byte) && this.#isInArray) this.#isInArray = false;
    else if (!BETWEEN.has(byte)) this.hasStrayText = true;
  }

  /** Whether the record ends with this byte. */
  #closes(byte: number): boolean {
    if (this.#isInString) {
      if (this.#isEscaped) this.#isEscaped = false;
      else if (byte === BACKSLASH) this.#isEscaped = true;
      else if (byte === QUOTE) this.#isInString = false;
    } else if (byte === QUOTE) this.#isInString = true;
    else if (OPEN.has(byte)) this.#depth += 1;
    else if (CLOSE.has(byte)) this.#depth -= 1;
    return this.#depth === 0;
  }
}
