import type { ColumnStatistic, Index } from "../model/catalog.ts";
import { leadingColumns } from "./index-keys.ts";
import { type ColumnPredicate, type Conjunct, readConjuncts } from "./plan-predicates.ts";
import type { FilteredScan } from "./plan-scans.ts";

/** Columns of an index that would find the rows that a scan keeps. */
export interface IndexCandidate {
  readonly columns: readonly string[];
  /** False where the planner's count rests on the guess how wide a range between parameters is. */
  readonly isEstimateKnown: boolean;
}

export interface CandidateInput {
  readonly scan: FilteredScan;
  /** Planner's rows of the scanned relation. */
  readonly rows: number;
  /** Statistics of the relation's columns; empty where none could be read. */
  readonly columns: readonly ColumnStatistic[];
  readonly indexes: readonly Index[];
  /** Largest share of rows that is worth an index. */
  readonly maxKept: number;
}

const MAX_COLUMNS = 3;
/** What the planner takes a list of unknown length for. */
const ASSUMED_LIST_LENGTH = 10;
/** Types that have no B-tree order. */
const UNORDERED = /^(?:json|xml|point|box|path|circle|lseg|line|polygon|xid|cid|aclitem)\b/;
/** A B-tree entry holds a third of a page at most; longer values make the index, and later inserts, fail. */
const MAX_WIDTH_BYTES = 1000;
const VARCHAR = /^(?:character varying|varchar)\b/;

/** The index that a sequential scan lacks, or null: not selective enough, not answerable, or one exists already. */
export function indexCandidate(input: CandidateInput): IndexCandidate | null {
  const { scan, columns, maxKept } = input;
  const usable = scan.conjuncts.flatMap(({ predicate }) =>
    predicate !== null && fitsType(predicate, columns) ? [predicate] : [],
  );
  const points = pointColumns(usable, columns);
  const ranges = [...new Set(usable.filter(({ kind }) => kind === "range").map(({ column }) => column))];
  const range = ranges.length === 1 && !points.some(({ column }) => column === ranges[0]) ? ranges[0] : undefined;
  if (points.length === 0 && range === undefined) return null;
  // The plan's count of kept rows is the whole filter's; an index answers for the columns alone that it holds.
  if (usable.length < scan.conjuncts.length || (range === undefined && ranges.length > 0)) {
    if (!isSelective(points, columns, maxKept)) return null;
  }
  if (isServed(input, points, range)) return null;
  const chosen = choosePoints(points, input.rows);
  const order = range === undefined ? scan.limitedSort : [];
  const tail = range === undefined ? order : [range];
  const all = [...new Set([...chosen.map(({ column }) => column), ...tail])];
  return { columns: all, isEstimateKnown: range === undefined || isSelective(points, columns, maxKept) };
}

interface Point {
  readonly column: string;
  readonly values: number;
  /** Share of rows that the condition keeps; null without statistics. */
  readonly kept: number | null;
}

function fitsType({ column, castTo, kind }: ColumnPredicate, columns: readonly ColumnStatistic[]): boolean {
  const statistic = columns.find((known) => known.column === column);
  if ((statistic?.averageWidthBytes ?? 0) > MAX_WIDTH_BYTES) return false;
  const type = statistic?.type ?? null;
  if (type !== null && UNORDERED.test(type)) return false;
  if (castTo !== null) return castTo === "text" && type !== null && VARCHAR.test(type);
  return kind !== "boolean" || type === null || type === "boolean";
}

/** One point condition a column, the most selective first; a list of many values loses to one value. */
function pointColumns(usable: readonly ColumnPredicate[], columns: readonly ColumnStatistic[]): readonly Point[] {
  const byColumn = new Map<string, Point>();
  for (const { kind, column, values } of usable) {
    if (kind === "range" || byColumn.has(column)) continue;
    const statistic = columns.find((known) => known.column === column);
    const point = { column, values: kind === "list" ? (values ?? ASSUMED_LIST_LENGTH) : 1 };
    byColumn.set(column, { ...point, kept: statistic === undefined ? null : keptShare(kind, point.values, statistic) });
  }
  return [...byColumn.values()].toSorted((a, b) => (a.kept ?? 1) - (b.kept ?? 1));
}

