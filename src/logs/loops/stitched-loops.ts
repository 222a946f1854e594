import { logPoissonTail } from "../../stats/poisson.ts";
import type { Burst, BurstTotal, Client } from "./burst-totals.ts";
import type { SourceSighting } from "./sources-before.ts";

/** A loop that is put together by time from the statements of one client. */
export interface StitchedLoop {
  readonly client: Client;
  readonly kind: Burst["kind"];
  readonly statement: number;
  readonly source: number | null;
  readonly bursts: readonly Burst[];
}

export interface StitchLimits {
  /** Executions of a class in the whole log. */
  readonly callsOf: (statement: number) => number;
  /** Length of the log. */
  readonly spanMs: number;
  /** Times of the log have whole seconds only. */
  readonly isCoarse: boolean;
}

/** A source comes before most of its bursts, and far less often than it is followed. */
const LEAST_PRECEDED_SHARE = 0.6;
const LEAST_REPEATS_PER_SOURCE = 4;
/** So unlikely is it that another statement stands there by chance. */
const LOG_CHANCE = Math.log(0.01);
const SIGHT_MS = 50;
const SIGHT_COARSE_MS = 1000;

interface Candidate {
  readonly source: number;
  readonly bursts: readonly Burst[];
  readonly repeatsPerSource: number;
  readonly leadMs: number;
}

/**
 * The bursts that are loops. Requests that come together look alike in a log, but bring their other statements with them
 * as often: a loop of reads has one source for many repeats, and it is the same one nearly every time.
 */
export function stitchedLoops(totals: readonly BurstTotal[], limits: StitchLimits): StitchedLoop[] {
  return totals.flatMap((total): StitchedLoop[] => {
    const { client, kind, statement } = total;
    const found = bestSource(total, limits);
    if (found !== null) return [{ client, kind, statement, source: found.source, bursts: found.bursts }];
    // Who loops over what he has in hand needs no source.
    const alone = kind === "n-plus-one" ? [] : total.bursts.filter(({ isAlone }) => isAlone);
    return alone.length === 0 ? [] : [{ client, kind, statement, source: null, bursts: alone }];
  });
}

function bestSource({ bursts }: BurstTotal, limits: StitchLimits): Candidate | null {
  const sources = new Set(bursts.flatMap((burst) => burst.sources.map(({ statement }) => statement)));
  const candidates = [...sources].flatMap((source) => candidateOf(source, bursts, limits) ?? []);
  const [best] = candidates.toSorted(
    (a, b) => b.bursts.length - a.bursts.length || b.repeatsPerSource - a.repeatsPerSource || a.leadMs - b.leadMs,
  );
  return best ?? null;
}

function candidateOf(source: number, bursts: readonly Burst[], limits: StitchLimits): Candidate | null {
  const preceded = bursts.flatMap((burst) => {
    const sighting = sightingOf(burst, source);
    return sighting === null ? [] : [{ burst, sighting }];
  });
  if (preceded.length < LEAST_PRECEDED_SHARE * bursts.length || preceded.length === 0) return null;
  const repeats = preceded.reduce((sum, { burst }) => sum + burst.count, 0);
  const executions = preceded.reduce((sum, { sighting }) => sum + sighting.executions, 0);
  const repeatsPerSource = repeats / Math.max(1, executions);
  if (repeatsPerSource < LEAST_REPEATS_PER_SOURCE) return null;
  const sightMs = limits.isCoarse ? SIGHT_COARSE_MS : SIGHT_MS;
  const others = Math.max(0, limits.callsOf(source) - executions);
  const byChance = 1 - Math.exp((-others * sightMs) / Math.max(limits.spanMs, sightMs));
  if (logPoissonTail(preceded.length, bursts.length * byChance) > LOG_CHANCE) return null;
  const leadMs = preceded.reduce((sum, { sighting }) => sum + sighting.leadMs, 0) / preceded.length;
  return { source, bursts: preceded.map(({ burst }) => burst), repeatsPerSource, leadMs };
}

/** Null where it was not seen, or returned too few rows to loop over. */
function sightingOf({ sources }: Burst, source: number): SourceSighting | null {
  const sighting = sources.find(({ statement }) => statement === source);
  return sighting === undefined || (sighting.rows !== null && sighting.rows < 2) ? null : sighting;
}
