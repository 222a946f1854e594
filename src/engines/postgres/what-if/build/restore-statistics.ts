import type { PGlite } from "@electric-sql/pglite";
import type { Gap } from "../../../../model/artifact.ts";
import { quoteLiteral } from "../../../../sql/identifiers.ts";
import { int, text } from "../../rows.ts";
import type { Row } from "../../session.ts";
import type { TwinColumnStatistic, TwinExtendedStatistic } from "../twin-source.ts";
import { attributeNumbers, dependencyBytes, distinctBytes } from "./extended-statistics.ts";

// A row that the server refuses raises a warning, and false.
const RESTORE = `
  select s->>'schema' as schema_name, s->>'relation' as relation_name, s->>'column' as column_name
    from json_array_elements($1::json) s
   where not pg_restore_attribute_stats(
           'schemaname',             s->>'schema',
           'relname',                s->>'relation',
           'attname',                s->>'column',
           'inherited',              (s->>'inherited')::bool,
           'null_frac',              (s->>'nullFraction')::real,
           'avg_width',              (s->>'averageWidth')::int,
           'n_distinct',             (s->>'distinct')::real,
           'most_common_vals',       s->>'mostCommonValues',
           'most_common_freqs',      (s->>'mostCommonFrequencies')::real[],
           'histogram_bounds',       s->>'histogramBounds',
           'correlation',            (s->>'correlation')::real,
           'most_common_elems',      s->>'mostCommonElements',
           'most_common_elem_freqs', (s->>'mostCommonElementFrequencies')::real[],
           'elem_count_histogram',   (s->>'elementCountHistogram')::real[],
           'range_length_histogram', s->>'rangeLengthHistogram',
           'range_empty_frac',       (s->>'rangeEmptyFraction')::real,
           'range_bounds_histogram', s->>'rangeBoundsHistogram')`;

/** Few at a time: histograms of long texts are large. */
const BATCH = 200;

/** Gives the twin's columns the target's statistics; returns what it did not take. */
export async function restoreColumnStatistics(
  database: PGlite,
  statistics: readonly TwinColumnStatistic[],
): Promise<readonly Gap[]> {
  const gaps: Gap[] = [];
  for (let at = 0; at < statistics.length; at += BATCH) {
    const batch = statistics.slice(at, at + BATCH);
    const { refused, because } = await restoreBatch(database, batch);
    for (const column of refused) gaps.push(gap(`statistics of ${column}`, because));
  }
  return gaps;
}

interface Refusals {
  readonly refused: readonly string[];
  readonly because: string;
}

async function restoreBatch(database: PGlite, batch: readonly TwinColumnStatistic[]): Promise<Refusals> {
  const warnings: string[] = [];
  const list = batch.map(({ relation, ...rest }) => ({ ...rest, schema: relation.schema, relation: relation.name }));
  const onNotice = ({ message }: { message?: string | undefined }): number => warnings.push(message ?? "");
  try {
    const { rows } = await database.query<Row>(RESTORE, [JSON.stringify(list)], { onNotice });
    return { refused: rows.map(columnOf), because: [...new Set(warnings)].join("; ") };
  } catch (error) {
    // One value that cannot be read ends the statement: then each column for itself.
    const because = error instanceof Error ? error.message : String(error);
    const [only] = batch;
    if (batch.length === 1 && only !== undefined) return { refused: [statisticName(only)], because };
    const single: Refusals[] = [];
    for (const statistic of batch) single.push(await restoreBatch(database, [statistic]));
    return { refused: single.flatMap(({ refused }) => refused), because };
  }
}

const TWIN_NUMBERS = `
  select a.attname::text as name, a.attnum::int4 as number
    from pg_attribute a
    join pg_class c     on c.oid = a.attrelid
    join pg_namespace n on n.oid = c.relnamespace
   where n.nspname = $1 and c.relname = $2 and a.attnum > 0`;

/** Lets bytes be taken for the internal types, which have no input function. */
const CASTS = ["pg_ndistinct", "pg_dependencies"].map((type) => `create cast (bytea as ${type}) without function`);

/** The number of distinct combinations and functional dependencies; what has neither is left without. */
export async function restoreExtendedStatistics(
  database: PGlite,
  statistics: readonly TwinExtendedStatistic[],
): Promise<readonly Gap[]> {
  const gaps: Gap[] = [];
  if (statistics.length > 0) await database.exec(CASTS.join(";"));
  for (const statistic of statistics) {
    const { rows } = await database.query<Row>(TWIN_NUMBERS, [statistic.table.schema, statistic.table.name]);
    const numbers = attributeNumbers(statistic, new Map(rows.map((row) => [text(row, "name"), int(row, "number")])));
    const distinct = statistic.distinct === null ? null : distinctBytes(statistic.distinct, numbers);
    const dependencies = statistic.dependencies === null ? null : dependencyBytes(statistic.dependencies, numbers);
    const isWhole = (distinct === null) === (statistic.distinct === null);
    if (!isWhole) gaps.push(gap(`extended statistics ${statistic.name}`, "a column is missing in the twin"));
    if (distinct !== null || dependencies !== null) {
      await database.exec(insertExtended(statistic, distinct, dependencies));
    }
  }
  return gaps;
}

function insertExtended(
  statistic: TwinExtendedStatistic,
  distinct: Uint8Array | null,
  dependencies: Uint8Array | null,
): string {
  return `
    insert into pg_statistic_ext_data (stxoid, stxdinherit, stxdndistinct, stxddependencies)
    select e.oid, ${statistic.inherited}, ${bytes(distinct, "pg_ndistinct")}, ${bytes(dependencies, "pg_dependencies")}
      from pg_statistic_ext e
      join pg_namespace n on n.oid = e.stxnamespace
     where n.nspname = ${quoteLiteral(statistic.schema)} and e.stxname = ${quoteLiteral(statistic.name)}`;
}

function bytes(value: Uint8Array | null, type: string): string {
  return value === null ? "null" : `'\\x${Buffer.from(value).toString("hex")}'::bytea::${type}`;
}

function columnOf(row: Row): string {
  return `${text(row, "schema_name")}.${text(row, "relation_name")}.${text(row, "column_name")}`;
}

function statisticName({ relation, column }: TwinColumnStatistic): string {
  return `${relation.schema}.${relation.name}.${column}`;
}

function gap(what: string, hint: string): Gap {
  return { what, reason: "failed", hint };
}
