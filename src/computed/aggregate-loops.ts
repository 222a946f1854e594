import type { Constraint } from "../model/catalog.ts";
import type { LoggedStatement } from "../model/log.ts";
import type { QueryLoop } from "../model/query-loop.ts";
import type { StatementStatistic, StatementStatistics } from "../model/statement.ts";
import { type RelatedPair, relatedPairs } from "./aggregate-pairs.ts";

/** Rows a call from which on a source is worth a hint. */
const LEAST_ROWS_A_RUN = 5;
const LEAST_RUNS = 5;
const LEAST_LOOK_UPS = 50;
/** Greatest chance that counts of all pairs together match so closely without a loop. */
const MOST_CHANCE = 0.05;
/** Counts within this factor of each other could have matched. */
const NEAR_FACTOR = 2;

interface Match extends RelatedPair {
  readonly rows: number;
  readonly difference: number;
  readonly chance: number;
}

/**
 * Hints of loops in counters alone: a look-up that ran as often as a related read returned rows, several a call. Each
 * look-up has one source, the one whose rows come closest. `database` is that of the constraints; where it is null,
 * all counters have to be of one. Empty where the counters are a log's or a trace's: those show the order of statements,
 * or only a part of them.
 */
export function aggregateLoops(
  { window, items }: StatementStatistics,
  constraints: readonly Constraint[],
  database: string | null,
): readonly QueryLoop[] {
  const own = database ?? onlyDatabase(items);
  if (window.kind !== "since-reset" || own === null) return [];
  const reads = items.filter((item) => item.kind === "select" && item.database === own);
  const pairs = relatedPairs(
    reads.filter(({ calls, rows }) => calls >= LEAST_RUNS && (rows ?? 0) >= LEAST_ROWS_A_RUN * calls),
    reads.filter(({ calls }) => calls >= LEAST_LOOK_UPS),
    constraints,
  );
  return bestMatches(matchesOf(pairs)).map(loopOf);
}

function onlyDatabase(items: readonly StatementStatistic[]): string | null {
  const [first] = items;
  return first !== undefined && items.every(({ database }) => database === first.database) ? first.database : null;
}

/**
 * Among many pairs some match by chance: an unrelated count that lies near the rows of a source is as likely to be any
 * other one there (evenly on a logarithmic scale), and every pair that is near is one more try.
 */
function matchesOf(pairs: readonly RelatedPair[]): readonly Match[] {
  const near = pairs.flatMap(({ source, lookUp }) => {
    const rows = source.rows ?? 0;
    // A pair that would give no hint is no try.
    const least = Math.max(rows / NEAR_FACTOR, LEAST_ROWS_A_RUN * source.calls);
    const most = rows * NEAR_FACTOR;
    const isNear = lookUp.calls >= least && lookUp.calls <= most;
    const spread = Math.log(most / least);
    return isNear ? [{ source, lookUp, rows, spread, difference: Math.abs(lookUp.calls - rows) }] : [];
  });
  return near
    .map((pair) => ({ ...pair, chance: (near.length * (2 * pair.difference + 1)) / (pair.spread * pair.rows) }))
    .filter(({ chance }) => chance <= MOST_CHANCE);
}

function bestMatches(matches: readonly Match[]): readonly Match[] {
  const best = new Map<string, Match>();
  for (const match of matches) {
    const { fingerprint } = match.lookUp;
    const known = best.get(fingerprint);
    if (known === undefined || match.difference < known.difference) best.set(fingerprint, match);
  }
  return [...best.values()];
}

function loopOf({ source, lookUp, rows, chance }: Match): QueryLoop {
  const repeats = Math.floor(lookUp.calls / source.calls);
  const callsSaved = lookUp.calls - source.calls;
  return {
    kind: "n-plus-one",
    scopeClass: "aggregate",
    route: null,
    application: null,
    source: named(source),
    repeated: [named(lookUp)],
    orm: null,
    callSite: null,
    runs: source.calls,
    executions: lookUp.calls,
    fewest: repeats,
    most: repeats,
    callsSaved,
    savedMs: (lookUp.totalMs * callsSaved) / lookUp.calls,
    listed: [],
    timeline: [],
    sourceRows: rows,
    chance,
  };
}

function named({ fingerprint, query }: StatementStatistic): LoggedStatement {
  return { fingerprint, query };
}
