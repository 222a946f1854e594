import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { ExplainOutcome } from "../../src/engines/postgres/plan/explain.ts";
import { normalizePlan } from "../../src/engines/postgres/plan/normalize.ts";
import type {
  TwinColumnStatistic,
  TwinIndex,
  TwinRelation,
  TwinSize,
  TwinSource,
} from "../../src/engines/postgres/what-if/twin-source.ts";

/** A recorded database: what a twin is built of, its statements, and the plans that its server made for them. */
export interface StoredTarget {
  readonly source: TwinSource;
  readonly statements: ReadonlyMap<string, string>;
  readonly plans: ReadonlyMap<string, ExplainOutcome>;
}

interface StoredRelation {
  readonly name: string;
  readonly kind: "r" | "i";
  readonly pages: number;
  readonly tuples: number;
  readonly allVisible: number;
  readonly sizeBytes: number;
}

type StoredStatistic = Readonly<
  Record<"tablename" | "attname", string> &
    Record<"null_frac" | "avg_width" | "n_distinct", number> &
    Record<"most_common_vals" | "most_common_freqs" | "histogram_bounds", string | null> &
    Record<"most_common_elems" | "most_common_elem_freqs" | "elem_count_histogram", string | null>
> & { readonly inherited: boolean; readonly correlation: number | null };

interface StoredStatistics {
  readonly relations: readonly StoredRelation[];
  readonly columns: readonly StoredStatistic[];
  readonly settings: readonly { readonly name: string; readonly setting: string }[];
}

/** Reads one folder of the bench's data: `schema.sql`, `statistics.json.gz`, `plans.json.gz`, `queries/*.sql`. */
export function readStoredTarget(folder: string): StoredTarget {
  // The files are the bench's own, written by one program: their shape is not checked.
  const statistics = readJson(join(folder, "statistics.json.gz")) as StoredStatistics;
  const { plans } = readJson(join(folder, "plans.json.gz")) as { plans: Readonly<Record<string, unknown>> };
  const schema = readFileSync(join(folder, "schema.sql"), "utf8");
  const queries = join(folder, "queries");
  return {
    source: sourceOf(schema, statistics),
    statements: new Map(
      readdirSync(queries)
        .sort()
        .map((file) => [basename(file, ".sql"), readFileSync(join(queries, file), "utf8")]),
    ),
    plans: new Map(Object.entries(plans).map(([name, plan]) => [name, planned(plan)])),
  };
}

function planned(plan: unknown): ExplainOutcome {
  const root = normalizePlan([{ Plan: plan }], { keepLiterals: false, bareRelations: true });
  return { status: "planned", root, source: "explain", repairs: [] };
}

function sourceOf(schema: string, { relations, columns, settings }: StoredStatistics): TwinSource {
  const sizes = new Map(relations.map((relation) => [relation.name, sizeOf(relation)]));
  return {
    server: { versionNumber: 150020, collation: { provider: "c", locale: "C" } },
    // The plans were made by one process, without JIT.
    settings: [...settings, { name: "max_parallel_workers_per_gather", setting: "0" }],
    searchPath: ["public"],
    extensions: [],
    objects: [],
    relations: tablesOf(schema, sizes),
    ...keysOf(schema, sizes),
    columnStatistics: columns.map(statisticOf),
    extendedStatistics: [],
    gaps: [],
  };
}

function sizeOf({ sizeBytes, pages, tuples, allVisible }: StoredRelation): TwinSize {
  return { pages: sizeBytes / 8192, knownPages: pages, knownRows: tuples, allVisiblePages: allVisible };
}

function tablesOf(schema: string, sizes: ReadonlyMap<string, TwinSize>): TwinRelation[] {
  return [...schema.matchAll(/CREATE TABLE public\.(\w+) \(\n([\s\S]*?)\n\);/g)].map(([, name = "", body = ""]) => ({
    schema: "public",
    name,
    kind: "table",
    columns: [...body.matchAll(/^ +(\w+) (.*?)( NOT NULL)?,?$/gm)].map(([, column = "", type = "", notNull]) => ({
      name: column,
      type,
      collation: null,
      notNull: notNull !== undefined,
      generated: null,
    })),
    query: null,
    partitionKey: null,
    partitionBound: null,
    parents: [],
    options: [],
    size: sizes.get(name) ?? null,
  }));
}

function keysOf(schema: string, sizes: ReadonlyMap<string, TwinSize>): Pick<TwinSource, "indexes" | "constraints"> {
  const keys = [...schema.matchAll(/ALTER TABLE ONLY public\.(\w+)\s+ADD CONSTRAINT (\w+) (PRIMARY KEY \(.*?\));/g)];
  const named = keys.map(([, table = "", name = "", definition = ""]) => ({
    name,
    table: { schema: "public", name: table },
    definition,
  }));
  return {
    constraints: named.map((one) => ({ ...one, kind: "primary-key" })),
    indexes: named.map(
      (one): TwinIndex => ({
        ...one,
        schema: "public",
        method: "btree",
        isConstraint: true,
        parent: null,
        size: sizes.get(one.name) ?? null,
      }),
    ),
  };
}

function statisticOf(row: StoredStatistic): TwinColumnStatistic {
  return {
    relation: { schema: "public", name: row.tablename },
    column: row.attname,
    inherited: row.inherited,
    nullFraction: row.null_frac,
    averageWidth: row.avg_width,
    distinct: row.n_distinct,
    mostCommonValues: row.most_common_vals,
    mostCommonFrequencies: row.most_common_freqs,
    histogramBounds: row.histogram_bounds,
    correlation: row.correlation,
    mostCommonElements: row.most_common_elems,
    mostCommonElementFrequencies: row.most_common_elem_freqs,
    elementCountHistogram: row.elem_count_histogram,
    rangeLengthHistogram: null,
    rangeEmptyFraction: null,
    rangeBoundsHistogram: null,
  };
}

function readJson(path: string): unknown {
  return JSON.parse(gunzipSync(readFileSync(path)).toString("utf8"));
}
