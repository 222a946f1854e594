import { type PackedDigest, packDigest, unpackDigest } from "../digest/pack.ts";
import { ByteTally, type UnparsedStretch } from "./byte-tally.ts";
import type { LogPart } from "./part.ts";

const TALLY = [
  "bytes",
  "lines",
  "events",
  "unparsedBytes",
  "unparsedLines",
  "foreignBytes",
  "foreignLines",
  "cutEvents",
] as const;

/** A part as plain JSON. */
export interface PackedPart extends Omit<LogPart, "digest" | "tally"> {
  readonly digest: PackedDigest;
  readonly tally: readonly number[];
  readonly stretches: readonly UnparsedStretch[];
}

export function packPart({ digest, tally, ...rest }: LogPart): PackedPart {
  return {
    ...rest,
    digest: packDigest(digest),
    tally: TALLY.map((name) => tally[name]),
    stretches: tally.stretches,
  };
}

export function unpackPart({ digest, tally, stretches, ...rest }: PackedPart): LogPart {
  const counts = new ByteTally();
  for (const [index, name] of TALLY.entries()) counts[name] = tally[index] ?? 0;
  counts.stretches.push(...stretches);
  return { ...rest, digest: unpackDigest(digest), tally: counts };
}
