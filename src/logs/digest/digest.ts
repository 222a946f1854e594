import type { Kernel } from "../kernel/kernel.ts";
import type { LogEvent, NormalizedText } from "./events.ts";
import { FactCounts } from "./facts.ts";
import { Names } from "./names.ts";
import { type ExecutedPlan, Plans } from "./plans.ts";
import { type SessionStep, Sessions } from "./sessions.ts";
import type { StatementEvent } from "./statement-event.ts";
import { COLUMN, type ExampleLine, StatementTable } from "./statement-table.ts";
import { TextBudget } from "./text-budget.ts";

export interface DigestOptions {
  readonly isMysql: boolean;
  /** Whether an earlier part of the log may come before this one. */
  readonly isOpen: boolean;
  /** How far times of the log may be off: 1 s without fractions. */
  readonly toleranceMs: number;
  readonly keepLiterals: boolean;
}

/** Index of a class beyond the limit of classes. */
const OTHER = -2;
const MOST_EXAMPLES = 3;
const HOUR_MS = 3_600_000;
const MOST_NAMES_OF_CLASS = 200;

/** What one log, or one part of it, says: counts that merge without regard to order. */
export class LogDigest {
  readonly options: DigestOptions;
  readonly names = new Names();
  readonly statements = new StatementTable();
  readonly plans = new Plans();
  readonly facts = new FactCounts();
  readonly texts = new TextBudget();
  readonly sessions: Sessions;
  firstMs = Number.POSITIVE_INFINITY;
  lastMs = Number.NEGATIVE_INFINITY;
  /** dbperf's own statements. */
  ownCalls = 0;
  ownUs = 0;
  /** Executions of classes beyond the limit. */
  otherCalls = 0;
  otherUs = 0;
  /** Durations without a statement. */
  strayDurations = 0;
  strayUs = 0;

  constructor(options: DigestOptions) {
    this.options = options;
    this.sessions = new Sessions(
      {
        executed: ({ statement, timeMs, user, application, route }, durationUs) =>
          this.count(statement, timeMs, durationUs, user, application, route),
        strayDuration: (durationUs) => {
          this.strayDurations += 1;
          this.strayUs += durationUs;
        },
      },
      options,
    );
  }

  /** Every event passes here once, for the window. */
  at(timeMs: number): void {
    if (timeMs < this.firstMs) this.firstMs = timeMs;
    if (timeMs > this.lastMs) this.lastMs = timeMs;
  }

  /** A line with text and duration. */
  executed(event: StatementEvent, kernel: Kernel): void {
    const statement = this.classOf(event, kernel);
    if (this.sessions.executedAlone(event.pid, statement)) {
      this.count(statement, event.timeMs, event.durationUs, event.user, event.application, event.route);
    } else this.sessions.step(event.pid, stepOf("executed", event, statement));
    if (this.options.keepLiterals) this.#keepText(statement, event, kernel);
  }

  /** A line of a log whose every event is whole in itself, with its row counts. */
  executedWhole(event: StatementEvent, kernel: Kernel): void {
    const statement = this.classOf(event, kernel);
    this.count(statement, event.timeMs, event.durationUs, event.user, event.application, event.route);
    if (statement < 0) return;
    const { numbers } = this.statements;
    const base = this.statements.baseOf(statement);
    addKnown(numbers, base + COLUMN.rows, event.rows);
    addKnown(numbers, base + COLUMN.lockUs, event.lockUs);
    addKnown(numbers, base + COLUMN.examined, event.rowsExamined);
    if (this.options.keepLiterals) this.#keepText(statement, event, kernel);
  }

  /** A line with the text of a statement whose duration comes later, if at all. */
  started(event: StatementEvent, kernel: Kernel): void {
    this.sessions.step(event.pid, stepOf("started", event, this.classOf(event, kernel)));
  }

  /** A line with a duration alone. */
  finished(event: StatementEvent): void {
    this.sessions.step(event.pid, stepOf("finished", event, -1));
  }

  /** The parse or bind phase of a statement: no execution. */
  phase(event: StatementEvent, kernel: Kernel): void {
    const statement = this.classOf(event, kernel);
    if (statement < 0) return;
    const base = this.statements.baseOf(statement);
    addKnown(this.statements.numbers, base + COLUMN.phaseUs, event.durationUs);
  }

  /** The plan of an execution, which its own line follows or not. */
  planned(event: StatementEvent, kernel: Kernel, plan: ExecutedPlan | null): void {
    const statement = this.classOf(event, kernel);
    if (statement >= 0 && plan !== null) this.plans.add(statement, plan, event.timeMs, event.durationUs);
    this.sessions.step(event.pid, stepOf("planned", event, statement));
  }

  ownStatement(durationUs: number): void {
    this.ownCalls += 1;
    this.ownUs += Number.isNaN(durationUs) ? 0 : durationUs;
  }

  /** Anything beside statements. */
  event(event: LogEvent): void {
    this.facts.add(event, (pid) => {
      const statement = this.sessions.lastStatementOf(pid);
      return statement < 0 ? null : this.texts.text(statement);
    });
  }

  /** Normalised text of a statement that an event names. */
  normalizedText(text: string, kernel: Kernel): NormalizedText {
    return kernel.normalizeText(text, this.options.isMysql);
  }

