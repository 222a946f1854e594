import type { LogPrefix } from "../../../model/log.ts";
import { inferPrefixes } from "./infer-prefix.ts";
import { PrefixSample, type PrefixTrial } from "./prefix-sample.ts";
import { WIDESPREAD_PREFIXES } from "./widespread-prefixes.ts";

export interface PrefixCandidate {
  readonly text: string;
  readonly origin: LogPrefix["origin"];
}

export interface DetectedPrefix extends PrefixCandidate {
  /** Share of the sample's lines, continuation lines aside, that the prefix and a severity match; 0 to 1. */
  readonly share: number;
}

/** The server's own word is taken where at least so many lines bear it out: it may have been changed since. */
const ENOUGH_FOR_SERVER = 0.5;
/** Below this share a prefix that nobody named is chance. */
const LEAST_SHARE = 0.2;
/** The same for one that the lines alone suggest: it may hold a value as if it were text. */
const LEAST_SHARE_OF_INFERRED = 0.5;
/** Matched lines whose fields cannot be what the prefix says. */
const MOST_IMPOSSIBLE = 0.05;
/** Lines whose names are such as nobody gives, of those with names: they hold more than a name. */
const MOST_ODD = 0.5;
/** Prefixes that fit within this part of the best are told apart by what they name. */
const AS_GOOD = 0.98;

/**
 * The `log_line_prefix` of a log. One that the user gave is never replaced, whatever its share; the server's is where
 * it does not fit; then widespread ones are tried, and what the lines themselves suggest. Null where nothing fits.
 */
export function detectPrefix(sampleText: string, candidates: readonly PrefixCandidate[]): DetectedPrefix | null {
  const sample = new PrefixSample(sampleText);
  const named = candidates.map(({ text, origin }) => ({ text, origin, share: sample.share(text) }));
  const given = mostOf(named.filter(({ origin }) => origin === "given"));
  if (given !== null) return given;
  const server = mostOf(named.filter(({ origin }) => origin === "server"));
  if (server !== null && server.share >= ENOUGH_FOR_SERVER) return server;
  const suggested = named.filter(({ origin }) => origin === "detected").map(({ text }) => text);
  const known = tried(sample, new Set([...suggested, ...WIDESPREAD_PREFIXES]), LEAST_SHARE);
  const inferred = tried(sample, new Set(inferPrefixes(sample.heads)), LEAST_SHARE_OF_INFERRED);
  const detected = best([...known, ...inferred]);
  if (detected === null) return server !== null && server.share >= LEAST_SHARE ? server : null;
  if (server !== null && server.share >= detected.share) return server;
  return { text: detected.text, origin: "detected", share: detected.share };
}

function mostOf(prefixes: readonly DetectedPrefix[]): DetectedPrefix | null {
  return prefixes.reduce<DetectedPrefix | null>(
    (most, prefix) => (most === null || prefix.share > most.share ? prefix : most),
    null,
  );
}

function tried(sample: PrefixSample, texts: ReadonlySet<string>, leastShare: number): readonly PrefixTrial[] {
  return [...texts].flatMap((text) => {
    const trial = sample.attempt(text);
    return trial !== null && trial.share >= leastShare ? [trial] : [];
  });
}

/** Most lines; of those as good, most of user, database, application and pid; then most other fields. */
function best(trials: readonly PrefixTrial[]): PrefixTrial | null {
  const fitting = trials.filter(
    ({ matched, impossible, naming, odd }) => impossible <= matched * MOST_IMPOSSIBLE && odd <= naming * MOST_ODD,
  );
  const top = Math.max(...fitting.map(scoreOf));
  const asGood = fitting.filter((trial) => scoreOf(trial) >= top * AS_GOOD);
  asGood.sort((a, b) => b.mainFields - a.mainFields || b.fields - a.fields || scoreOf(b) - scoreOf(a));
  return asGood[0] ?? null;
}

/** Lines that bear a prefix out. */
function scoreOf({ matched, odd, impossible }: PrefixTrial): number {
  return matched - odd - impossible;
}
