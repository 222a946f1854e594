import type { ColumnStatistic, Index } from "../model/catalog.ts";
import { leadingColumns } from "./index-keys.ts";
import type { ColumnPredicate, Conjunct } from "./plan-predicates.ts";
import type { FilteredScan } from "./plan-scans.ts";

/** Columns of an index that would find the rows that a scan keeps. */
export interface IndexCandidate {
  readonly columns: readonly string[];
  /** False where the planner's count rests on a guess: a range between parameters. */
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
const UNORDERED = /^(?:json|xml|point|box|path|circle|lseg|line|polygon)\b/;
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
    const kept = keptBy(points, columns);
    if (kept === null || kept > maxKept) return null;
  }
  if (isServed(input, points, range)) return null;
  const chosen = choosePoints(points, input.rows);
  const order = range === undefined ? scan.limitedSort : [];
  const tail = range === undefined ? order : [range];
  const all = [...new Set([...chosen.map(({ column }) => column), ...tail])];
  return { columns: all, isEstimateKnown: points.length > 0 };
}

interface Point {
  readonly column: string;
  readonly values: number;
  /** Share of rows that the condition keeps; null without statistics. */
  readonly kept: number | null;
}

function fitsType({ column, castTo, kind }: ColumnPredicate, columns: readonly ColumnStatistic[]): boolean {
  const type = columns.find((statistic) => statistic.column === column)?.type ?? null;
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
    if (!predicateHolds(index, scan.conjuncts)) return false;
    const leading = leadingColumns(index);
    const end = leading.findIndex((column) => !chosen.has(column));
    const matched = end === -1 ? leading : leading.slice(0, end);
    if (points.length === 0) return leading[0] === range;
    if (matched.length === 0) return false;
    if (matched.length === chosen.size || matched.includes(points[0]?.column ?? "")) return true;
    const kept = keptBy(
      points.filter(({ column }) => matched.includes(column)),
      columns,
    );
    return kept !== null && kept <= maxKept;
  });
}

/** True for a full index, and for a partial one whose condition the filter repeats. */
function predicateHolds({ predicate }: Index, conjuncts: readonly Conjunct[]): boolean {
  if (predicate === null) return true;
  const wanted = plainText(predicate);
  return conjuncts.some(({ sql }) => plainText(sql) === wanted);
}

function plainText(sql: string): string {
  return sql.replace(/[\s()]+/g, "").toLowerCase();
}
