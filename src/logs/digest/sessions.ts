/** A step in the life of one session, as one line of a log tells it. */
export interface SessionStep {
  readonly kind: "executed" | "started" | "finished" | "planned";
  readonly timeMs: number;
  /** Index of the statement's class; -1 for `finished`. */
  readonly statement: number;
  /** Microseconds; NaN for `started`. */
  readonly durationUs: number;
  readonly user: number;
  readonly application: number;
  readonly route: number;
}

/** Is told what a step, or the end of the log, brings to light. */
export interface ExecutionSink {
  /** One execution; `durationUs` NaN where the log has none. */
  executed(step: SessionStep, durationUs: number): void;
  /** A duration without a statement: a parse or bind phase under log_duration. */
  strayDuration(durationUs: number): void;
}

interface Session {
  /** Class of the last statement that was seen; -1 for none. */
  last: number;
  /** The first steps, as long as what came before this part of the log has a say in them. */
  readonly head: SessionStep[];
  isSettled: boolean;
  /** A statement that waits for its duration. */
  started: SessionStep | null;
  /** Plans that wait for the line of their statement; each overlaps the last one. */
  plans: readonly SessionStep[];
  /** Time and duration (microseconds) of the execution that was the last step; NaN where it was none. */
  endedMs: number;
  endedUs: number;
}

/** Sessions that are remembered at the same time. */
const MOST_SESSIONS = 50_000;
const MOST_PLANS = 64;
const NO_STATEMENT = -1;

export interface SessionsOptions {
  /** Whether an earlier part of the log may come before this one. */
  readonly isOpen: boolean;
  /** How far times of a log may be off: 1 s without fractions. */
  readonly toleranceMs: number;
}

/**
 * Puts together what belongs to one execution: its text, its duration and its plan may come in three lines. Where the
 * part of the log begins open, the first steps of each session are kept until `join` brings what came before.
 */
export class Sessions {
  readonly #sessions = new Map<number, Session>();
  readonly #sink: ExecutionSink;
  readonly #options: SessionsOptions;

  constructor(sink: ExecutionSink, options: SessionsOptions) {
    this.#sink = sink;
    this.#options = options;
  }

  /** Class of the last statement of a session; -1 where none was seen. */
  lastStatementOf(pid: number): number {
    return this.#sessions.get(pid)?.last ?? NO_STATEMENT;
  }

  /** The frequent case, a line with text and duration, without an object: false where `step` has to be called. */
  executedAlone(pid: number, statement: number, timeMs: number, durationUs: number): boolean {
    const session = this.#sessions.get(pid);
    if (session === undefined || !session.isSettled || session.started !== null || session.plans.length > 0)
      return false;
    session.last = statement;
    session.endedMs = timeMs;
    session.endedUs = durationUs;
    return true;
  }

  step(pid: number, step: SessionStep): void {
    this.#step(this.#sessionOf(pid), step);
  }

  /** Goes on with the part of the log that came next; its classes and names are mapped to the ones here. */
  join(later: Sessions, classOf: (statement: number) => number, nameOf: (name: number) => number): void {
    const own = (step: SessionStep): SessionStep => ({
      ...step,
      statement: step.statement === NO_STATEMENT ? NO_STATEMENT : classOf(step.statement),
      user: nameOf(step.user),
      application: nameOf(step.application),
      route: nameOf(step.route),
    });
    for (const [pid, theirs] of later.#sessions) {
      const session = this.#sessionOf(pid);
      for (const step of theirs.head) this.#step(session, own(step));
      if (!theirs.isSettled) continue;
      session.started = theirs.started === null ? null : own(theirs.started);
      session.plans = theirs.plans.map(own);
      session.endedMs = theirs.endedMs;
      session.endedUs = theirs.endedUs;
      if (theirs.last !== NO_STATEMENT) session.last = classOf(theirs.last);
    }
  }

