import type { LogDialect, LogReader, ReaderContext } from "../../../logs/format.ts";
import { FLOAT, type Kernel, READ, SLOT } from "../../../logs/kernel/kernel.ts";
import type { ServerMessage } from "./message.ts";
import { compilePrefix } from "./prefix.ts";
import { ServerMessages } from "./server-messages.ts";
import { KIND, StatementLines } from "./statement-lines.ts";

/** Severities from here on are lines that belong to the message before; kernel/postgres/severity.ts has the list. */
const FIRST_LINE_OF_MESSAGE_BEFORE = 16;
const DETAIL = 16;
const FIELDS: Readonly<Record<number, "detail" | "hint" | "context" | "statement">> = {
  16: "detail",
  17: "hint",
  18: "context",
  19: "statement",
};

/** Reads PostgreSQL's log to stderr with one `log_line_prefix`. */
export class StderrReader implements LogReader {
  isStopped = false;
  readonly closing = "\n";
  readonly #context: ReaderContext;
  readonly #kernel: Kernel;
  readonly #lines: StatementLines;
  readonly #messages: ServerMessages;
  /** A message whose further lines may still come. */
  #pending: ServerMessage | null = null;
  /** Whether the event before is a statement, so that the next line may have its parameters. */
  #isStatement = false;

  constructor(dialect: LogDialect, context: ReaderContext) {
    this.#context = context;
    this.#kernel = context.kernel;
    this.#lines = new StatementLines(context, true);
    this.#messages = new ServerMessages(context, true);
    const compiled = compilePrefix(dialect.prefix?.text ?? "");
    if (compiled === null) throw new Error(`not a log_line_prefix: ${dialect.prefix?.text ?? ""}`);
    context.kernel.setPrefix(compiled.program);
  }

  read(from: number, to: number, stop: number, isEnd: boolean): number {
    const kernel = this.#kernel;
    const { counts, digest } = this.#context;
    let at = from;
    while (at < to) {
      const found = kernel.readStderr(at, to, isEnd ? 1 : 0);
      if (found === READ.incomplete) return at;
      const { slots, floats } = kernel;
      const next = slots[SLOT.next] ?? to;
      const lines = slots[SLOT.lines] ?? 1;
      if (found === READ.unparsed) {
        counts.unparsed(next - at, lines, "it does not begin with the prefix and a severity");
        at = next;
        continue;
      }
      const severity = slots[SLOT.severity] ?? 0;
      const belongs = severity >= FIRST_LINE_OF_MESSAGE_BEFORE;
      if (at >= stop && !belongs) {
        this.isStopped = true;
        return at;
      }
      counts.event(next - at, lines);
      const kind = slots[SLOT.kind] ?? 0;
      if (belongs) this.#addLine(severity);
      else {
        if (this.#pending !== null) this.#hand();
        const isTaken = digest.at(floats[FLOAT.timeMs] ?? NaN);
        this.#isStatement = isTaken && kind !== KIND.other;
        if (this.#isStatement) this.#lines.take(kind);
        else if (isTaken) this.#pending = this.#messages.read(severity);
      }
      at = next;
    }
    return at;
  }

  findStart(from: number, to: number): number {
    let at = from;
    while (at < to) {
      if (this.#kernel.readStderr(at, to, 1) === READ.event) {
        if ((this.#kernel.slots[SLOT.severity] ?? 0) < FIRST_LINE_OF_MESSAGE_BEFORE) return at;
      }
      at = this.#kernel.slots[SLOT.next] ?? to;
    }
    return -1;
  }

  finish(): void {
    if (this.#pending !== null) this.#hand();
  }

  #addLine(severity: number): void {
    const pending = this.#pending;
    const messages = this.#messages;
    if (severity === DETAIL && this.#isStatement) {
      const { slots } = this.#kernel;
      this.#lines.detail(slots[SLOT.message] ?? 0, slots[SLOT.message + 1] ?? 0);
      if (this.#context.keepLiterals) this.#lines.parameters(messages.text(SLOT.message) ?? "");
    }
    const field = FIELDS[severity];
    if (pending === null || field === undefined || pending.session.pid !== messages.pid) return;
    pending[field] = messages.text(SLOT.message);
  }

  #hand(): void {
    const pending = this.#pending;
    this.#pending = null;
    if (pending !== null) this.#messages.hand(pending);
  }
}
