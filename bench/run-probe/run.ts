/**
 * Measures what the probe of `dbperf run` costs a statement beyond the first five of its fingerprint in a scope: the
 * same program with and without it, in turns. Options: --rounds 9, --count 40000. Needs npm run build.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "9" }, count: { type: "string", default: "40000" } },
});
const PRELOAD = join(import.meta.dirname, "../../dist/src/probe/preload.cjs");
const PROGRAM = join(import.meta.dirname, "program.cjs");
const MUST_US = 10;
const FORMS = [
  ["client", "", "Client.query, bound values"],
  ["pool", "", "Pool.query, bound values"],
  ["literals", "", "Client.query, another literal each time"],
  ["client", "scope", "Client.query, bound values, in a request's scope"],
  ["pool", "scope", "Pool.query, bound values, in a request's scope"],
  ["literals", "scope", "Client.query, another literal each time, in a request's scope"],
] as const;

console.log(
  `Node ${process.version}, ${values.rounds} rounds of ${values.count} statements; medians of CPU µs a statement\n`,
);
console.log("| statement | without | with | the probe | must |\n|---|---|---|---|---|");
for (const [form, where, title] of FORMS) {
  const [without, withProbe, costs] = measure(form, where);
  const verdict = costs <= MUST_US ? "met" : "not met";
  console.log(`| ${title} | ${shown(without)} | ${shown(withProbe)} | ${shown(costs)} | ≤ ${MUST_US}: ${verdict} |`);
}

/** Medians without and with the probe, and of the difference of each pair. */
function measure(form: string, where: string): readonly [number, number, number] {
  const pairs = Array.from({ length: Number(values.rounds) }, (_, round) => {
    // Who is first changes, so that a machine that slows down favours neither.
    if (round % 2 === 0) {
      const without = cpuUs(form, where, false);
      return { without, withProbe: cpuUs(form, where, true) };
    }
    const withProbe = cpuUs(form, where, true);
    return { without: cpuUs(form, where, false), withProbe };
  });
  return [
    median(pairs.map(({ without }) => without)),
    median(pairs.map(({ withProbe }) => withProbe)),
    median(pairs.map(({ without, withProbe }) => withProbe - without)),
  ];
}

function cpuUs(form: string, where: string, isProbed: boolean): number {
  const folder = mkdtempSync(join(tmpdir(), "dbperf-bench-"));
  try {
    const { stdout, stderr } = spawnSync(process.execPath, [PROGRAM, form, values.count, where], {
      encoding: "utf8",
      env: isProbed ? { NODE_OPTIONS: `--require "${PRELOAD}"`, DBPERF_RUN_DIR: folder, DBPERF_RUN_SALT: "bench" } : {},
    });
    const us = Number(stdout);
    if (!(us > 0)) throw new Error(`the program did not say its time: ${stderr}`);
    return us;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function shown(us: number): string {
  return us.toFixed(1);
}
