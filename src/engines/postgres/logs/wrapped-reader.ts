import type { ByteCounts, LogDialect, LogReader, ReaderContext } from "../../../logs/format.ts";
import { Kernel } from "../../../logs/kernel/kernel.ts";
import { ByteTally } from "../../../logs/scan/byte-tally.ts";
import { ChunkScanner } from "../../../logs/scan/chunk-scanner.ts";
import type { OuterSpan, Unwrap, Unwrapper } from "./unwrap/unwrap.ts";

type OpenInner = (dialect: LogDialect, context: ReaderContext) => LogReader;

/**
 * Reads a log that a collector wrapped: unwraps it and reads what comes out with the reader of the inner format, which
 * has a kernel of its own. Such a log is read in one range and never split: a message may lie in pieces among others.
 */
export class WrappedReader implements LogReader {
  readonly isStopped = false;
  readonly closing = "\n";
  readonly #kernel: Kernel;
  readonly #inner: Kernel;
  readonly #unwrapper: Unwrapper;
  readonly #scanner: ChunkScanner;
  readonly #counts: OuterCounts;

  constructor(dialect: LogDialect, context: ReaderContext, unwrap: Unwrap, openInner: OpenInner) {
    const prefix = dialect.prefix?.text ?? "";
    const isStamped = unwrap.stampPrefix !== null && needsStamp(prefix);
    const stamp = isStamped ? (unwrap.stampPrefix ?? "") : "";
    const inner = { ...dialect, wrap: null, prefix: innerPrefix(dialect, `${stamp}${prefix}`) };
    const kernel = new Kernel(0);
    this.#kernel = context.kernel;
    this.#inner = kernel;
    this.#unwrapper = unwrap.create({ isStamped });
    this.#counts = new OuterCounts(context.counts);
    const reader = openInner(inner, { ...context, kernel, counts: this.#counts });
    const range = { offset: 0, stop: Number.POSITIVE_INFINITY, isStart: true };
    this.#scanner = new ChunkScanner({ kernel, reader, tally: this.#counts, ...range });
  }

  /** Consumes everything; what is not whole yet waits here. */
  read(at: number, to: number, _stop: number, isEnd: boolean): number {
    if (this.#scanner.isDone) return to;
    const { inner, spans } = this.#unwrapper.push(this.#kernel.bytes.subarray(at, to), isEnd);
    this.#counts.expect(spans);
    let from = 0;
    while (from < inner.length) {
      const room = this.#scanner.room();
      const piece = inner.subarray(from, from + room.length);
      room.set(piece);
      from += piece.length;
      this.#scanner.advance(piece.length, isEnd && from === inner.length);
    }
    if (isEnd && !this.#scanner.isDone) this.#scanner.advance(0, true);
    if (isEnd) this.finish();
    return to;
  }

  findStart(): number {
    return -1;
  }

  /** The inner reader itself was ended by the last `read`. */
  finish(): void {
    this.#counts.end();
    for (const zone of this.#inner.unknownZones) this.#kernel.unknownZones.add(zone);
  }
}

/** A line is nothing without a time and a process id. */
export function needsStamp(prefix: string): boolean {
  return !/%-?\d*[mtn]/.test(prefix) || !/%-?\d*[pc]/.test(prefix);
}

function innerPrefix({ format, prefix }: LogDialect, text: string): LogDialect["prefix"] {
  return format === "postgres-stderr" ? { text, origin: prefix?.origin ?? "detected" } : null;
}

/** Translates what a reader says of inner bytes into the outer ones that they came from. */
class OuterCounts extends ByteTally {
  readonly #counts: ByteCounts;
  #spans: OuterSpan[] = [];
  #first = 0;
  /** Inner bytes that were reported, and those of the spans that were handed on. */
  #reported = 0;
  #handed = 0;
  /** The event before, to which more may come. */
  #event: { bytes: number; lines: number } | null = null;

  constructor(counts: ByteCounts) {
    super();
    this.#counts = counts;
  }

  expect(spans: readonly OuterSpan[]): void {
    this.#spans = this.#spans.slice(this.#first);
    this.#first = 0;
    for (const span of spans) this.#spans.push(span);
  }

  override event(bytes: number, lines: number): void {
    super.event(bytes, lines);
    this.#handEvent();
    const outer = this.#outer(bytes);
    this.#event = outer;
  }

  override unparsed(bytes: number, lines: number, reason: string): void {
    super.unparsed(bytes, lines, reason);
    this.#handEvent();
    const outer = this.#outer(bytes);
    this.#counts.unparsed(outer.bytes, outer.lines, reason);
  }

  override cut(added: number): void {
    super.cut(added);
    this.#reported -= added;
  }

  override more(bytes: number, lines: number): void {
    super.more(bytes, lines);
    const outer = this.#outer(bytes);
    this.#event ??= { bytes: 0, lines: 0 };
    this.#event.bytes += outer.bytes;
    this.#event.lines += outer.lines;
  }

  /** Nothing comes any more. */
  end(): void {
    this.#handEvent();
    this.#outer(0);
  }

  #handEvent(): void {
    if (this.#event !== null) this.#counts.event(this.#event.bytes, this.#event.lines);
    this.#event = null;
  }

  /** Takes the spans of so many inner bytes; lines beside them are reported at once. */
  #outer(innerBytes: number): { bytes: number; lines: number } {
    const outer = { bytes: 0, lines: 0 };
    this.#reported += innerBytes;
    for (let span = this.#spans[this.#first]; span !== undefined; span = this.#spans[this.#first]) {
      if (this.#handed + span.innerBytes > this.#reported) break;
      this.#handed += span.innerBytes;
      this.#first += 1;
      if (span.kind === "line") {
        outer.bytes += span.outerBytes;
        outer.lines += span.outerLines;
      } else this.#beside(span);
    }
    return outer;
  }

  #beside({ kind, outerBytes, outerLines }: OuterSpan): void {
    if (kind === "foreign") this.#counts.foreign(outerBytes, outerLines);
    else this.#counts.unparsed(outerBytes, outerLines, "it is not what the log's collector writes");
  }
}
