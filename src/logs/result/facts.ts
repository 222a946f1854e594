import type {
  Deadlock,
  LogFacts,
  LoggedAutovacuum,
  LoggedCheckpoints,
  LoggedError,
  LoggedStatement,
  LogInput,
} from "../../model/log.ts";
import type { EngineId, Window } from "../../model/primitives.ts";
import type { LogDigest } from "../digest/digest.ts";
import type { NormalizedText } from "../digest/events.ts";
import type { AutovacuumCounts, CheckpointCounts, Counted, DeadlockLine, ErrorCounts } from "../digest/facts.ts";
import { isoTime } from "../digest/occurrences.ts";
import { lockWaitsOf } from "./lock-waits.ts";
import type { StatementNames } from "./statement-names.ts";

/** Entries of each list of the report; what there is beyond is counted. */
const MOST_LISTED = 200;

export interface FactsOptions {
  readonly engine: EngineId | null;
  readonly input: Omit<LogInput, "dropped">;
  readonly cutEvents: number;
}

/** What a closed digest says beside its statements. */
export function factsOf(
  digest: LogDigest,
  names: StatementNames,
  { engine, input, cutEvents }: FactsOptions,
): LogFacts {
  const { facts } = digest;
  const nameOf = (text: NormalizedText | null): LoggedStatement | null => (text === null ? null : names.of(text));
  const lockWaits = lockWaitsOf(facts.lockWaits, nameOf, digest.options.toleranceMs);
  const deadlocks = facts.deadlocks.map((line) => deadlockOf(line, nameOf)).toSorted(byTime);
  const kinds = {
    refusals: byCount(facts.kinds.refusals).map(({ at, ...rest }) => ({ ...rest, ...at.toModel() })),
    cancellations: byCount(facts.kinds.cancellations).map(({ at, statement, ...rest }) => ({
      ...rest,
      statement: nameOf(statement),
      ...at.toModel(),
    })),
    temporaryFiles: byCount(facts.kinds.temporaryFiles).map(({ at, statement, ...rest }) => ({
      ...rest,
      statement: nameOf(statement),
      ...at.toModel(),
    })),
    autovacuums: byCount(facts.kinds.autovacuums).map(autovacuumOf),
    errors: byCount(facts.kinds.errors).map((counts) => errorOf(counts, nameOf)),
  };
  const lists = [lockWaits, deadlocks, ...Object.values(kinds)];
  const unlisted = facts.unlisted + lists.reduce((sum, list) => sum + Math.max(0, list.length - MOST_LISTED), 0);
  return {
    engine,
    window: windowOf(digest),
    input: {
      ...input,
      dropped: {
        callsOfOtherClasses: digest.otherCalls,
        shortenedTexts: digest.texts.shortened,
        cutEvents,
        unlistedEvents: unlisted,
      },
    },
    lockWaits: lockWaits.slice(0, MOST_LISTED),
    lockWaitTotals: { count: lockWaits.length, waitedMs: lockWaits.reduce((sum, { waitedMs }) => sum + waitedMs, 0) },
    deadlocks: deadlocks.slice(0, MOST_LISTED),
    deadlockCount: deadlocks.length,
    refusals: kinds.refusals.slice(0, MOST_LISTED),
    cancellations: kinds.cancellations.slice(0, MOST_LISTED),
    temporaryFiles: kinds.temporaryFiles.slice(0, MOST_LISTED),
    checkpoints: checkpointsOf(facts.checkpoints),
    autovacuums: kinds.autovacuums.slice(0, MOST_LISTED),
    errors: kinds.errors.slice(0, MOST_LISTED),
  };
}

/** From the first to the last event; without a beginning where no event has a time. */
export function windowOf({ firstMs, lastMs }: LogDigest): Window {
  return { from: Number.isFinite(firstMs) ? isoTime(firstMs) : null, to: isoTime(lastMs), kind: "log" };
}

/** Most frequent first; ties by what tells them apart. */
function byCount<T extends Counted>(kinds: ReadonlyMap<string, T>): readonly T[] {
  return [...kinds]
    .toSorted(([a, x], [b, y]) => y.at.count - x.at.count || (a < b ? -1 : a > b ? 1 : 0))
    .map(([, counts]) => counts);
}

type NameOf = (text: NormalizedText | null) => LoggedStatement | null;

function deadlockOf({ timeMs, members, ...rest }: DeadlockLine, nameOf: NameOf): Deadlock {
  return {
    at: timeMs === null ? null : isoTime(timeMs),
    ...rest,
    members: members.map(({ statement, earlierStatement, ...member }) => ({
      ...member,
      statement: nameOf(statement),
      earlierStatement: nameOf(earlierStatement),
    })),
  };
}

function byTime(a: Deadlock, b: Deadlock): number {
  const [x, y] = [JSON.stringify([a.at, a.members]), JSON.stringify([b.at, b.members])];
  return x < y ? -1 : x > y ? 1 : 0;
}

function autovacuumOf({ at, ...rest }: AutovacuumCounts): LoggedAutovacuum {
  return { ...rest, ...at.toModel() };
}

function errorOf({ at, statements, ...rest }: ErrorCounts, nameOf: NameOf): LoggedError {
  const [first] = [...statements].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return { ...rest, statement: nameOf(first?.[0] ?? null), ...at.toModel() };
}

function checkpointsOf({ at, ...rest }: CheckpointCounts): LoggedCheckpoints | null {
  return at.count === 0 && rest.tooFrequentWarnings === 0 ? null : { ...rest, ...at.toModel() };
}