function keptShare(
  kind: ColumnPredicate["kind"],
  values: number,
  { distinct, nullFraction }: ColumnStatistic,
): number | null {
  if (kind === "is-null") return nullFraction;
  if (distinct === null || distinct === 0) return null;
  // Negative = minus the share of rows; one row of a table of unknown size keeps next to nothing.
  const oneValue = distinct < 0 ? 0 : (1 - (nullFraction ?? 0)) / distinct;
  return Math.min(1, oneValue * values);
}

function keptBy(points: readonly Point[], columns: readonly ColumnStatistic[]): number | null {
  const known = points.flatMap(({ kept }) => (kept === null ? [] : [kept]));
  return columns.length === 0 || known.length === 0 ? null : known.reduce((product, kept) => product * kept, 1);
}

/** True where the statistics say that the points alone keep few rows. */
function isSelective(points: readonly Point[], columns: readonly ColumnStatistic[], maxKept: number): boolean {
  const kept = keptBy(points, columns);
  return kept !== null && kept <= maxKept;
}

/** Adds columns while they narrow the search: none after about ten rows, none that halves at best. */
function choosePoints(points: readonly Point[], rows: number): readonly Point[] {
  const chosen: Point[] = [];
  let left = rows;
  for (const point of points) {
    if (chosen.length === MAX_COLUMNS || (chosen.length > 0 && (left <= 10 || (point.kept ?? 0) >= 0.5))) break;
    chosen.push(point);
    left *= point.kept ?? 1;
  }
  return chosen;
}

/** An index that opens with the searched columns exists, so that the planner had the choice and did not take it. */
function isServed(
  { indexes, scan, columns, maxKept }: CandidateInput,
  points: readonly Point[],
  range: string | undefined,
): boolean {
  const chosen = new Set(points.map(({ column }) => column));
  return indexes.some((index) => {
    const fixed = predicateColumns(index, scan.conjuncts);
    if (fixed === null) return false;
    if (fixed.some((column) => chosen.has(column))) return true;
    const leading = leadingColumns(index);
    const end = leading.findIndex((column) => !chosen.has(column));
    const matched = end === -1 ? leading : leading.slice(0, end);
    if (points.length === 0) return leading[0] === range;
    if (matched.length === 0) return false;
    if (matched.length === chosen.size || matched.includes(points[0]?.column ?? "")) return true;
    return isSelective(
      points.filter(({ column }) => matched.includes(column)),
      columns,
      maxKept,
    );
  });
}

/**
 * Columns that a partial index's condition compares with values, none for a full index; null where the filter cannot
 * imply the condition. A plan for unknown values never takes such an index for `state = $1`; one for real values may.
 */
function predicateColumns({ predicate }: Index, conjuncts: readonly Conjunct[]): readonly string[] | null {
  if (predicate === null) return [];
  const repeated = new Set(conjuncts.map(({ sql }) => plainText(sql)));
  const searched = new Set(conjuncts.flatMap((conjunct) => conjunct.predicate?.column ?? []));
  const compared: string[] = [];
  for (const { sql, predicate: part } of readConjuncts(predicate, null)) {
    if (repeated.has(plainText(sql)) || searched.has(notNullColumn(sql))) continue;
    if (part === null || !searched.has(part.column)) return null;
    compared.push(part.column);
  }
  return compared;
}

/** The column of `column IS NOT NULL`, which every comparison of the column implies; empty for anything else. */
function notNullColumn(sql: string): string {
  return /^\(*"?([^"()]+?)"? IS NOT NULL\)*$/.exec(sql)?.[1] ?? "";
}

function plainText(sql: string): string {
  return sql.replace(/[\s()]+/g, "").toLowerCase();
}
