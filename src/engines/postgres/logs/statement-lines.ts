import type { LogDigest } from "../../../logs/digest/digest.ts";
import { RouteReader, readTrace } from "../../../logs/digest/routes.ts";
import { newStatementEvent } from "../../../logs/digest/statement-event.ts";
import { isOwnComment } from "../../../logs/digest/texts.ts";
import { Who } from "../../../logs/digest/who.ts";
import type { ReaderContext } from "../../../logs/format.ts";
import { FLOAT, type Kernel, SLOT } from "../../../logs/kernel/kernel.ts";
import { LoggedPlanReader } from "./logged-plan.ts";

/** Kinds of a message; kernel/postgres/message.ts has the same list. */
export const KIND = { other: 0, execution: 1, phase: 2, plan: 3, started: 4, finished: 5 } as const;

/** Takes what the kernel found about statements into the digest. */
export class StatementLines {
  readonly #kernel: Kernel;
  readonly #digest: LogDigest;
  readonly #event = newStatementEvent();
  readonly #who: Who;
  readonly #plans = new LoggedPlanReader();
  readonly #routes: RouteReader;
  readonly #keepLiterals: boolean;
  readonly #hasTabs: boolean;
  /** Whether the last line was an execution that is looked at. */
  #isExecution = false;

  /** `hasTabs`: lines of a text after its first begin with a tab that is not of the text. */
  constructor({ kernel, digest, keepLiterals }: ReaderContext, hasTabs: boolean) {
    this.#kernel = kernel;
    this.#digest = digest;
    this.#keepLiterals = keepLiterals;
    this.#hasTabs = hasTabs;
    this.#who = new Who(kernel, digest.names);
    this.#routes = new RouteReader(kernel, digest.names);
  }

  /** One line whose kind is not `other`. */
  take(kind: number): void {
    const { slots, bytes, floats } = this.#kernel;
    const digest = this.#digest;
    const event = this.#event;
    event.timeMs = floats[FLOAT.timeMs] ?? NaN;
    event.durationUs = floats[FLOAT.durationUs] ?? NaN;
    event.pid = slots[SLOT.pid] ?? 0;
    this.#isExecution = false;
    if (kind === KIND.finished) {
      digest.finished(event);
      return;
    }
    const who = this.#who;
    who.read();
    event.user = who.user;
    event.database = who.database;
    event.application = who.application;
    event.textFrom = slots[SLOT.text] ?? 0;
    event.textTo = slots[SLOT.text + 1] ?? 0;
    if (this.#hasTabs && (this.#keepLiterals || kind === KIND.plan) && (slots[SLOT.lines] ?? 1) > 1) {
      event.textTo = withoutTabs(bytes, event.textFrom, event.textTo);
    }
    event.route = 0;
    if (kind === KIND.plan) {
      this.#plan();
      return;
    }
    event.keyLow = slots[SLOT.key] ?? 0;
    event.keyHigh = slots[SLOT.key + 1] ?? 0;
    event.valueHash = slots[SLOT.valueHash] ?? 0;
    event.valueSum = slots[SLOT.valueSum] ?? 0;
    event.valueFlags = slots[SLOT.valueFlags] ?? 0;
    event.trace = 0;
    const comment = slots[SLOT.firstComment] ?? 0;
    if (comment !== 0) {
      if (isOwnComment(this.#kernel, comment, slots[SLOT.firstComment + 1] ?? 0)) {
        if (kind === KIND.execution) digest.ownStatement(event.durationUs);
        return;
      }
      event.route = this.#routes.read();
      event.trace = readTrace(this.#kernel);
    }
    if (kind === KIND.execution) {
      digest.executed(event, this.#kernel);
      this.#isExecution = true;
    } else if (kind === KIND.phase) digest.phase(event, this.#kernel);
    else digest.started(event, this.#kernel);
  }

  /** The DETAIL of the execution before, whose text lies in the kernel. */
  detail(from: number, to: number): void {
    if (!this.#isExecution || this.#kernel.hashParameters(from, to) === 0) return;
    const { slots } = this.#kernel;
    this.#digest.loops.parametersOfLast(slots[SLOT.valueHash] ?? 0, slots[SLOT.valueSum] ?? 0);
  }

  /** The line with the parameters of the execution before. */
  parameters(detail: string): void {
    const parameters = /^parameters: (.*)$/is.exec(detail)?.[1];
    if (parameters !== undefined) this.#digest.parametersOfLast(this.#event, parameters);
  }

  /** auto_explain: the query's text stands inside the plan. */
  #plan(): void {
    const event = this.#event;
    const plan = this.#plans.read(this.#kernel.text(event.textFrom, event.textTo));
    if (plan === null) return;
    const { from, to } = this.#kernel.hold(plan.query);
    this.#kernel.scan(from, to, false);
    const { slots } = this.#kernel;
    event.keyLow = slots[SLOT.key] ?? 0;
    event.keyHigh = slots[SLOT.key + 1] ?? 0;
    event.textFrom = from;
    event.textTo = to;
    this.#digest.planned(event, this.#kernel, plan.plan);
  }
}

const TAB = 9;
const NEWLINE = 10;

/** Takes the tab after each line break out of a text that was read, where it lies; returns its end. */
function withoutTabs(bytes: Uint8Array, from: number, to: number): number {
  let write = from;
  for (let read = from; read < to; read += 1) {
    const byte = bytes[read] ?? 0;
    if (byte === TAB && read > from && bytes[read - 1] === NEWLINE) continue;
    bytes[write] = byte;
    write += 1;
  }
  return write;
}
