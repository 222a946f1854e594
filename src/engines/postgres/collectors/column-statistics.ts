import type { Gap } from "../../../model/artifact.ts";
import type { ColumnStatistic } from "../../../model/catalog.ts";
import { quoteIdentifier } from "../../../sql/identifiers.ts";
import { plural } from "../../../util/units.ts";
import { present } from "../../engine.ts";
import { bool, numberOrNull, text } from "../rows.ts";
import type { PostgresSession, Row } from "../session.ts";
import { defineCollector } from "./collector.ts";
import { USER_SCHEMAS } from "./fragments.ts";
import { grantMonitor } from "./grants.ts";

/** Below this many rows no advice depends on the spread of values. */
const MINIMUM_ROWS = 1000;

// pg_stats has only what the role may read; a partitioned parent has its statistics over all partitions. The privilege
// is null for a table that another session has dropped meanwhile.
const COLUMN_STATISTICS = `
  select n.nspname::text                          as schema_name,
         c.relname::text                          as table_name,
         a.attname::text                          as column_name,
         format_type(a.atttypid, a.atttypmod)     as type,
         a.attnotnull                             as not_null,
         coalesce(has_column_privilege(c.oid, a.attnum, 'select'), true) as is_readable,
         s.n_distinct::float8                     as distinct_values,
         s.null_frac::float8                      as null_fraction,
         s.avg_width                              as average_width,
         s.correlation::float8                    as correlation
    from pg_class c
    join pg_namespace n  on n.oid = c.relnamespace
    join pg_attribute a  on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_stats s on s.schemaname = n.nspname
                        and s.tablename = c.relname
                        and s.attname = a.attname
                        and s.inherited = (c.relkind = 'p')
   where c.relkind in ('r', 'p', 'm', 'f')
     and c.reltuples >= $1
     and ${USER_SCHEMAS}
   order by n.nspname, c.relname, a.attnum`;

export const columnStatistics = defineCollector({
  artifact: "columnStatistics",
  hint: grantMonitor,
  async collect(session) {
    const rows = await session.read(COLUMN_STATISTICS, [MINIMUM_ROWS], (row) => ({
      column: columnStatisticFromRow(row),
      isReadable: bool(row, "is_readable"),
    }));
    const unreadable = rows.filter(({ isReadable }) => !isReadable).map(({ column }) => column);
    return present(
      rows.map(({ column }) => column),
      "pg_attribute, pg_stats",
      unreadableGaps(unreadable, session),
    );
  },
});

function columnStatisticFromRow(row: Row): ColumnStatistic {
  return {
    table: { schema: text(row, "schema_name"), name: text(row, "table_name") },
    column: text(row, "column_name"),
    type: text(row, "type"),
    notNull: bool(row, "not_null"),
    distinct: numberOrNull(row, "distinct_values"),
    nullFraction: numberOrNull(row, "null_fraction"),
    averageWidthBytes: numberOrNull(row, "average_width"),
    correlation: numberOrNull(row, "correlation"),
  };
}

function unreadableGaps(columns: readonly ColumnStatistic[], session: PostgresSession): Gap[] {
  if (columns.length === 0) return [];
  const tables = new Set(columns.map(({ table }) => JSON.stringify([table.schema, table.name])));
  const schemas = [...new Set(columns.map(({ table }) => quoteIdentifier(table.schema)))].sort();
  const role = quoteIdentifier(session.target.user);
  const list = schemas.join(", ");
  return [
    {
      what: `column statistics of ${plural(tables.size, "table")}`,
      reason: "permission-denied",
      hint: `grant usage on schema ${list} to ${role}; grant select on all tables in schema ${list} to ${role};`,
    },
  ];
}
