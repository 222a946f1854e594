import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Analysis } from "../../src/index.ts";

const MAIN = join(import.meta.dirname, "../../dist/src/cli/main.js");
const PROGRAMS = join(import.meta.dirname, "programs");

type Variables = Readonly<Record<string, string>>;

/** The report of a sample program as JSON, with the gate on. */
export function reportOf(scratch: string, variables: Variables, file: string, ...args: readonly string[]) {
  const output = join(scratch, `${file}-${args.join("-")}.json`);
  const loader = file.endsWith(".ts") ? ["--import", "tsx"] : [];
  const gate = ["--format", "json", "-o", output, "--fail-on", "n-plus-one"];
  const result = runIn(scratch, variables, [...gate, "--", process.execPath, ...loader, file, ...args]);
  // The report's own shape is tested by its schema.
  const analysis = JSON.parse(readFileSync(output, "utf8")) as Analysis;
  return { code: result.status, programOutput: result.stdout, analysis };
}

/** Runs `dbperf run` in the folder of the sample programs, away from the user's own configuration and store. */
export function runIn(scratch: string, variables: Variables, args: readonly string[]) {
  const own = { PATH: process.env["PATH"], HOME: scratch, XDG_DATA_HOME: scratch, XDG_CONFIG_HOME: scratch };
  return spawnSync(process.execPath, [MAIN, "run", ...args], {
    cwd: PROGRAMS,
    encoding: "utf8",
    env: { ...own, ...variables },
  });
}

/** Line of a sample program that ends with the mark as its comment. */
export function markedLine(file: string, mark = "n+1"): number {
  const lines = readFileSync(join(PROGRAMS, file), "utf8").split("\n");
  return lines.findIndex((line) => line.endsWith(`// ${mark}`)) + 1;
}
