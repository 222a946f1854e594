import { type PackedLoops, packLoops, unpackLoops } from "../loops/pack-loops.ts";
import { type DigestOptions, LogDigest } from "./digest.ts";
import type {
  AutovacuumCounts,
  CancellationCounts,
  CheckpointCounts,
  DeadlockLine,
  ErrorCounts,
  LockWaitLine,
  RefusalCounts,
  TemporaryFileCounts,
} from "./facts.ts";
import { OccurrenceCounts } from "./occurrences.ts";
import type { PlanCounts } from "./plans.ts";
import type { SessionStep } from "./sessions.ts";
import type { ExampleLine, HourCounts } from "./statement-table.ts";

/** A number that JSON has no word for is null: NaN for what is not known, an infinity for a limit of nothing. */
type Packed = number | null;

interface PackedClass {
  readonly key: readonly [low: number, high: number];
  readonly database: number;
  readonly text: string;
  readonly isShortened: boolean;
  readonly numbers: readonly Packed[];
  readonly zeros: number;
  readonly perconaId: string | null;
  readonly queryId: string | null;
  readonly bins: readonly (readonly [key: number, count: number])[];
  readonly hours: readonly HourCounts[];
  readonly users: readonly number[];
  readonly applications: readonly number[];
  readonly routes: readonly number[];
  readonly examples: readonly (Omit<ExampleLine, "durationUs"> & { readonly durationUs: Packed })[];
}

interface PackedOccurrences {
  readonly count: number;
  readonly firstMs: Packed;
  readonly lastMs: Packed;
  readonly minutes: readonly (readonly [minute: number, count: number])[];
}

type PackedStep = Omit<SessionStep, "durationUs" | "timeMs"> & { readonly durationUs: Packed; readonly timeMs: Packed };

type WithoutCounts<T> = Omit<T, "at"> & { readonly at: PackedOccurrences };

/** A digest as plain JSON, without any literal unless they were to be kept. */
export interface PackedDigest {
  readonly options: DigestOptions;
  readonly names: readonly string[];
  readonly classes: readonly PackedClass[];
  readonly plans: readonly (readonly [statement: number, shape: string, counts: PlanCounts])[];
  readonly droppedPlans: number;
  readonly sessions: readonly {
    readonly pid: number;
    readonly last: number;
    readonly isSettled: boolean;
    readonly head: readonly PackedStep[];
    readonly started: PackedStep | null;
    readonly plans: readonly PackedStep[];
    readonly endedMs: Packed;
    readonly endedUs: Packed;
  }[];
  readonly facts: {
    readonly lockWaits: readonly LockWaitLine[];
    readonly deadlocks: readonly DeadlockLine[];
    readonly refusals: readonly WithoutCounts<RefusalCounts>[];
    readonly cancellations: readonly WithoutCounts<CancellationCounts>[];
    readonly temporaryFiles: readonly WithoutCounts<TemporaryFileCounts>[];
    readonly autovacuums: readonly WithoutCounts<AutovacuumCounts>[];
    readonly errors: readonly (Omit<WithoutCounts<ErrorCounts>, "statements"> & {
      readonly statements: readonly (readonly [text: string, count: number])[];
    })[];
    readonly checkpoints: WithoutCounts<CheckpointCounts>;
    readonly unlisted: number;
  };
  readonly loops: PackedLoops;
  readonly firstMs: Packed;
  readonly lastMs: Packed;
  readonly totals: readonly number[];
}

export function packDigest(digest: LogDigest): PackedDigest {
  const { facts, plans, sessions, names } = digest;
  return {
    options: digest.options,
    names: Array.from({ length: names.count }, (_, id) => names.raw(id)),
    classes: Array.from({ length: digest.statements.size }, (_, index) => packClass(digest, index)),
    plans: [...plans.entries()],
    droppedPlans: plans.dropped,
    sessions: [...sessions.entries()].map(([pid, session]) => ({
      pid,
      last: session.last,
      isSettled: session.isSettled,
      head: session.head.map(packStep),
      started: session.started === null ? null : packStep(session.started),
      plans: session.plans.map(packStep),
      endedMs: pack(session.endedMs),
      endedUs: pack(session.endedUs),
    })),
    facts: {
      lockWaits: facts.lockWaits,
      deadlocks: facts.deadlocks,
      refusals: [...facts.kinds.refusals.values()].map(packCounted),
      cancellations: [...facts.kinds.cancellations.values()].map(packCounted),
      temporaryFiles: [...facts.kinds.temporaryFiles.values()].map(packCounted),
      autovacuums: [...facts.kinds.autovacuums.values()].map(packCounted),
      errors: [...facts.kinds.errors.values()].map(({ statements, ...rest }) => ({
        ...packCounted(rest),
        statements: [...statements],
      })),
      checkpoints: packCounted(facts.checkpoints),
      unlisted: facts.unlisted,
    },
    loops: packLoops(digest.loops),
    firstMs: pack(digest.firstMs),
    lastMs: pack(digest.lastMs),
    totals: TOTALS.map((name) => digest[name]),
  };
}

const TOTALS = ["ownCalls", "ownUs", "otherCalls", "otherUs", "strayDurations", "strayUs", "outside"] as const;

