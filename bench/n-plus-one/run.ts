import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { mariadbAvailable } from "../../test/support/mariadb.ts";
import { BACKGROUND, HALVES, type Half, POOLS } from "./halves.ts";
import { judgeLogs } from "./judge-logs.ts";
import { measureRuns } from "./measure-runs.ts";
import { recordLogs } from "./record-logs.ts";

/** Class A, B, and C; those without a loop only with a pool of five. */
const VARIANTS = ["plain", "comments", "transactions"] as const;
const QUIET_VARIANTS = VARIANTS.map((variant) => `quiet-${variant}`);
/** The slow log of MariaDB has no comments here: B and C. */
const MARIADB_VARIANTS = ["plain", "transactions"] as const;

/**
 * `dbperf run` on both halves, or with `--only pg-5-500` in some of the settings; or with
 * - `--logs`: `dbperf logs` on recordings of both halves, that are thrown away,
 * - `--logs --keep DIR`: the same for the development half, with the recordings kept,
 * - `--judge DIR`: only judges what is kept there, again the development half; `--only TEXT`: recordings with that text
 *   in their name; `--verbose`: each miss and each wrong one,
 * - `--test-half` with `--keep` or `--judge`: the other half.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      logs: { type: "boolean", default: false },
      keep: { type: "string" },
      judge: { type: "string" },
      only: { type: "string", default: "" },
      verbose: { type: "boolean", default: false },
      "test-half": { type: "boolean", default: false },
    },
  });
  const half: Half = values["test-half"] ? "test" : "development";
  const judged = { half, only: values.only, isVerbose: values.verbose };
  if (values.judge !== undefined) await judgeLogs(values.judge, judged);
  else if (values.keep !== undefined) {
    await record(values.keep, judged);
    await judgeLogs(values.keep, judged);
  } else if (values.logs) await recordAndJudge(["development", "test"], judged);
  else await measureRuns(["development", "test"], values.only);
}

async function recordAndJudge(
  halves: readonly Half[],
  judged: { readonly only: string; readonly isVerbose: boolean },
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "dbperf-bench-logs-"));
  try {
    for (const half of halves) {
      await record(folder, { ...judged, half });
      await judgeLogs(folder, { ...judged, half });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function record(folder: string, { half, only }: { readonly half: Half; readonly only: string }): Promise<void> {
  const { postgres, mariadb } = HALVES[half];
  const all = { half, only, pools: POOLS, perSecond: BACKGROUND };
  const onPostgres = { ...all, dialect: "postgres", applications: postgres } as const;
  await recordLogs(folder, { ...onPostgres, variants: VARIANTS });
  await recordLogs(folder, { ...onPostgres, pools: [5], variants: QUIET_VARIANTS });
  if (!mariadbAvailable) console.error("no MariaDB here: apt-get install mariadb-server");
  else await recordLogs(folder, { ...all, dialect: "mariadb", applications: mariadb, variants: MARIADB_VARIANTS });
}

if (!existsSync(join(import.meta.dirname, "../../dist/src/cli/main.js"))) throw new Error("npm run build comes first");
await main();
