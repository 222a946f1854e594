import type { Gap } from "../../../../model/artifact.ts";
import { plural } from "../../../../util/units.ts";
import { bool, int, isRow, number, numberOrNull, text, textOrNull } from "../../rows.ts";
import type { Query, Row } from "../../session.ts";
import type { TwinColumnStatistic, TwinExtendedStatistic } from "../twin-source.ts";

/** Ranges have had their statistics in the view since 17. */
const rangeColumns = (majorVersion: number): string =>
  majorVersion >= 17
    ? `s.range_length_histogram::text as range_length_histogram,
         s.range_empty_frac::float8      as range_empty_fraction,
         s.range_bounds_histogram::text  as range_bounds_histogram`
    : `null::text as range_length_histogram, null::float8 as range_empty_fraction, null::text as range_bounds_histogram`;

// Statistics of an expression stand under the name of its index.
const statisticsSql = (majorVersion: number): string => `
  with wanted as (
    select c.oid, c.relnamespace, c.relname from pg_class c where c.oid = any ($1::oid[])
    union all
    select c.oid, c.relnamespace, c.relname
      from pg_index i join pg_class c on c.oid = i.indexrelid
     where i.indrelid = any ($1::oid[]) and i.indexprs is not null)
  select n.nspname::text                  as schema_name,
         w.relname::text                  as relation_name,
         s.attname::text                  as column_name,
         s.inherited                      as inherited,
         s.null_frac::float8              as null_fraction,
         s.avg_width                      as average_width,
         s.n_distinct::float8             as distinct_values,
         s.most_common_vals::text         as most_common_values,
         s.most_common_freqs::text        as most_common_frequencies,
         s.histogram_bounds::text         as histogram_bounds,
         s.correlation::float8            as correlation,
         s.most_common_elems::text        as most_common_elements,
         s.most_common_elem_freqs::text   as most_common_element_frequencies,
         s.elem_count_histogram::text     as element_count_histogram,
         ${rangeColumns(majorVersion)}
    from wanted w
    join pg_namespace n on n.oid = w.relnamespace
    join pg_stats s     on s.schemaname = n.nspname and s.tablename = w.relname
   order by n.nspname, w.relname, s.attname, s.inherited`;

const UNREADABLE = `
  select count(*)::int4 as columns
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
   where c.oid = any ($1::oid[]) and c.relkind in ('r', 'p', 'm')
     and not coalesce(has_column_privilege(c.oid, a.attnum, 'select'), true)`;

const extendedSql = (majorVersion: number): string => `
  select en.nspname::text                   as schema_name,
         e.stxname::text                    as statistics_name,
         n.nspname::text                    as table_schema,
         c.relname::text                    as table_name,
         pg_get_statisticsobjdef(e.oid)     as definition,
         ${majorVersion >= 15 ? "s.inherited" : "false"} as inherited,
         s.n_distinct::text                 as distinct_values,
         s.dependencies::text               as dependencies,
         s.most_common_vals is not null     as has_common_values,
         ${majorVersion >= 14 ? "e.stxexprs is not null" : "false"} as has_expressions,
         (select json_object_agg(a.attnum::text, a.attname)
            from pg_attribute a where a.attrelid = c.oid and a.attnum = any (e.stxkeys::int2[])) as columns
    from pg_statistic_ext e
    join pg_class c          on c.oid = e.stxrelid
    join pg_namespace n      on n.oid = c.relnamespace
    join pg_namespace en     on en.oid = e.stxnamespace
    left join pg_stats_ext s on s.statistics_schemaname = en.nspname
                            and s.statistics_name = e.stxname
   where c.oid = any ($1::oid[])
   order by 1, 2, 6`;

export interface CollectedStatistics {
  readonly columnStatistics: readonly TwinColumnStatistic[];
  readonly extendedStatistics: readonly TwinExtendedStatistic[];
  readonly gaps: readonly Gap[];
}

export async function collectStatistics(
  query: Query,
  majorVersion: number,
  oids: readonly string[],
): Promise<CollectedStatistics> {
  const columns = await query(statisticsSql(majorVersion), [oids]);
  const extended = await query(extendedSql(majorVersion), [oids]);
  const [unreadable] = await query(UNREADABLE, [oids]);
  const hidden = unreadable === undefined ? 0 : int(unreadable, "columns");
  const hiddenGap: Gap = {
    what: `statistics of ${plural(hidden, "column")}`,
    reason: "permission-denied",
    hint: "grant select on the tables to the role that dbperf logs in as",
  };
  return {
    columnStatistics: columns.map(statisticFromRow),
    extendedStatistics: extended.map(extendedFromRow),
    gaps: [...(hidden === 0 ? [] : [hiddenGap]), ...extended.flatMap(untransferred)],
  };
}

/** Only the lists of frequent combinations and the statistics of expressions stay behind. */
function untransferred(row: Row): Gap[] {
  const parts = [
    ...(bool(row, "has_common_values") ? ["most common combinations"] : []),
    ...(bool(row, "has_expressions") ? ["expressions"] : []),
  ];
  if (parts.length === 0) return [];
  const what = `${parts.join(" and ")} of the extended statistics ${text(row, "statistics_name")}`;
  return [{ what, reason: "unsupported-by-engine", hint: "the twin estimates as if the columns were independent" }];
}

function statisticFromRow(row: Row): TwinColumnStatistic {
  return {
    relation: { schema: text(row, "schema_name"), name: text(row, "relation_name") },
    column: text(row, "column_name"),
    inherited: bool(row, "inherited"),
    nullFraction: number(row, "null_fraction"),
    averageWidth: number(row, "average_width"),
    distinct: number(row, "distinct_values"),
    mostCommonValues: textOrNull(row, "most_common_values"),
    mostCommonFrequencies: textOrNull(row, "most_common_frequencies"),
    histogramBounds: textOrNull(row, "histogram_bounds"),
    correlation: numberOrNull(row, "correlation"),
    mostCommonElements: textOrNull(row, "most_common_elements"),
    mostCommonElementFrequencies: textOrNull(row, "most_common_element_frequencies"),
    elementCountHistogram: textOrNull(row, "element_count_histogram"),
    rangeLengthHistogram: textOrNull(row, "range_length_histogram"),
    rangeEmptyFraction: numberOrNull(row, "range_empty_fraction"),
    rangeBoundsHistogram: textOrNull(row, "range_bounds_histogram"),
  };
}

function extendedFromRow(row: Row): TwinExtendedStatistic {
  const columns = row["columns"];
  return {
    schema: text(row, "schema_name"),
    name: text(row, "statistics_name"),
    table: { schema: text(row, "table_schema"), name: text(row, "table_name") },
    definition: text(row, "definition"),
    inherited: row["inherited"] === true,
    columns: isRow(columns)
      ? Object.fromEntries(Object.entries(columns).map(([key, name]) => [key, String(name)]))
      : {},
    distinct: textOrNull(row, "distinct_values"),
    dependencies: textOrNull(row, "dependencies"),
  };
}
