import type { LogDialect, LogReader, ReaderContext } from "../../../logs/format.ts";
import { FLOAT, type Kernel, READ, SLOT } from "../../../logs/kernel/kernel.ts";
import { eventsOf, isTelling, type ServerMessage, type Severity } from "./message.ts";
import { compilePrefix } from "./prefix.ts";
import { KIND, StatementLines } from "./statement-lines.ts";

/** Severities from here on are lines that belong to the message before; kernel/postgres/severity.ts has the list. */
const FIRST_LINE_OF_MESSAGE_BEFORE = 16;
const DETAIL = 16;
const SEVERITIES: Readonly<Record<number, Severity>> = { 1: "log", 2: "error", 3: "fatal", 4: "panic", 5: "warning" };
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
  /** A message whose further lines may still come. */
  #pending: ServerMessage | null = null;

  constructor(dialect: LogDialect, context: ReaderContext) {
    this.#context = context;
    this.#kernel = context.kernel;
    this.#lines = new StatementLines(context.kernel, context.digest);
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
        digest.at(floats[FLOAT.timeMs] ?? NaN);
        if (kind !== KIND.other) this.#lines.take(kind);
        else this.#begin(SEVERITIES[severity]);
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

  #begin(severity: Severity | undefined): void {
    if (severity === undefined || severity === "warning") return;
    const { slots, floats } = this.#kernel;
    const message = this.#text(SLOT.message) ?? "";
    if (severity === "log" && !isTelling(message)) return;
    this.#pending = {
      timeMs: floats[FLOAT.timeMs] ?? NaN,
      session: {
        pid: slots[SLOT.pid] ?? null,
        user: this.#name(SLOT.user),
        database: this.#name(SLOT.database),
        application: this.#name(SLOT.application),
      },
      severity,
      sqlstate: this.#name(SLOT.sqlstate),
      message,
      detail: null,
      hint: null,
      context: null,
      statement: null,
    };
  }

  #addLine(severity: number): void {
    const pending = this.#pending;
    if (severity === DETAIL && this.#context.keepLiterals) this.#lines.parameters(this.#text(SLOT.message) ?? "");
    const field = FIELDS[severity];
    if (pending === null || field === undefined || pending.session.pid !== this.#kernel.slots[SLOT.pid]) return;
    pending[field] = this.#text(SLOT.message);
  }

  #hand(): void {
    const pending = this.#pending;
    this.#pending = null;
    if (pending === null) return;
    const { digest, kernel } = this.#context;
    for (const event of eventsOf(pending, (text) => digest.normalizedText(text, kernel))) digest.event(event);
  }

  #text(slot: number): string | null {
    const { slots } = this.#kernel;
    const from = slots[slot] ?? 0;
    if (from === 0) return null;
    return this.#kernel
      .text(from, slots[slot + 1] ?? from)
      .replaceAll("\r", "")
      .replaceAll("\n\t", "\n");
  }

  #name(slot: number): string | null {
    const text = this.#text(slot);
    return text === null || text === "" || text === "[unknown]" ? null : text;
  }
}
