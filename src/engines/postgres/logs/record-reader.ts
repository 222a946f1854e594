import type { LogReader, ReaderContext } from "../../../logs/format.ts";
import { FLOAT, type Kernel, READ, SLOT } from "../../../logs/kernel/kernel.ts";
import { ServerMessages } from "./server-messages.ts";
import { KIND, StatementLines } from "./statement-lines.ts";

/** What is special about one format whose every record is a whole message. */
interface RecordFormat {
  /** The kernel's calls; the second one leaves the bytes as they are. */
  readonly calls: (kernel: Kernel) => Readonly<Record<"read" | "peek", Kernel["readStderr"]>>;
  readonly closing: string;
  /** Why a line is no record, by the number that the kernel gives. */
  readonly reasons: Readonly<Record<number, string>>;
}

/** Reads a log in which one record has a message with its detail, context and statement. */
export abstract class RecordReader implements LogReader {
  isStopped = false;
  readonly closing: string;
  protected readonly kernel: Kernel;
  protected readonly calls: ReturnType<RecordFormat["calls"]>;
  readonly #context: ReaderContext;
  readonly #reasons: RecordFormat["reasons"];
  readonly #lines: StatementLines;
  readonly #messages: ServerMessages;

  constructor(context: ReaderContext, { calls, closing, reasons }: RecordFormat) {
    this.closing = closing;
    this.kernel = context.kernel;
    this.calls = calls(context.kernel);
    this.#context = context;
    this.#reasons = reasons;
    this.#lines = new StatementLines(context, false);
    this.#messages = new ServerMessages(context, false);
  }

  abstract findStart(from: number, to: number): number;

  read(from: number, to: number, stop: number, isEnd: boolean): number {
    const { kernel } = this;
    const { read, peek } = this.calls;
    const { counts } = this.#context;
    const end = isEnd ? 1 : 0;
    let at = from;
    while (at < to) {
      const found = at < stop ? read(at, to, end) : peek(at, to, end);
      if (found === READ.incomplete) return at;
      const { slots } = kernel;
      const next = slots[SLOT.next] ?? to;
      const lines = slots[SLOT.lines] ?? 1;
      if (found === READ.unparsed) {
        counts.unparsed(next - at, lines, this.#reasons[slots[SLOT.kind] ?? 0] ?? "it is no record");
      } else if (at >= stop) {
        this.isStopped = true;
        return at;
      } else {
        counts.event(next - at, lines);
        this.#take(slots[SLOT.kind] ?? 0);
      }
      at = next;
    }
    return at;
  }

  finish(): void {
    // Nothing waits: a record is whole in itself.
  }

  #take(kind: number): void {
    const { slots, floats } = this.kernel;
    if (!this.#context.digest.at(floats[FLOAT.timeMs] ?? NaN)) return;
    if (kind !== KIND.other) {
      this.#lines.take(kind);
      this.#lines.detail(slots[SLOT.detail] ?? 0, slots[SLOT.detail + 1] ?? 0);
      if (this.#context.keepLiterals) this.#lines.parameters(this.#messages.text(SLOT.detail) ?? "");
      return;
    }
    const message = this.#messages.read(slots[SLOT.severity] ?? 0);
    if (message !== null) this.#messages.hand(message);
  }
}
