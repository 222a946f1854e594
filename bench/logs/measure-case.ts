import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { formatCount } from "../../src/util/units.ts";
import { keptLog, type LogKind } from "./kept-logs.ts";
import { LONG_CLASSES } from "./long-classes.ts";
import { measure, summary, type Usage } from "./measure.ts";
import type { BenchOptions, Group } from "./options.ts";
import {
  dbperf,
  dbperfTwoThreads,
  type LogProgram,
  newlineCount,
  type Output,
  pgBadger,
  ptQueryDigest,
  type RivalProgram,
} from "./programs.ts";

/** A log that is measured. */
export interface LogCase {
  readonly kind: LogKind;
  readonly name: string;
  readonly groups: readonly Group[];
  /** What dbperf is compared with on a slice of this log. */
  readonly rival: RivalProgram | null;
}

const LONG = formatCount(LONG_CLASSES);

export const logCases: readonly LogCase[] = [
  { kind: "stderr", name: "PostgreSQL stderr", groups: ["postgres", "formats"], rival: pgBadger },
  { kind: "csv", name: "PostgreSQL csvlog", groups: ["formats"], rival: null },
  { kind: "json", name: "PostgreSQL jsonlog", groups: ["formats"], rival: null },
  { kind: "slow", name: "MariaDB slow log", groups: ["mariadb"], rival: ptQueryDigest },
  { kind: "postgres-classes", name: `${LONG} long classes, PostgreSQL`, groups: ["classes"], rival: null },
  { kind: "mariadb-classes", name: `${LONG} long classes, MariaDB`, groups: ["classes"], rival: null },
];

/** What dbperf's own report says it read. */
export type ReadFacts = z.infer<typeof REPORT>;

export interface CaseResult {
  readonly kind: LogKind;
  readonly name: string;
  readonly sizeBytes: number;
  readonly facts: ReadFacts;
  readonly newlines: Usage;
  readonly dbperf: Usage;
  readonly twoThreads: Usage;
  readonly slice: SliceResult | null;
}

/** The same slice read by dbperf and by another program. */
export interface SliceResult {
  readonly sizeBytes: number;
  readonly facts: ReadFacts;
  readonly dbperf: Usage;
  readonly rival: { readonly name: string; readonly executions: string | null; readonly usage: Usage };
}

const REPORT = z.object({
  input: z.object({
    lines: z.number(),
    events: z.number(),
    unparsed: z.object({ bytes: z.number() }),
    dropped: z.object({
      callsOfOtherClasses: z.number(),
      shortenedTexts: z.number(),
      cutEvents: z.number(),
      unlistedEvents: z.number(),
    }),
  }),
  statements: z.object({ calls: z.number(), classes: z.number() }),
});

/** Measures one log, and a slice of it where it has a rival. The programs take turns, round by round. */
export async function measureCase(
  logCase: LogCase,
  folder: string,
  scratch: string,
  options: BenchOptions,
): Promise<CaseResult> {
  const { kind, name, rival } = logCase;
  const isCompared = options.groups.includes("postgres") || options.groups.includes("mariadb");
  const log = await keptLog(folder, kind, options.sizeBytes);
  const runs = await takeTurns([newlineCount, dbperf, dbperfTwoThreads], log, scratch, options.rounds);
  return {
    kind,
    name,
    sizeBytes: statSync(log).size,
    facts: readFacts(runs.outputOf(dbperf).out),
    newlines: runs.usageOf(newlineCount),
    dbperf: runs.usageOf(dbperf),
    twoThreads: runs.usageOf(dbperfTwoThreads),
    slice:
      rival !== null && isCompared
        ? await measureSlice(await keptLog(folder, kind, options.sliceBytes), rival, scratch, options.rounds)
        : null,
  };
}

async function measureSlice(log: string, rival: RivalProgram, scratch: string, rounds: number): Promise<SliceResult> {
  const runs = await takeTurns([dbperf, rival], log, scratch, rounds);
  return {
    sizeBytes: statSync(log).size,
    facts: readFacts(runs.outputOf(dbperf).out),
    dbperf: runs.usageOf(dbperf),
    rival: { name: rival.name, executions: rival.executions(runs.outputOf(rival)), usage: runs.usageOf(rival) },
  };
}

interface Runs {
  usageOf(program: LogProgram): Usage;
  /** Of the last round. */
  outputOf(program: LogProgram): Output;
}

async function takeTurns(programs: readonly LogProgram[], log: string, scratch: string, rounds: number): Promise<Runs> {
  const usages = new Map<LogProgram, Usage[]>();
  const outputs = new Map<LogProgram, Output>();
  for (let round = 1; round <= rounds; round += 1) {
    for (const program of programs) {
      const usage = await measure(program.command(log, scratch), scratch);
      console.error(`${log}: ${program.name}, round ${round}: ${usage.cpuSeconds.toFixed(2)} s of CPU`);
      usages.set(program, [...(usages.get(program) ?? []), usage]);
      outputs.set(program, readOutput(scratch));
    }
  }
  return {
    usageOf: (program) => summary(usages.get(program) ?? []),
    outputOf: (program) => outputs.get(program) ?? readOutput(scratch),
  };
}

function readOutput(scratch: string): Output {
  return { out: readFileSync(join(scratch, "out"), "utf8"), errors: readFileSync(join(scratch, "errors"), "utf8") };
}

function readFacts(output: string): ReadFacts {
  return REPORT.parse(JSON.parse(output));
}
