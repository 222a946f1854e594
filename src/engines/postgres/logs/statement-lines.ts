import type { LogDigest } from "../../../logs/digest/digest.ts";
import { RouteReader } from "../../../logs/digest/routes.ts";
import { newStatementEvent } from "../../../logs/digest/statement-event.ts";
import { isOwnComment } from "../../../logs/digest/texts.ts";
import { FLOAT, type Kernel, SLOT } from "../../../logs/kernel/kernel.ts";
import { readPlan } from "./logged-plan.ts";

/** Kinds of a message; kernel/postgres/message.ts has the same list. */
export const KIND = { other: 0, execution: 1, phase: 2, plan: 3, started: 4, finished: 5 } as const;

/** Takes what the kernel found about statements into the digest. */
export class StatementLines {
  readonly #kernel: Kernel;
  readonly #digest: LogDigest;
  readonly #event = newStatementEvent();
  readonly #routes: RouteReader;

  constructor(kernel: Kernel, digest: LogDigest) {
    this.#kernel = kernel;
    this.#digest = digest;
    this.#routes = new RouteReader(kernel, digest.names);
  }

  /** One line whose kind is not `other`. */
  take(kind: number): void {
    const { slots, bytes, floats } = this.#kernel;
    const digest = this.#digest;
    const { names } = digest;
    const event = this.#event;
    event.timeMs = floats[FLOAT.timeMs] ?? NaN;
    event.durationUs = floats[FLOAT.durationUs] ?? NaN;
    event.pid = slots[SLOT.pid] ?? 0;
    if (kind === KIND.finished) {
      digest.finished(event);
      return;
    }
    event.user = names.ofBytes(bytes, slots[SLOT.user] ?? 0, slots[SLOT.user + 1] ?? 0);
    event.database = names.ofBytes(bytes, slots[SLOT.database] ?? 0, slots[SLOT.database + 1] ?? 0);
    event.application = names.ofBytes(bytes, slots[SLOT.application] ?? 0, slots[SLOT.application + 1] ?? 0);
    event.textFrom = slots[SLOT.text] ?? 0;
    event.textTo = slots[SLOT.text + 1] ?? 0;
    event.route = 0;
    if (kind === KIND.plan) {
      this.#plan();
      return;
    }
    event.keyLow = slots[SLOT.key] ?? 0;
    event.keyHigh = slots[SLOT.key + 1] ?? 0;
    const comment = slots[SLOT.firstComment] ?? 0;
    if (comment !== 0) {
      if (isOwnComment(this.#kernel, comment, slots[SLOT.firstComment + 1] ?? 0)) {
        if (kind === KIND.execution) digest.ownStatement(event.durationUs);
        return;
      }
      event.route = this.#routes.read();
    }
    if (kind === KIND.execution) digest.executed(event, this.#kernel);
    else if (kind === KIND.phase) digest.phase(event, this.#kernel);
    else digest.started(event, this.#kernel);
  }

  /** The line with the parameters of the execution before. */
  parameters(detail: string): void {
    const parameters = /^parameters: (.*)$/is.exec(detail)?.[1];
    if (parameters !== undefined) this.#digest.parametersOfLast(this.#event, parameters);
  }

  /** auto_explain: the query's text stands inside the plan. */
  #plan(): void {
    const event = this.#event;
    const plan = readPlan(this.#kernel.text(event.textFrom, event.textTo));
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
