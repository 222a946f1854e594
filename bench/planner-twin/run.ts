/**
 * Builds the planner twins of recorded databases and prints how their plans compare with the recorded ones, and what
 * the twin costs. Options: --data FOLDER, with one folder a database (see the README there); --rank: also rank
 * the recorded index sets, which takes minutes; --worst N: rows of the table of statements.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { fidelityOf } from "../../src/engines/postgres/what-if/fidelity.ts";
import { Twin } from "../../src/engines/postgres/what-if/twin.ts";
import { twinWhatIf } from "../../src/engines/postgres/what-if/twin-what-if.ts";
import { loadSqlParser } from "../../src/sql/parser.ts";
import { compareIndexSizes } from "./index-sizes.ts";
import { rankSets } from "./reference-sets.ts";
import { readStoredTarget } from "./stored-target.ts";

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    worst: { type: "string", default: "8" },
    rank: { type: "boolean", default: false },
  },
});
if (values.data === undefined) throw new Error("--data FOLDER names the recorded databases");
await loadSqlParser();
for (const name of ["tpch", "tpcds"]) {
  await measure(name, join(values.data, name));
  if (values.rank) await rank(name, join(values.data, name));
}

async function rank(name: string, folder: string): Promise<void> {
  const { source, statements } = readStoredTarget(folder);
  const whatIf = await twinWhatIf(source);
  console.log(name, await rankSets(whatIf, folder, statements));
  await whatIf.close();
}

async function measure(name: string, folder: string): Promise<void> {
  const { source, statements, plans } = readStoredTarget(folder);
  const [startedAt, startCpu] = [performance.now(), cpuSeconds()];
  const twin = await Twin.build(source);
  const [builtAt, builtCpu] = [performance.now(), cpuSeconds()];
  const pairs = [];
  for (const [statement, sql] of statements) {
    const target = plans.get(statement);
    if (target !== undefined) pairs.push({ name: statement, target, twin: await twin.explain(sql) });
  }
  const plannedAt = performance.now();
  const sizes = await compareIndexSizes(twin, folder);
  const sizedAt = performance.now();
  await twin.close();
  console.log({ createMs: (sizedAt - plannedAt) / sizes.length });
  console.table(sizes.map((one) => ({ ...one, ratio: one.twinMB / one.realMB })).sort((a, b) => a.ratio - b.ratio));
  const fidelity = fidelityOf(pairs);
  const { statements: compared, ...figures } = fidelity;
  console.log(name, { compared: compared.length, ...figures, gaps: twin.gaps });
  console.log({
    buildMs: builtAt - startedAt,
    buildCpu: builtCpu - startCpu,
    explainMs: (plannedAt - builtAt) / pairs.length,
  });
  const worst = [...compared].sort((a, b) => Math.abs((b.costRatio ?? 99) - 1) - Math.abs((a.costRatio ?? 99) - 1));
  console.table(worst.slice(0, Number(values.worst)));
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