  /** The class of the statement in the kernel's memory; negative beyond the limit of classes. */
  classOf(event: StatementEvent, kernel: Kernel): number {
    const { keyLow, keyHigh, database } = event;
    const known = this.statements.find(keyLow, keyHigh, database);
    if (known !== -1) return known;
    if (this.statements.isFull) return OTHER;
    const index = this.statements.add(keyLow, keyHigh, database);
    const text = kernel.normalize(event.textFrom, event.textTo, this.options.isMysql);
    this.texts.set(index, text, false, (other) => this.callsOf(other));
    return index;
  }

  callsOf(statement: number): number {
    return this.statements.numbers[this.statements.baseOf(statement) + COLUMN.calls] ?? 0;
  }

  /** One execution; NaN for a duration that is not known. */
  count(statement: number, timeMs: number, durationUs: number, user: number, application: number, route: number): void {
    const isTimed = !Number.isNaN(durationUs);
    if (statement < 0) {
      this.otherCalls += 1;
      if (isTimed) this.otherUs += durationUs;
      return;
    }
    const { numbers } = this.statements;
    const base = this.statements.baseOf(statement);
    const details = this.statements.details[statement];
    if (details === undefined) return;
    numbers[base + COLUMN.calls] = (numbers[base + COLUMN.calls] ?? 0) + 1;
    if (isTimed) {
      numbers[base + COLUMN.totalUs] = (numbers[base + COLUMN.totalUs] ?? 0) + durationUs;
      if (durationUs < (numbers[base + COLUMN.minUs] ?? 0)) numbers[base + COLUMN.minUs] = durationUs;
      if (durationUs > (numbers[base + COLUMN.maxUs] ?? 0)) numbers[base + COLUMN.maxUs] = durationUs;
      details.sketch.add(durationUs);
    } else numbers[base + COLUMN.untimed] = (numbers[base + COLUMN.untimed] ?? 0) + 1;
    if (timeMs < (numbers[base + COLUMN.firstMs] ?? 0)) numbers[base + COLUMN.firstMs] = timeMs;
    if (timeMs > (numbers[base + COLUMN.lastMs] ?? 0)) numbers[base + COLUMN.lastMs] = timeMs;
    countHour(details.hours, Math.floor(timeMs / HOUR_MS), 1, isTimed ? durationUs : 0);
    if (user !== 0) countName(details.users, user, 1);
    if (application !== 0) countName(details.applications, application, 1);
    if (route !== 0) countName(details.routes, route, 1);
    if (durationUs > details.exampleUs || (!isTimed && details.examples.length === 0)) {
      keepExample(details.examples, { timeMs, durationUs, user, application, query: null, parameters: null });
      const least = details.examples.length < MOST_EXAMPLES ? -1 : details.examples.at(-1)?.durationUs;
      details.exampleUs = least ?? -1;
    }
  }

  /** The parameters of the execution that was counted last, where it is kept as an example. */
  parametersOfLast({ keyLow, keyHigh, database, timeMs, durationUs }: StatementEvent, parameters: string): void {
    const statement = this.statements.find(keyLow, keyHigh, database);
    const example = this.statements.details[statement]?.examples.find(
      (known) => known.parameters === null && known.timeMs === timeMs && known.durationUs === durationUs,
    );
    if (example !== undefined) example.parameters = parameters.slice(0, 65_536);
  }

  /** The text with its literals, for an execution that is kept as an example. */
  #keepText(statement: number, event: StatementEvent, kernel: Kernel): void {
    const example = this.statements.details[statement]?.examples.find(
      ({ timeMs, durationUs, query }) => query === null && timeMs === event.timeMs && durationUs === event.durationUs,
    );
    if (example !== undefined)
      example.query = kernel.text(event.textFrom, Math.min(event.textTo, event.textFrom + 65_536));
  }
}

function stepOf(kind: SessionStep["kind"], event: StatementEvent, statement: number): SessionStep {
  const { timeMs, durationUs, user, application, route } = event;
  return { kind, timeMs, statement, durationUs, user, application, route };
}

/** Adds to a sum and, in the column after it, to the number of values in it. */
export function addKnown(numbers: Float64Array, position: number, value: number): void {
  if (Number.isNaN(value)) return;
  numbers[position] = (numbers[position] ?? 0) + value;
  numbers[position + 1] = (numbers[position + 1] ?? 0) + 1;
}

/** Adds to the entry of an hour; logs run forward, so that it is mostly the last one. */
export function countHour(
  hours: { readonly hour: number; calls: number; totalUs: number }[],
  hour: number,
  calls: number,
  totalUs: number,
): void {
  const last = hours.at(-1);
  const entry = last?.hour === hour ? last : hours.find((known) => known.hour === hour);
  if (entry === undefined) hours.push({ hour, calls, totalUs });
  else {
    entry.calls += calls;
    entry.totalUs += totalUs;
  }
}

/** Adds calls of a name to a list of pairs. */
export function countName(pairs: number[], name: number, calls: number): void {
  for (let at = 0; at < pairs.length; at += 2) {
    if (pairs[at] === name) {
      pairs[at + 1] = (pairs[at + 1] ?? 0) + calls;
      return;
    }
  }
  if (pairs.length < MOST_NAMES_OF_CLASS * 2) pairs.push(name, calls);
}

/** Keeps the slowest ones, slowest first. */
export function keepExample(examples: ExampleLine[], example: ExampleLine): void {
  examples.push(example);
  examples.sort((a, b) => slowness(b) - slowness(a) || a.timeMs - b.timeMs);
  if (examples.length > MOST_EXAMPLES) examples.pop();
}

function slowness({ durationUs }: ExampleLine): number {
  return Number.isNaN(durationUs) ? -1 : durationUs;
}
