import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Twin } from "../../src/engines/postgres/what-if/twin.ts";

interface BuiltIndex {
  readonly table: string;
  readonly columns: readonly string[];
  readonly realMB: number;
}

/** The estimated size of an index on the twin beside that of the same index really built. */
export interface SizeComparison {
  readonly index: string;
  readonly realMB: number;
  readonly twinMB: number;
}

/** Creates the recorded indexes of a folder one by one. Sizes under 0.5 MB are recorded too coarsely to compare. */
export async function compareIndexSizes(twin: Twin, folder: string): Promise<readonly SizeComparison[]> {
  const text = readFileSync(join(folder, "built-index-sizes.json"), "utf8");
  const { indexes } = JSON.parse(text) as { indexes: readonly BuiltIndex[] };
  const sizes: SizeComparison[] = [];
  for (const { table, columns, realMB } of indexes) {
    if (realMB < 0.5) continue;
    const index = `${table} (${columns.join(", ")})`;
    const outcome = await twin.createIndex(`create index on ${index}`);
    if (outcome.status === "refused") throw new Error(`${index}: ${outcome.because}`);
    sizes.push({ index, realMB, twinMB: outcome.index.sizeBytes / 1e6 });
    await twin.setVisible(outcome.index.oids, false);
  }
  return sizes;
}
