import type { ReaderContext } from "../../../logs/format.ts";
import { FLOAT, type Kernel, SLOT } from "../../../logs/kernel/kernel.ts";
import { eventsOf, isTelling, type ServerMessage, type Severity } from "./message.ts";

/** Severities by the kernel's number; kernel/postgres/severity.ts has the list. */
const SEVERITIES: Readonly<Record<number, Severity>> = { 1: "log", 2: "error", 3: "fatal", 4: "panic", 5: "warning" };
/** stderr writes behind the message what the other formats have in a field of its own. */
const POSITION = / at character \d+$/;

/** Makes messages of what the kernel found, and events of messages. */
export class ServerMessages {
  readonly #context: ReaderContext;
  readonly #kernel: Kernel;
  readonly #isStderr: boolean;

  /** `isStderr`: lines after the first begin with a tab that is not of the message. */
  constructor(context: ReaderContext, isStderr: boolean) {
    this.#context = context;
    this.#kernel = context.kernel;
    this.#isStderr = isStderr;
  }

  /** The message that the kernel found; null where nothing follows from one that begins so. */
  read(severityNumber: number): ServerMessage | null {
    const severity = SEVERITIES[severityNumber];
    if (severity === undefined || severity === "warning") return null;
    if (severity === "log" && !isTelling(this.#kernel.bytes, this.#kernel.slots[SLOT.message] ?? 0)) return null;
    const text = this.text(SLOT.message) ?? "";
    return {
      timeMs: this.#kernel.floats[FLOAT.timeMs] ?? NaN,
      session: {
        pid: this.pid,
        user: this.#name(SLOT.user),
        database: this.#name(SLOT.database),
        application: this.#name(SLOT.application),
      },
      severity,
      sqlstate: this.#name(SLOT.sqlstate),
      message: this.#isStderr ? text.replace(POSITION, "") : text,
      detail: this.text(SLOT.detail),
      hint: this.text(SLOT.hint),
      context: this.text(SLOT.context),
      statement: this.text(SLOT.statement),
    };
  }

  /** Null where the line does not say. */
  get pid(): number | null {
    const pid = this.#kernel.slots[SLOT.pid] ?? 0;
    return pid === 0 ? null : pid;
  }

  /** A field of the message as the server has it; null where there is none. */
  text(slot: number): string | null {
    const { slots } = this.#kernel;
    const from = slots[slot] ?? 0;
    if (from === 0) return null;
    const text = this.#kernel.text(from, slots[slot + 1] ?? from).replaceAll("\r", "");
    return this.#isStderr ? text.replaceAll("\n\t", "\n") : text;
  }

  /** Takes what a message means into the digest. */
  hand(message: ServerMessage): void {
    const { digest, kernel } = this.#context;
    for (const event of eventsOf(message, (text) => digest.normalizedText(text, kernel))) digest.event(event);
  }

  #name(slot: number): string | null {
    const text = this.text(slot);
    return text === null || text === "" || text === "[unknown]" ? null : text;
  }
}
