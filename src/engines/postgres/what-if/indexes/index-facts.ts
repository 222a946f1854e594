import { readFileSync } from "node:fs";
import { join } from "node:path";
import { planOf } from "../../plan/normalize.ts";
import { bool, int, intOrNull, numberOrNull, objectArray, text, textOrNull } from "../../rows.ts";
import type { Query, Row } from "../../session.ts";
import type { IndexColumn, IndexShape } from "./index-pages.ts";

// A key of no known spread is unique where the type says so little; null bytes where its type varies in length.
const FACTS = `
  select m.amname::text                         as method,
         i.indrelid::regclass::text             as table_name,
         pg_get_expr(i.indpred, i.indrelid)     as predicate,
         pg_relation_filepath(c.oid)            as path,
         (pg_relation_size(i.indrelid) / current_setting('block_size')::bigint)::int4 as table_pages,
         (select substring(option from '\\d+')::int4 from unnest(c.reloptions) option
           where option like 'fillfactor=%')    as fill_factor,
         (select json_agg(json_build_object(
                   'is_included', k > i.indnkeyatts,
                   'expression',  case when i.indkey[k - 1] = 0 then pg_get_indexdef(c.oid, k, true) end,
                   'width',       coalesce(s.stawidth, case when t.typlen > 0 then t.typlen::int4 end),
                   'align',       case when t.typlen < 0 then 1 when t.typalign = 'd' then 8 when t.typalign = 'i' then 4
                                       when t.typalign = 's' then 2 else 1 end,
                   'is_padded',   t.typname = 'bpchar',
                   'distinct',    s.stadistinct,
                   'nulls',       s.stanullfrac,
                   'elements',    case when o.opcname = 'gin_trgm_ops' then s.stawidth + 1 else v.elements end) order by k)
            from generate_series(1, i.indnatts::int4) k
            join pg_attribute a      on a.attrelid = c.oid and a.attnum = k
            left join pg_attribute b on b.attrelid = i.indrelid and b.attnum = i.indkey[k - 1] and b.attnum > 0
            left join pg_opclass o   on k <= i.indnkeyatts and o.oid = i.indclass[k - 1]
            join pg_type t           on t.oid = coalesce(b.atttypid, a.atttypid)
            left join pg_statistic s on not s.stainherit and s.starelid = i.indrelid and s.staattnum = i.indkey[k - 1]
            left join lateral (
                 select p.elem_count_histogram[array_length(p.elem_count_histogram, 1)]::float8 as elements
                   from pg_stats p
                  where (p.schemaname, p.tablename, p.attname) = (n.nspname, r.relname, b.attname)
                  limit 1) v on true) as columns,
         (select max((d.n_distinct::text::json ->> combination.key)::float8)
            from pg_stats_ext d
           cross join (select string_agg(number::text, ', ' order by number) as key
                         from unnest((i.indkey::int2[])[0:i.indnkeyatts - 1]) number) combination
           where d.schemaname = n.nspname and d.tablename = r.relname) as combinations
    from pg_index i
    join pg_class c     on c.oid = i.indexrelid
    join pg_class r     on r.oid = i.indrelid
    join pg_namespace n on n.oid = r.relnamespace
    join pg_am m        on m.oid = c.relam
   where c.oid = $1::oid`;

interface FactColumn extends IndexColumn {
  readonly isIncluded: boolean;
  /** `char(n)` */
  readonly isPadded: boolean;
  readonly expression: string | null;
  /** Has statistics. */
  readonly isKnown: boolean;
  readonly distinct: number | null;
  readonly nullFraction: number;
}

const DEFAULT_WIDTH_BYTES = 32;

/** Where a meta page of a B-tree says whether equal keys may share an entry. */
const ALL_EQUAL_IMAGE = 64;

export interface ShapeContext {
  readonly query: Query;
  /** The twin's data directory. */
  readonly directory: string;
  /** Of the target: majors differ in how they store keys. */
  readonly majorVersion: number;
}

