/**
 * Measures what `dbperf logs` costs beside other programs, on logs grown from recordings of real servers, and prints
 * tables in Markdown. Options: --size 1GB, --slice 100MB, --rounds 3, --only postgres|mariadb|classes|formats,
 * --keep FOLDER (docs/benchmarks.md).
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { demandTable } from "./demands.ts";
import { type CaseResult, logCases, measureCase } from "./measure-case.ts";
import { type BenchOptions, benchOptions } from "./options.ts";
import { builtAtMs, programVersions } from "./programs.ts";
import { contentTable, costTable, sliceTable } from "./tables.ts";

const options = benchOptions(process.argv.slice(2));
const versions = programVersions();
const builtAt = builtAtMs();
const scratch = mkdtempSync(join(tmpdir(), "dbperf-bench-"));
process.once("exit", () => rmSync(scratch, { recursive: true, force: true }));
process.once("SIGINT", () => process.exit(130));
console.log(report(await measureAll(options)));
if (builtAtMs() !== builtAt) throw new Error("dbperf was built anew during the run: these figures are of two builds.");

async function measureAll(bench: BenchOptions): Promise<readonly CaseResult[]> {
  const folder = bench.keep ?? scratch;
  mkdirSync(folder, { recursive: true });
  const results: CaseResult[] = [];
  for (const logCase of logCases) {
    if (!logCase.groups.some((group) => bench.groups.includes(group))) continue;
    results.push(await measureCase(logCase, folder, scratch, bench));
  }
  return results;
}

function report(results: readonly CaseResult[]): string {
  const rounds = `${options.rounds} ${options.rounds === 1 ? "round" : "rounds"}`;
  return [
    `${versions}; ${cpus().length} processors; ${rounds}, in which the programs take turns: medians of the times, highest RSS.`,
    ["## Whole logs", costTable(results)],
    ["## What was read", contentTable(results)],
    ["## Other programs, on a slice", sliceTable(results)],
    ["## Demands", demandTable(results)],
  ]
    .flat()
    .join("\n\n");
}
