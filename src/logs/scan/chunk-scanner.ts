import type { LogReader } from "../format.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { ByteTally } from "./byte-tally.ts";

export const CHUNK_BYTES = 2 * 1024 * 1024;
/** Longer events are cut: their first part is read, the rest only counted. */
const MOST_EVENT_BYTES = 10 * 1024 * 1024;
const KEPT_OF_CUT_EVENT = 65_536;
const NEWLINE = 10;

export interface ChunkScannerOptions {
  readonly kernel: Kernel;
  readonly reader: LogReader;
  readonly tally: ByteTally;
  /** Offset in the text of the first byte that comes. */
  readonly offset: number;
  /** Events that begin at or after this offset belong to the next part. */
  readonly stop: number;
  /** False where the text may begin inside an event, which belongs to the part before. */
  readonly isStart: boolean;
}

/** Feeds a text to a reader, chunk by chunk, through the kernel's memory. Nothing is held but one chunk and one event. */
export class ChunkScanner {
  /** Offset of the first event; the end of the text where there is none. */
  startOffset: number;
  /** Offset after the last event. */
  endOffset: number;
  isDone = false;
  readonly #options: ChunkScannerOptions;
  /** Address of the first byte that was not consumed, and of the one after the last. */
  readonly #base: number;
  #filled = 0;
  #isStarted: boolean;
  /** Inside an event that is too long. */
  #isSkipping = false;
  #capacity = CHUNK_BYTES;

  constructor(options: ChunkScannerOptions) {
    this.#options = options;
    this.startOffset = options.offset;
    this.endOffset = options.offset;
    this.#isStarted = options.isStart;
    this.#base = options.kernel.inputFrom;
    options.kernel.reserve(this.#capacity);
  }

  /** Bytes of an event that may not be whole yet. */
  get pendingBytes(): number {
    return this.#filled;
  }

  /** Whether what is pending ends with a line break, or there is nothing. */
  get endsWithLine(): boolean {
    return this.#filled === 0 || this.#options.kernel.bytes[this.#base + this.#filled - 1] === NEWLINE;
  }

  /** Where the next bytes are to be put; never empty. */
  room(): Uint8Array {
    if (this.#capacity - this.#filled < CHUNK_BYTES / 2) {
      this.#capacity += CHUNK_BYTES;
      this.#options.kernel.reserve(this.#capacity);
    }
    return this.#options.kernel.bytes.subarray(this.#base + this.#filled, this.#base + this.#capacity);
  }

  /** So many bytes were put into the room. */
  advance(count: number, isEnd: boolean): void {
    this.#filled += count;
    if (this.isDone) return;
    this.#consume(isEnd);
    if (isEnd) this.#finish();
  }

  #consume(isEnd: boolean): void {
    if (this.#isSkipping && !this.#skip(isEnd)) return;
    if (!this.#isStarted && !this.#findStart(isEnd)) return;
    const { reader, stop } = this.#options;
    const to = this.#base + this.#filled;
    const stopAt = this.#base + (stop - this.endOffset);
    const next = reader.read(this.#base, to, stopAt, isEnd);
    this.#drop(next - this.#base);
    if (reader.isStopped) this.#finish();
    else if (this.#filled >= MOST_EVENT_BYTES) this.#cut();
  }

  #finish(): void {
    this.isDone = true;
    this.#options.reader.finish();
  }

  /** Bytes before the first event belong to the part before. */
  #findStart(isEnd: boolean): boolean {
    const { reader, kernel } = this.#options;
    const to = this.#base + this.#filled;
    const line = kernel.bytes.indexOf(NEWLINE, this.#base);
    const from = line === -1 || line >= to ? to : line + 1;
    const start = reader.findStart(from, to);
    if (start === -1 && !isEnd) {
      // The last line may be the start, once it is whole.
      this.#drop(Math.max(0, this.#lastLine(to) - 1 - this.#base));
      this.startOffset = this.endOffset;
      return false;
    }
    this.#drop((start === -1 ? to : start) - this.#base);
    this.startOffset = this.endOffset;
    this.#isStarted = true;
    return true;
  }

  #lastLine(to: number): number {
    const line = this.#options.kernel.bytes.subarray(this.#base, to).lastIndexOf(NEWLINE);
    return line === -1 ? to : this.#base + line + 1;
  }

  #drop(count: number): void {
    const { kernel } = this.#options;
    if (count > 0) kernel.bytes.copyWithin(this.#base, this.#base + count, this.#base + this.#filled);
    this.#filled -= count;
    this.endOffset += count;
  }

  /** Reads the beginning of an event that is too long as if it ended there. */
  #cut(): void {
    const { kernel, reader } = this.#options;
    const closing = Buffer.from(reader.closing, "utf8");
    const cut = characterStart(kernel.bytes, this.#base + KEPT_OF_CUT_EVENT);
    const held = kernel.bytes.slice(cut, cut + closing.length);
    kernel.bytes.set(closing, cut);
    reader.read(this.#base, cut + closing.length, Number.MAX_SAFE_INTEGER, true);
    kernel.bytes.set(held, cut);
    this.#options.tally.cut(closing.length);
    this.#drop(cut - this.#base);
    this.#isSkipping = true;
    this.#skip(false);
  }

  /** Counts the rest of a cut event; true where its end is in sight. */
  #skip(isEnd: boolean): boolean {
    const { kernel, reader, tally } = this.#options;
    const to = this.#base + this.#filled;
    const line = kernel.bytes.indexOf(NEWLINE, this.#base);
    const from = line === -1 || line >= to ? to : line + 1;
    const start = from >= to ? -1 : reader.findStart(from, to);
    const rest = start !== -1 ? start : isEnd ? to : Math.max(this.#base, this.#lastLine(to) - 1);
    tally.more(rest - this.#base, countLines(kernel.bytes, this.#base, rest));
    this.#drop(rest - this.#base);
    this.#isSkipping = start === -1 && !isEnd;
    return !this.#isSkipping;
  }
}

/** The start of the UTF-8 character at an address. */
function characterStart(bytes: Uint8Array, at: number): number {
  let start = at;
  while (((bytes[start] ?? 0) & 0xc0) === 0x80) start -= 1;
  return start;
}

function countLines(bytes: Uint8Array, from: number, to: number): number {
  let lines = 0;
  for (let at = bytes.indexOf(NEWLINE, from); at !== -1 && at < to; at = bytes.indexOf(NEWLINE, at + 1)) lines += 1;
  return lines;
}