/** What the size of a new index follows from: catalogue, statistics and, for predicates and expressions, the planner. */
export async function indexShape({ query, directory, majorVersion }: ShapeContext, oid: string): Promise<IndexShape> {
  const [row] = await query(FACTS, [oid]);
  if (row === undefined) throw new Error(`no index ${oid}`);
  const from = fromClause(row);
  const rows = await plannedRows(query, `select ${from}`);
  const columns = await resolved(query, from, objectArray(row, "columns").map(columnFromRow));
  const keys = columns.filter(({ isIncluded }) => !isIncluded);
  const nullShare = keys.reduce((share, { nullFraction }) => share * nullFraction, keys.length === 0 ? 0 : 1);
  return {
    method: text(row, "method"),
    rows,
    tablePages: int(row, "table_pages"),
    entries: entriesOf(numberOrNull(row, "combinations"), keys, rows),
    nullRows: nullShare * rows,
    keys,
    isGuessed: keys.some(({ expression, isKnown }) => expression !== null && !isKnown),
    included: columns.filter(({ isIncluded }) => isIncluded),
    deduplicates: isDeduplicating(majorVersion, keys) && isEqualImage(join(directory, text(row, "path"))),
    fillFactor: intOrNull(row, "fill_factor"),
  };
}

/** B-trees have done it since 13; char(n) was seen left out on 15 and taken in on 18, and counts as left out between. */
function isDeduplicating(majorVersion: number, keys: readonly FactColumn[]): boolean {
  return majorVersion >= 18 || (majorVersion >= 13 && !keys.some(({ isPadded }) => isPadded));
}

function isEqualImage(path: string): boolean {
  return readFileSync(path)[ALL_EQUAL_IMAGE] === 1;
}

function fromClause(row: Row): string {
  const predicate = textOrNull(row, "predicate");
  return `from only ${text(row, "table_name")}${predicate === null ? "" : ` where ${predicate}`}`;
}

/** Columns are taken as independent of each other, unless extended statistics know their combinations. */
function entriesOf(combinations: number | null, keys: readonly FactColumn[], rows: number): number {
  const product = keys.reduce(
    (all, { distinct }) => all * (distinct === null ? rows : distinctCount(distinct, rows)),
    1,
  );
  return Math.min(rows, combinations ?? product);
}

function distinctCount(distinct: number, rows: number): number {
  return Math.max(1, distinct < 0 ? -distinct * rows : distinct);
}

/** Expressions have no statistics of their own yet: the planner's guess of their width and spread stands in. */
async function resolved(query: Query, from: string, columns: readonly RawColumn[]): Promise<FactColumn[]> {
  const result: FactColumn[] = [];
  for (const column of columns) {
    const { expression } = column;
    const guess = expression === null || column.distinct !== null ? null : await guessOf(query, expression, from);
    const widthBytes = column.widthBytes ?? guess?.widthBytes ?? DEFAULT_WIDTH_BYTES;
    result.push({ ...column, widthBytes, distinct: column.distinct ?? guess?.distinct ?? null });
  }
  return result;
}

interface Guess {
  readonly widthBytes: number;
  readonly distinct: number;
}

async function guessOf(query: Query, expression: string, from: string): Promise<Guess> {
  const [plan] = await query(`explain (format json) select (${expression}) as key ${from} group by 1`);
  const root = planOf(plan?.["QUERY PLAN"]);
  return {
    widthBytes: Math.max(1, Number(root?.["Plan Width"] ?? DEFAULT_WIDTH_BYTES)),
    distinct: Math.max(1, Number(root?.["Plan Rows"] ?? 1)),
  };
}

async function plannedRows(query: Query, select: string): Promise<number> {
  const [plan] = await query(`explain (format json) ${select}`);
  return Number(planOf(plan?.["QUERY PLAN"])?.["Plan Rows"] ?? 0);
}

interface RawColumn extends Omit<FactColumn, "widthBytes"> {
  readonly widthBytes: number | null;
}

function columnFromRow(row: Row): RawColumn {
  return {
    isIncluded: bool(row, "is_included"),
    isPadded: bool(row, "is_padded"),
    expression: textOrNull(row, "expression"),
    isKnown: numberOrNull(row, "distinct") !== null,
    widthBytes: intOrNull(row, "width"),
    alignBytes: int(row, "align"),
    distinct: numberOrNull(row, "distinct"),
    nullFraction: numberOrNull(row, "nulls") ?? 0,
    elements: numberOrNull(row, "elements"),
  };
}
