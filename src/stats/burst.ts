import { logPoissonTail } from "./poisson.ts";

/** More than so many are no bursts but the usual way in which it happens. */
const MAX_BURSTS = 3;
/** Quiet minutes inside an episode that do not end it. */
const MAX_GAP_MINUTES = 5;
/** From fewer minutes outside of bursts no usual rate can be told. */
const MIN_USUAL_MINUTES = 30;
/** What fills more of the window is a part of what is usual. */
const MAX_WINDOW_SHARE = 1 / 3;

/** How often something happened in one minute; minutes are numbered without a gap, from any start. */
export interface MinuteCount {
  readonly minute: number;
  readonly count: number;
}

export interface BurstLimits {
  /** Smallest number of occurrences in a burst. */
  readonly minCount: number;
  /** Smallest multiple of the usual rate, over the whole burst. */
  readonly minRatio: number;
  /** What lasts longer is a state and no burst. */
  readonly maxMinutes: number;
  /** Largest chance, over the whole window, that the usual rate alone brings such a minute. */
  readonly maxChance: number;
}

/** A stretch of minutes that stands out from the rest of its window. */
export interface Burst {
  readonly firstMinute: number;
  /** The last minute, itself included. */
  readonly lastMinute: number;
  readonly count: number;
  readonly busiestMinuteCount: number;
  /** Rate of the window without its bursts. */
  readonly usualPerMinute: number;
  /** Natural logarithm of the chance that the usual rate alone brings so busy a minute anywhere in the window. */
  readonly logChance: number;
}

interface Episode {
  readonly firstMinute: number;
  readonly lastMinute: number;
  readonly count: number;
  readonly peak: number;
}

interface UsualRate {
  readonly minutes: number;
  readonly perMinute: number;
  /** Variance by mean, at least 1: how many come together as a rule. */
  readonly clump: number;
  /** Upper estimate for the test: as if one clump more had been seen. */
  readonly testRate: number;
}

/**
 * Bursts within a window of so many minutes, in order of time. The busiest minute of a stretch is tested against the
 * rate of the rest (Poisson tail, times the number of minutes); where occurrences come in clumps as a rule, whole clumps
 * are counted. Up to three stretches are left out of the rest at once, so that two bursts do not hide each other.
 * Minutes without an occurrence may be left out of `counts`.
 */
export function findBursts(
  counts: readonly MinuteCount[],
  windowMinutes: number,
  limits: BurstLimits,
): readonly Burst[] {
  const longest = Math.min(limits.maxMinutes, windowMinutes * MAX_WINDOW_SHARE);
  const episodes = busiestEpisodes(counts, windowMinutes, longest);
  for (let size = episodes.length; size > 0; size -= 1) {
    const taken = episodes.slice(0, size);
    const weakest = taken.at(-1);
    const usual = usualRate(counts, windowMinutes, taken);
    if (weakest === undefined || usual === null || !standsOut(weakest, usual, windowMinutes, limits)) continue;
    return taken
      .filter((episode) => standsOut(episode, usual, windowMinutes, limits))
      .map((episode) => toBurst(episode, usual, windowMinutes))
      .toSorted((a, b) => a.firstMinute - b.firstMinute);
  }
  return [];
}

function toBurst(episode: Episode, usual: UsualRate, windowMinutes: number): Burst {
  const { firstMinute, lastMinute, count, peak } = episode;
  return {
    firstMinute,
    lastMinute,
    count,
    busiestMinuteCount: peak,
    usualPerMinute: usual.perMinute,
    logChance: logChance(episode, usual, windowMinutes),
  };
}

function standsOut(episode: Episode, usual: UsualRate, windowMinutes: number, limits: BurstLimits): boolean {
  if (episode.count < limits.minCount) return false;
  if (episode.count < limits.minRatio * usual.perMinute * length(episode)) return false;
  return logChance(episode, usual, windowMinutes) <= Math.log(limits.maxChance);
}

/** Bonferroni: any minute of the window could have been the busiest one. */
function logChance({ peak }: Episode, { clump, testRate }: UsualRate, windowMinutes: number): number {
  return Math.min(0, logPoissonTail(peak / clump, testRate / clump) + Math.log(windowMinutes));
}

/** Null where too little is left of the window. */
function usualRate(
  counts: readonly MinuteCount[],
  windowMinutes: number,
  without: readonly Episode[],
): UsualRate | null {
  const minutes = windowMinutes - without.reduce((sum, episode) => sum + length(episode), 0);
  if (minutes < MIN_USUAL_MINUTES) return null;
  const rest = counts.filter(({ minute }) => !without.some((episode) => contains(episode, minute)));
  const total = rest.reduce((sum, { count }) => sum + count, 0);
  const perMinute = total / minutes;
  const squares = rest.reduce((sum, { count }) => sum + count * count, 0);
  const variance = (squares - total * perMinute) / (minutes - 1);
  const clump = total === 0 ? 1 : Math.max(1, variance / perMinute);
  return { minutes, perMinute, clump, testRate: (total + clump) / minutes };
}

/** The busiest minutes, each with the busy minutes around it; busiest first, apart from each other. */
function busiestEpisodes(counts: readonly MinuteCount[], windowMinutes: number, longest: number): readonly Episode[] {
  const mean = counts.reduce((sum, { count }) => sum + count, 0) / windowMinutes;
  const inOrder = counts.filter(({ count }) => count > 0).toSorted((a, b) => a.minute - b.minute);
  const episodes: Episode[] = [];
  for (const peak of inOrder.toSorted((a, b) => b.count - a.count || a.minute - b.minute)) {
    // What lies close to a burst is its beginning or its end.
    if (episodes.some((episode) => separates(episode, peak.minute - MAX_GAP_MINUTES, peak.minute + MAX_GAP_MINUTES))) {
      continue;
    }
    const free = inOrder.filter(({ minute }) => !episodes.some((known) => separates(known, minute, peak.minute)));
    const episode = around(peak, free, Math.max(peak.count / 20, 3 * mean));
    if (length(episode) > longest) break;
    episodes.push(episode);
    if (episodes.length === MAX_BURSTS) break;
  }
  return episodes;
}

/** Minutes above the level on both sides of the peak, up to the first longer gap. */
function around(peak: MinuteCount, inOrder: readonly MinuteCount[], level: number): Episode {
  const busy = inOrder.filter(({ minute, count }) => minute === peak.minute || count >= level);
  const at = busy.findIndex(({ minute }) => minute === peak.minute);
  const lastMinute = reach(peak.minute, busy.slice(at + 1));
  const firstMinute = reach(peak.minute, busy.slice(0, at).toReversed());
  const within = inOrder.filter(({ minute }) => minute >= firstMinute && minute <= lastMinute);
  return { firstMinute, lastMinute, count: within.reduce((sum, { count }) => sum + count, 0), peak: peak.count };
}

function reach(from: number, next: readonly MinuteCount[]): number {
  let at = from;
  for (const { minute } of next) {
    if (Math.abs(minute - at) > MAX_GAP_MINUTES + 1) break;
    at = minute;
  }
  return at;
}

function contains({ firstMinute, lastMinute }: Episode, minute: number): boolean {
  return minute >= firstMinute && minute <= lastMinute;
}

function separates({ firstMinute, lastMinute }: Episode, a: number, b: number): boolean {
  return lastMinute >= Math.min(a, b) && firstMinute <= Math.max(a, b);
}

function length({ firstMinute, lastMinute }: Episode): number {
  return lastMinute - firstMinute + 1;
}
