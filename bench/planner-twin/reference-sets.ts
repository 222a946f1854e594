import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { WhatIf, WhatIfIndex } from "../../src/engines/engine.ts";

interface ReferenceSet {
  readonly indexes: readonly string[];
  readonly cost: number;
  readonly costs: Readonly<Record<string, number>>;
}

/** How the twin ranks the index sets that other advisors chose, beside HypoPG on the real data. */
export interface Ranking {
  readonly sets: number;
  readonly plans: number;
  readonly spearman: number;
  /** Median of |Σ cost on the twin ÷ Σ cost under HypoPG − 1|; HypoPG overstates sizes. */
  readonly medianDifference: number;
  readonly seconds: number;
}

/** Plans each judged statement under each recorded set. */
export async function rankSets(
  whatIf: WhatIf,
  folder: string,
  statements: ReadonlyMap<string, string>,
): Promise<Ranking> {
  const text = gunzipSync(readFileSync(join(folder, "reference-sets.json.gz"))).toString("utf8");
  const { sets } = JSON.parse(text) as { sets: readonly ReferenceSet[] };
  const startedAt = performance.now();
  const defined = new Map<string, WhatIfIndex>();
  const totals: number[] = [];
  let plans = 0;
  for (const { indexes, costs } of sets) {
    const added = [];
    for (const ddl of indexes) added.push(await defineOnce(whatIf, defined, ddl));
    let total = 0;
    for (const name of Object.keys(costs)) {
      const plan = await whatIf.plan(statements.get(name) ?? "", { added, removed: [] });
      if (plan.status === "refused") throw new Error(`${name}: ${plan.because}`);
      total += plan.root.totalCost ?? 0;
      plans += 1;
    }
    totals.push(total);
  }
  const expected = sets.map(({ costs }) => Object.values(costs).reduce((sum, cost) => sum + cost, 0));
  const differences = totals.map((total, at) => Math.abs(total / (expected[at] ?? 0) - 1)).sort((a, b) => a - b);
  return {
    sets: sets.length,
    plans,
    spearman: pearson(ranks(totals), ranks(expected)),
    medianDifference: differences[Math.floor(differences.length / 2)] ?? 0,
    seconds: (performance.now() - startedAt) / 1000,
  };
}

async function defineOnce(whatIf: WhatIf, defined: Map<string, WhatIfIndex>, ddl: string): Promise<WhatIfIndex> {
  const known = defined.get(ddl);
  if (known !== undefined) return known;
  const index = await whatIf.define(ddl);
  if ("refused" in index) throw new Error(`${ddl}: ${index.refused}`);
  defined.set(ddl, index);
  return index;
}

/** Equal values share the mean of their ranks. */
function ranks(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  return values.map((value) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2);
}

function pearson(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  const product = (x: readonly number[], y: readonly number[], mx: number, my: number): number =>
    x.reduce((sum, value, at) => sum + (value - mx) * ((y[at] ?? 0) - my), 0);
  return product(a, b, meanA, meanB) / Math.sqrt(product(a, a, meanA, meanA) * product(b, b, meanB, meanB));
}