  /** Nothing comes after: what waits is decided now. */
  flush(): void {
    for (const session of this.#sessions.values()) this.#flush(session);
  }

  /** Every session with what it knows, to be saved. */
  *entries(): Generator<readonly [pid: number, session: Readonly<Session>]> {
    yield* this.#sessions;
  }

  /** A session as `entries` gave it. */
  restore(pid: number, session: Readonly<Session>): void {
    this.#sessions.set(pid, { ...session, head: [...session.head] });
  }

  #sessionOf(pid: number): Session {
    const known = this.#sessions.get(pid);
    if (known !== undefined) return known;
    if (this.#sessions.size >= MOST_SESSIONS) this.#forgetOldest();
    const session: Session = {
      last: NO_STATEMENT,
      head: [],
      isSettled: !this.#options.isOpen,
      started: null,
      plans: [],
      endedMs: NaN,
      endedUs: NaN,
    };
    this.#sessions.set(pid, session);
    return session;
  }

  #forgetOldest(): void {
    for (const [pid, session] of this.#sessions) {
      this.#flush(session);
      this.#sessions.delete(pid);
      return;
    }
  }

  #step(session: Session, step: SessionStep): void {
    const isOfLast = this.#isPlanOfLast(session, step);
    const isExecution = step.kind === "executed";
    if (step.statement !== NO_STATEMENT) session.last = step.statement;
    session.endedMs = isExecution ? step.timeMs : NaN;
    session.endedUs = isExecution ? step.durationUs : NaN;
    if (session.isSettled) {
      if (!isOfLast) this.#apply(session, step);
      return;
    }
    const before = session.head.at(-1);
    session.head.push(step);
    if (step.kind === "planned" && (before === undefined || !this.#endsBefore(before, step))) return;
    session.isSettled = true;
    session.started = step.kind === "started" ? step : null;
    session.plans = step.kind === "planned" ? [step] : [];
  }

  #apply(session: Session, step: SessionStep): void {
    switch (step.kind) {
      case "executed":
        this.#endAllBefore(session, step);
        this.#sink.executed(step, step.durationUs);
        return;
      case "started":
        this.#flush(session);
        session.started = step;
        return;
      case "finished":
        this.#finish(session, step);
        return;
      case "planned": {
        const last = session.plans.at(-1);
        if (last !== undefined && this.#endsBefore(last, step)) this.#flush(session);
        if (session.plans.length < MOST_PLANS) session.plans = [...session.plans, step];
      }
    }
  }

  /** Plans that ended before the statement began had no line of their own; the others are its own or inside it. */
  #endAllBefore(session: Session, step: SessionStep): void {
    const last = session.plans.at(-1);
    if (session.started !== null || (last !== undefined && this.#endsBefore(last, step))) this.#flush(session);
    session.plans = [];
  }

  #finish(session: Session, step: SessionStep): void {
    const { started } = session;
    session.started = null;
    session.plans = [];
    if (started === null) this.#sink.strayDuration(step.durationUs);
    else this.#sink.executed(started, step.durationUs);
  }

  /** A statement without a line for its end took as long as its plan says, if it has one. */
  #flush(session: Session): void {
    const { started, plans } = session;
    session.started = null;
    session.plans = [];
    const last = plans.at(-1);
    if (started !== null) this.#sink.executed(started, last?.statement === started.statement ? last.durationUs : NaN);
    else if (last !== undefined) this.#sink.executed(last, last.durationUs);
  }

  /** The extended protocol ends a query with its portal: the plan then comes behind the line of the execution. */
  #isPlanOfLast({ last, endedMs, endedUs }: Session, { kind, statement, timeMs, durationUs }: SessionStep): boolean {
    if (kind !== "planned" || statement !== last || durationUs > endedUs) return false;
    return timeMs - durationUs / 1000 <= endedMs + this.#options.toleranceMs;
  }

  #endsBefore(earlier: SessionStep, later: SessionStep): boolean {
    return earlier.timeMs < later.timeMs - later.durationUs / 1000 - this.#options.toleranceMs;
  }
}