export function unpackDigest(packed: PackedDigest): LogDigest {
  const digest = new LogDigest(packed.options);
  // Numbers of names are given in order, so that they come out the same.
  for (const name of packed.names.slice(1)) digest.names.of(name);
  for (const one of packed.classes) unpackClass(digest, one);
  for (const [statement, shape, counts] of packed.plans) digest.plans.merge(statement, shape, counts);
  digest.plans.dropped = packed.droppedPlans;
  for (const { pid, head, started, plans, endedMs, endedUs, ...rest } of packed.sessions) {
    digest.sessions.restore(pid, {
      ...rest,
      head: head.map(unpackStep),
      started: started === null ? null : unpackStep(started),
      plans: plans.map(unpackStep),
      endedMs: endedMs ?? NaN,
      endedUs: endedUs ?? NaN,
    });
  }
  unpackFacts(digest, packed);
  unpackLoops(digest.loops, packed.loops);
  digest.firstMs = packed.firstMs ?? Number.POSITIVE_INFINITY;
  digest.lastMs = packed.lastMs ?? Number.NEGATIVE_INFINITY;
  for (const [index, name] of TOTALS.entries()) digest[name] = packed.totals[index] ?? 0;
  return digest;
}

function packClass({ statements, texts }: LogDigest, index: number): PackedClass {
  const base = statements.baseOf(index);
  const details = statements.details[index];
  if (details === undefined) throw new Error("a class without details");
  return {
    key: [statements.keyLow[index] ?? 0, statements.keyHigh[index] ?? 0],
    database: statements.database[index] ?? 0,
    text: texts.text(index),
    isShortened: texts.isShortened(index),
    numbers: [...statements.numbers.subarray(base, statements.baseOf(index + 1))].map(pack),
    zeros: details.sketch.zeros,
    perconaId: details.perconaId,
    queryId: details.queryId,
    bins: [...details.sketch.bins()],
    hours: details.hours,
    users: details.users,
    applications: details.applications,
    routes: details.routes,
    examples: details.examples.map((example) => ({ ...example, durationUs: pack(example.durationUs) })),
  };
}

function unpackClass(digest: LogDigest, packed: PackedClass): void {
  const { statements, texts } = digest;
  const index = statements.add(packed.key[0], packed.key[1], packed.database);
  const base = statements.baseOf(index);
  for (const [column, value] of packed.numbers.entries()) {
    // Limits of nothing keep the infinities that `add` put there.
    if (value !== null) statements.numbers[base + column] = value;
  }
  const details = statements.details[index];
  if (details === undefined) throw new Error("a class without details");
  details.sketch.zeros = packed.zeros;
  details.perconaId = packed.perconaId;
  details.queryId = packed.queryId;
  for (const [key, count] of packed.bins) details.sketch.addBin(key, count);
  details.hours.push(...packed.hours.map((hour) => ({ ...hour })));
  details.users.push(...packed.users);
  details.applications.push(...packed.applications);
  details.routes.push(...packed.routes);
  details.examples.push(...packed.examples.map((one) => ({ ...one, durationUs: one.durationUs ?? NaN })));
  texts.set(index, packed.text, packed.isShortened, (other) => digest.callsOf(other));
}

function unpackFacts({ facts }: LogDigest, { facts: packed }: PackedDigest): void {
  facts.lockWaits.push(...packed.lockWaits);
  facts.deadlocks.push(...packed.deadlocks);
  facts.unlisted = packed.unlisted;
  for (const one of packed.refusals) facts.restore("refusals", unpackCounted(one));
  for (const one of packed.cancellations) facts.restore("cancellations", unpackCounted(one));
  for (const one of packed.temporaryFiles) facts.restore("temporaryFiles", unpackCounted(one));
  for (const one of packed.autovacuums) facts.restore("autovacuums", unpackCounted(one));
  for (const { statements, ...one } of packed.errors) {
    facts.restore("errors", { ...unpackCounted(one), statements: new Map(statements) });
  }
  Object.assign(facts.checkpoints, unpackCounted(packed.checkpoints));
}

function packCounted<T extends { readonly at: OccurrenceCounts }>(counted: T): WithoutCounts<T> {
  const { at, ...rest } = counted;
  const { count, firstMs, lastMs, minutes } = at;
  return { ...rest, at: { count, firstMs: pack(firstMs), lastMs: pack(lastMs), minutes: [...minutes] } };
}

function unpackCounted<T extends { readonly at: PackedOccurrences }>(
  packed: T,
): Omit<T, "at"> & { readonly at: OccurrenceCounts } {
  const { at, ...rest } = packed;
  const counts = new OccurrenceCounts();
  counts.count = at.count;
  counts.firstMs = at.firstMs ?? Number.POSITIVE_INFINITY;
  counts.lastMs = at.lastMs ?? Number.NEGATIVE_INFINITY;
  for (const [minute, count] of at.minutes) counts.minutes.set(minute, count);
  return { ...rest, at: counts };
}

function packStep(step: SessionStep): PackedStep {
  return { ...step, durationUs: pack(step.durationUs), timeMs: pack(step.timeMs) };
}

function unpackStep(step: PackedStep): SessionStep {
  return { ...step, durationUs: step.durationUs ?? NaN, timeMs: step.timeMs ?? NaN };
}

function pack(value: number): Packed {
  return Number.isFinite(value) ? value : null;
}
