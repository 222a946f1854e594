import { perconaId } from "../../sql/percona-fingerprint.ts";
import { type Kernel, SLOT } from "../kernel/kernel.ts";
import { LoopWatch } from "../loops/loop-watch.ts";
import { addKnown, countHour, countName, keepExample } from "./counts.ts";
import type { LogEvent, NormalizedText } from "./events.ts";
import { FactCounts } from "./facts.ts";
import { Names } from "./names.ts";
import { type ExecutedPlan, Plans } from "./plans.ts";
import { type SessionStep, Sessions } from "./sessions.ts";
import type { StatementEvent } from "./statement-event.ts";
import { COLUMN, StatementTable } from "./statement-table.ts";
import { TextBudget } from "./text-budget.ts";

export interface DigestOptions {
  readonly isMysql: boolean;
  /** Whether an earlier part of the log may come before this one. */
  readonly isOpen: boolean;
  /** How far times of the log may be off: 1 s without fractions. */
  readonly toleranceMs: number;
  readonly keepLiterals: boolean;
  /** Events before and from these times on are left out (`--since`, `--until`); null for no limit. */
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
}

/** Index of a class beyond the limit of classes. */
const OTHER = -2;
const HOUR_MS = 3_600_000;
/** PostgreSQL writes 0 where it computed none. */
const QUERY_ID = /^-?[1-9]\d{0,19}$/;

/** What one log, or one part of it, says: counts that merge without regard to order. */
export class LogDigest {
  readonly options: DigestOptions;
  readonly names = new Names();
  readonly statements = new StatementTable();
  readonly plans = new Plans();
  readonly facts = new FactCounts();
  readonly texts = new TextBudget();
  readonly sessions: Sessions;
  readonly loops: LoopWatch;
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
  /** Events outside the times that were asked for. */
  outside = 0;
  readonly #sinceMs: number;
  readonly #untilMs: number;

  constructor(options: DigestOptions) {
    this.options = options;
    this.#sinceMs = options.sinceMs ?? Number.NEGATIVE_INFINITY;
    this.#untilMs = options.untilMs ?? Number.POSITIVE_INFINITY;
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
    this.loops = new LoopWatch(options, this.names, this.texts);
  }

  /** Every event passes here once, for the window; false for one that is to be left out. */
  at(timeMs: number): boolean {
    if (timeMs < this.#sinceMs || timeMs >= this.#untilMs) {
      this.outside += 1;
      return false;
    }
    if (timeMs < this.firstMs) this.firstMs = timeMs;
    if (timeMs > this.lastMs) this.lastMs = timeMs;
    return true;
  }

  /** A line with text and duration. */
  executed(event: StatementEvent, kernel: Kernel): void {
    const statement = this.classOf(event, kernel);
    if (this.sessions.executedAlone(event.pid, statement, event.timeMs, event.durationUs)) {
      this.count(statement, event.timeMs, event.durationUs, event.user, event.application, event.route);
    } else this.sessions.step(event.pid, stepOf("executed", event, statement));
    this.loops.add(event, statement);
    this.#keepQueryId(statement, kernel);
    if (this.options.keepLiterals) this.#keepText(statement, event, kernel);
  }

  /**
   * A line of a log whose every event is whole in itself, with its row counts. `weight`: a whole number of executions
   * that it stands for, where the server wrote only each n-th.
   */
  executedWhole(event: StatementEvent, kernel: Kernel, weight = 1): void {
    const statement = this.classOf(event, kernel);
    this.count(statement, event.timeMs, event.durationUs, event.user, event.application, event.route, weight);
    // Where the server writes only each n-th, what stands beside each other does not belong together.
    if (weight === 1) this.loops.add(event, statement);
    if (statement < 0) return;
    const { numbers } = this.statements;
    const base = this.statements.baseOf(statement);
    addKnown(numbers, base + COLUMN.rows, event.rows, weight);
    addKnown(numbers, base + COLUMN.lockUs, event.lockUs, weight);
    addKnown(numbers, base + COLUMN.examined, event.rowsExamined, weight);
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
    this.facts.add(event, (pid) => this.lastStatementOf(pid));
  }

  /** What a session ran last, as far as this log says. */
  lastStatementOf(pid: number): NormalizedText | null {
    const statement = this.sessions.lastStatementOf(pid);
    return statement < 0 ? null : this.texts.text(statement);
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
    if (this.options.isMysql) this.#setPerconaId(index, kernel.text(event.textFrom, event.textTo));
    return index;
  }

  callsOf(statement: number): number {
    return this.statements.numbers[this.statements.baseOf(statement) + COLUMN.calls] ?? 0;
  }

  /** One execution, or `weight` of them; NaN for a duration or a time that is not known. */
  count(
    statement: number,
    timeMs: number,
    durationUs: number,
    user: number,
    application: number,
    route: number,
    weight = 1,
  ): void {
    const isTimed = !Number.isNaN(durationUs);
    if (statement < 0) {
      this.otherCalls += weight;
      if (isTimed) this.otherUs += durationUs * weight;
      return;
    }
    const { numbers } = this.statements;
    const base = this.statements.baseOf(statement);
    const details = this.statements.details[statement];
    if (details === undefined) return;
    numbers[base + COLUMN.calls] = (numbers[base + COLUMN.calls] ?? 0) + weight;
    if (isTimed) {
      numbers[base + COLUMN.totalUs] = (numbers[base + COLUMN.totalUs] ?? 0) + durationUs * weight;
      if (durationUs < (numbers[base + COLUMN.minUs] ?? 0)) numbers[base + COLUMN.minUs] = durationUs;
      if (durationUs > (numbers[base + COLUMN.maxUs] ?? 0)) numbers[base + COLUMN.maxUs] = durationUs;
      details.sketch.add(durationUs, weight);
    } else numbers[base + COLUMN.untimed] = (numbers[base + COLUMN.untimed] ?? 0) + weight;
    if (timeMs < (numbers[base + COLUMN.firstMs] ?? 0)) numbers[base + COLUMN.firstMs] = timeMs;
    if (timeMs > (numbers[base + COLUMN.lastMs] ?? 0)) numbers[base + COLUMN.lastMs] = timeMs;
    if (!Number.isNaN(timeMs)) {
      details.hours = countHour(details.hours, Math.floor(timeMs / HOUR_MS), weight, isTimed ? durationUs * weight : 0);
    }
    if (user !== 0) details.users = countName(details.users, user, weight);
    if (application !== 0) details.applications = countName(details.applications, application, weight);
    if (route !== 0) details.routes = countName(details.routes, route, weight);
    if (isTimed ? durationUs >= details.exampleUs : details.exampleUs < -1) {
      keepExample(details, { timeMs, durationUs, user, application, query: null, parameters: null }, this.names);
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

  #keepQueryId(statement: number, kernel: Kernel): void {
    const { slots } = kernel;
    const to = slots[SLOT.queryId + 1] ?? 0;
    if (to === 0) return;
    const details = this.statements.details[statement];
    if (details === undefined || details.queryId !== null) return;
    const text = kernel.text(slots[SLOT.queryId] ?? 0, to);
    if (QUERY_ID.test(text)) details.queryId = text;
  }

  #setPerconaId(statement: number, text: string): void {
    const details = this.statements.details[statement];
    if (details !== undefined) details.perconaId = perconaId(text.slice(0, 65_536));
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
