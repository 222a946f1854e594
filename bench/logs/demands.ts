import { formatCount } from "../../src/util/units.ts";
import type { LogKind } from "./kept-logs.ts";
import type { Usage } from "./measure.ts";
import type { CaseResult } from "./measure-case.ts";
import { factor, table } from "./tables.ts";

/** What must be reached, what is aimed at, and what was measured. */
interface Demand {
  readonly what: string;
  readonly must: number;
  readonly aim: number | null;
  readonly measured: number;
  /** Whether less is better. */
  readonly isCeiling: boolean;
  readonly write: (value: number) => string;
}

const MOST_RSS_MB = 160;
const LEAST_FORMAT_SHARE = 0.5;
const MOST_NEWLINE_COUNTS = { must: 10, aim: 3 } as const;
const LEAST_TIMES_RIVAL: Readonly<Partial<Record<LogKind, { readonly must: number; readonly aim: number }>>> = {
  stderr: { must: 75, aim: 200 },
  slow: { must: 40, aim: 80 },
};

/** Demands on what was measured, one a row. */
export function demandTable(results: readonly CaseResult[]): string {
  const demands = [
    ...results.flatMap(rivalDemands),
    ...results.flatMap(newlineDemand),
    ...results.map(({ name, dbperf }) => memoryDemand(name, dbperf)),
    ...results.map(({ name, twoThreads }) => memoryDemand(`${name}, --threads 2`, twoThreads)),
    ...formatDemands(results),
  ];
  return table(
    ["what", "must", "aim", "measured", "must met", "aim met"],
    demands.map((demand) => {
      const { what, must, aim, measured, isCeiling, write } = demand;
      const sign = isCeiling ? "≤" : "≥";
      return [
        what,
        `${sign} ${write(must)}`,
        aim === null ? "" : `${sign} ${write(aim)}`,
        write(measured),
        isMet(demand, must) ? "yes" : "NO",
        aim === null ? "" : isMet(demand, aim) ? "yes" : "no",
      ];
    }),
  );
}

function isMet({ measured, isCeiling }: Demand, limit: number): boolean {
  return isCeiling ? measured <= limit : measured >= limit;
}

function rivalDemands({ kind, name, sizeBytes, slice, dbperf }: CaseResult): Demand[] {
  const limits = LEAST_TIMES_RIVAL[kind];
  if (slice === null || limits === undefined) return [];
  const { rival } = slice;
  const scaled = (rival.usage.cpuSeconds * sizeBytes) / slice.sizeBytes;
  const demand = { ...limits, isCeiling: false, write: factor };
  return [
    {
      ...demand,
      what: `${name}: CPU of ${rival.name} (scaled from the slice) to dbperf's, whole log`,
      measured: scaled / dbperf.cpuSeconds,
    },
    {
      ...demand,
      what: `${name}: the same, both measured on the slice`,
      measured: rival.usage.cpuSeconds / slice.dbperf.cpuSeconds,
    },
  ];
}

/** Long classes are made to strain memory: no demand is made on their time. */
function newlineDemand({ kind, name, newlines, dbperf }: CaseResult): Demand[] {
  if (LEAST_TIMES_RIVAL[kind] === undefined) return [];
  return [
    {
      ...MOST_NEWLINE_COUNTS,
      what: `${name}: CPU of dbperf to a newline count in Node`,
      measured: dbperf.cpuSeconds / newlines.cpuSeconds,
      isCeiling: true,
      write: factor,
    },
  ];
}

function memoryDemand(name: string, { peakMb }: Usage): Demand {
  return {
    what: `${name}: peak RSS`,
    must: MOST_RSS_MB,
    aim: null,
    measured: peakMb,
    isCeiling: true,
    write: (value) => `${formatCount(value)} MB`,
  };
}

function formatDemands(results: readonly CaseResult[]): Demand[] {
  const speed = ({ sizeBytes, dbperf }: CaseResult): number => sizeBytes / dbperf.cpuSeconds;
  const stderr = results.find(({ kind }) => kind === "stderr");
  if (stderr === undefined) return [];
  return results
    .filter(({ kind }) => kind === "csv" || kind === "json")
    .map((result) => ({
      what: `${result.name}: MB / CPU s to stderr's`,
      must: LEAST_FORMAT_SHARE,
      aim: null,
      measured: speed(result) / speed(stderr),
      isCeiling: false,
      write: (value) => value.toFixed(2),
    }));
}
