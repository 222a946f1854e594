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

/** A source is far less frequent than what follows it. */
const LEAST_REPEATS_PER_SOURCE = 4;
/** Of the bursts that it comes before, so many may be chance; and all together are hardly ever. */
const MOST_CHANCE_SHARE = 0.1;
const LOG_CHANCE = Math.log(0.1);
/** Or it comes before most of the bursts, more often than chance has it. */
const USUAL_SHARE = 0.6;
const LOG_CHANCE_OF_USUAL = Math.log(0.01);
const TIGHT_MS = 15;
/** How soon the loop begins behind its source. */
const SIGHTS_MS = [3, 10, 50] as const;
const SIGHTS_COARSE_MS = [1000] as const;

interface Candidate {
  readonly source: number;
  readonly bursts: readonly Burst[];
  readonly pauseMs: number;
}

/**
 * The bursts that are loops. Requests that come together look alike in a log, but bring their other statements with them
 * as often: a loop of reads has one source for many repeats, and it is there more often than chance would have it.
 */
export function stitchedLoops(totals: readonly BurstTotal[], limits: StitchLimits): StitchedLoop[] {
  return totals.flatMap(({ client, kind, statement, bursts }): StitchedLoop[] => {
    const loops: StitchedLoop[] = [];
    let left = bursts;
    for (let best = bestSource(left, limits); best !== null; best = bestSource(left, limits)) {
      const taken = new Set(best.bursts);
      loops.push({ client, kind, statement, source: best.source, bursts: best.bursts });
      left = left.filter((burst) => !taken.has(burst));
    }
    // Who loops over what he has in hand needs no source.
    const alone = kind === "n-plus-one" ? [] : left.filter(({ isAlone }) => isAlone);
    return alone.length === 0 ? loops : [...loops, { client, kind, statement, source: null, bursts: alone }];
  });
}

function bestSource(bursts: readonly Burst[], limits: StitchLimits): Candidate | null {
  const sources = new Set(bursts.flatMap((burst) => burst.sources.map(({ statement }) => statement)));
  const sights = limits.isCoarse ? SIGHTS_COARSE_MS : SIGHTS_MS;
  const candidates = [...sources].flatMap((source) =>
    sights.flatMap((sightMs) => candidateOf(source, bursts, sightMs, limits) ?? []),
  );
  const [best] = candidates.toSorted((a, b) => b.bursts.length - a.bursts.length || a.pauseMs - b.pauseMs);
  return best ?? null;
}

/** The bursts that a source stands so close before, unless chance alone could have put it there. */
function candidateOf(
  source: number,
  bursts: readonly Burst[],
  sightMs: number,
  { callsOf, spanMs }: StitchLimits,
): Candidate | null {
  const preceded = bursts.flatMap((burst) => {
    const sighting = sightingOf(burst, source);
    return sighting === null || sighting.pauseMs > sightMs ? [] : [{ burst, sighting }];
  });
  if (preceded.length === 0) return null;
  const others = Math.max(0, callsOf(source) - preceded.length);
  const byChance = 1 - Math.exp((-others * sightMs) / Math.max(spanMs, sightMs));
  const expected = bursts.length * byChance;
  const logChance = logPoissonTail(preceded.length, expected);
  const isRare = expected <= MOST_CHANCE_SHARE * preceded.length && logChance <= LOG_CHANCE;
  const isUsual = preceded.length >= USUAL_SHARE * bursts.length && logChance <= LOG_CHANCE_OF_USUAL;
  if (!isRare && !isUsual) return null;
  // One sighting alone has to look like a loop in every way.
  if (preceded.length === 1 && !preceded.every(({ burst, sighting }) => isTight(burst, sighting))) return null;
  const pauseMs = preceded.reduce((sum, { sighting }) => sum + sighting.pauseMs, 0) / preceded.length;
  return { source, bursts: preceded.map(({ burst }) => burst), pauseMs };
}

function isTight({ fromMs, toMs, count }: Burst, { pauseMs }: SourceSighting): boolean {
  return pauseMs <= TIGHT_MS && toMs - fromMs <= count * TIGHT_MS;
}

/** Null where it was not seen, is as frequent as the repeats, or returned too few rows to loop over. */
function sightingOf({ sources, count }: Burst, source: number): SourceSighting | null {
  const sighting = sources.find(({ statement }) => statement === source);
  if (sighting === undefined || count < LEAST_REPEATS_PER_SOURCE * sighting.executions) return null;
  return sighting.rows !== null && sighting.rows < 2 ? null : sighting;
}
