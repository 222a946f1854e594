import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What one run of a program cost, by the kernel's account of it and its children. */
export interface Usage {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly peakMb: number;
}

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

/** GNU time: a process of its own between this one and the program, so that this one's memory is not counted. */
const TIME = "/usr/bin/time";

/** Runs a program to its end; its output is left in `out` of the folder. Throws where it fails. */
export async function measure({ program, args }: Command, folder: string): Promise<Usage> {
  const [usage, out, errors] = ["usage", "out", "errors"].map((name) => join(folder, name));
  if (usage === undefined || out === undefined || errors === undefined) throw new Error("three files have three names");
  const descriptors = [openSync(out, "w"), openSync(errors, "w")];
  const timed = ["--quiet", "--output", usage, "--format", "%U %S %e %M", program, ...args];
  const code = await new Promise<number | null>((resolve, reject) => {
    spawn(TIME, timed, { stdio: ["ignore", ...descriptors] })
      .on("exit", resolve)
      .on("error", reject);
  });
  for (const descriptor of descriptors) closeSync(descriptor);
  if (code !== 0) {
    throw new Error(`${program} ${args.join(" ")} ended with ${code}: ${readFileSync(errors, "utf8").slice(-2000)}`);
  }
  const [user = NaN, system = NaN, wallSeconds = NaN, peakKib = NaN] = readFileSync(usage, "utf8")
    .split(" ")
    .map(Number);
  return { cpuSeconds: user + system, wallSeconds, peakMb: (peakKib * 1024) / 1e6 };
}

/** Middle values of the times, and the highest peak. */
export function summary(runs: readonly Usage[]): Usage {
  return {
    cpuSeconds: median(runs.map(({ cpuSeconds }) => cpuSeconds)),
    wallSeconds: median(runs.map(({ wallSeconds }) => wallSeconds)),
    peakMb: Math.max(...runs.map(({ peakMb }) => peakMb)),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle) - 1] ?? NaN)) / 2;
}
