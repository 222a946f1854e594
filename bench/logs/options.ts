import { parseArgs } from "node:util";

export const GROUPS = ["postgres", "mariadb", "classes", "formats"] as const;

/** Part of the measurement that can be run alone. */
export type Group = (typeof GROUPS)[number];

export interface BenchOptions {
  /** Least size of each log. */
  readonly sizeBytes: number;
  /** Least size of the log that the slow programs read. */
  readonly sliceBytes: number;
  readonly rounds: number;
  readonly groups: readonly Group[];
  /** Folder that keeps recordings and logs for the next run; null: a temporary one. */
  readonly keep: string | null;
}

const UNITS: Readonly<Record<string, number>> = { MB: 1e6, GB: 1e9 };

/** Reads the command line. Throws for what it does not know. */
export function benchOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      size: { type: "string", default: "1GB" },
      slice: { type: "string", default: "100MB" },
      rounds: { type: "string", default: "3" },
      only: { type: "string" },
      keep: { type: "string" },
    },
  });
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds is a number from 1 on, not ${values.rounds}`);
  return {
    sizeBytes: bytesOf(values.size),
    sliceBytes: bytesOf(values.slice),
    rounds,
    groups: groupsOf(values.only),
    keep: values.keep ?? null,
  };
}

function bytesOf(text: string): number {
  const [, number, unit = ""] = /^(\d+)(MB|GB)$/.exec(text) ?? [];
  const bytes = Number(number) * (UNITS[unit] ?? NaN);
  if (!(bytes > 0)) throw new Error(`a size is like 20MB or 1GB, not ${text}`);
  return bytes;
}

function groupsOf(only: string | undefined): readonly Group[] {
  if (only === undefined) return GROUPS;
  const group = GROUPS.find((known) => known === only);
  if (group === undefined) throw new Error(`--only is one of ${GROUPS.join(", ")}, not ${only}`);
  return [group];
}
