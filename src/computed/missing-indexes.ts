import type { ColumnStatistic, Index, Table } from "../model/catalog.ts";
import type { StatementPlan, StatementPlans } from "../model/plan.ts";
import type { RelationName } from "../model/primitives.ts";
import type { StatementStatistics } from "../model/statement.ts";
import { indexCandidate } from "./index-candidates.ts";
import { type FilteredScan, filteredScans } from "./plan-scans.ts";
import {
  columnsByTable,
  findTable,
  indexesByTable,
  relationKey,
  rootTable,
  totalRows,
  withPartitions,
} from "./relations.ts";
import { type StatementLoad, statementLoad } from "./statement-load.ts";

export interface MissingIndexInput {
  readonly plans: StatementPlans;
  readonly statements: StatementStatistics;
  readonly tables: readonly Table[];
  readonly indexes: readonly Index[];
  readonly columnStatistics: readonly ColumnStatistic[] | null;
}

export interface MissingIndexLimits {
  readonly minRows: number;
  readonly maxKept: number;
  readonly minMeanMs: number;
  readonly minCalls: number;
}

/** A scan of one statement that lacks an index; partitions of one table are one scan. */
export interface LackingScan {
  readonly scan: FilteredScan;
  readonly load: StatementLoad;
  readonly rows: number;
  readonly keptRows: number;
  /** Share of the plan's cost, 0 to 1. */
  readonly costShare: number;
}

/** One index that is missing, with every scan that lacks it, heaviest first. */
export interface MissingIndex {
  readonly table: RelationName & Pick<Table, "kind">;
  readonly columns: readonly string[];
  readonly isEstimateKnown: boolean;
  readonly scans: readonly LackingScan[];
  /** Planner's rows of the table, partitions summed. */
  readonly rows: number;
  readonly sizeBytes: number | null;
  /** Share of the database's statement time that the scans have by the plan's cost, 0 to 1. */
  readonly share: number;
  readonly savesMsPerHour: number | null;
}

interface Lack extends LackingScan {
  readonly root: Table;
  readonly columns: readonly string[];
  readonly isEstimateKnown: boolean;
}

/** The indexes that explained statements lack, one for each table and list of columns, heaviest first. */
export function missingIndexes(input: MissingIndexInput, limits: MissingIndexLimits): readonly MissingIndex[] {
  const lacks = input.plans.items.flatMap((plan) => lacksOf(plan, input, limits));
  return groupBy(lacks, placeOf)
    .map((group) => toMissing(group, input.tables))
    .toSorted((a, b) => b.share - a.share);
}

function placeOf({ root, columns }: Lack): string {
  return JSON.stringify([relationKey(root), columns]);
}

function lacksOf(
  { fingerprint, root }: StatementPlan,
  input: MissingIndexInput,
  limits: MissingIndexLimits,
): readonly Lack[] {
  const load = statementLoad(input.statements, fingerprint);
  if (load === null || load.item.meanMs < limits.minMeanMs || load.item.calls < limits.minCalls) return [];
  const found = filteredScans(root).flatMap((scan) => {
    const lack = lackOf(scan, load, input, limits.maxKept);
    return lack === null ? [] : [lack];
  });
  return groupBy(found, placeOf).flatMap((group) => {
    const merged = mergeScans(group);
    return merged === null || merged.rows < limits.minRows || !keepsFew(merged, limits.maxKept) ? [] : [merged];
  });
}

function lackOf(scan: FilteredScan, load: StatementLoad, input: MissingIndexInput, maxKept: number): Lack | null {
  const table = findTable(input.tables, scan.relation);
  const rows = table?.estimatedRows ?? null;
  if (table === null || rows === null || scan.keptRows === null) return null;
  const root = rootTable(input.tables, table);
  const known = input.columnStatistics ?? [];
  const own = columnsByTable(known, table);
  const columns = own.length > 0 ? own : columnsByTable(known, root);
  const candidate = indexCandidate({ scan, rows, columns, indexes: indexesByTable(input.indexes, table), maxKept });
  if (candidate === null) return null;
  return { ...candidate, scan, load, root, rows, keptRows: scan.keptRows, costShare: scan.costShare };
}

/** Partitions add up. A table that one plan scans twice would too, which only makes an upper bound larger, at most 1. */
function mergeScans(group: readonly Lack[]): Lack | null {
  const [first] = group.toSorted((a, b) => b.rows - a.rows);
  if (first === undefined) return null;
  const relations = new Map(group.map((lack) => [relationKey(lack.scan.relation), lack]));
  const distinct = [...relations.values()];
  return {
    ...first,
    rows: distinct.reduce((sum, { rows }) => sum + rows, 0),
    keptRows: distinct.reduce((sum, { keptRows }) => sum + keptRows, 0),
    costShare: Math.min(
      1,
      group.reduce((sum, { costShare }) => sum + costShare, 0),
    ),
    isEstimateKnown: group.every(({ isEstimateKnown }) => isEstimateKnown),
  };
}

/** The planner's estimate, and what was counted where the scan's rows are the statement's: skewed values show there. */
function keepsFew({ scan, load, rows, keptRows }: Lack, maxKept: number): boolean {
  const counted = scan.isStatementOutput ? (load.item.rows ?? 0) / load.item.calls : 0;
  return Math.max(keptRows, counted) <= maxKept * rows;
}

function toMissing(group: readonly Lack[], tables: readonly Table[]): MissingIndex {
  const scans = group.toSorted((a, b) => b.load.item.totalMs * b.costShare - a.load.item.totalMs * a.costShare);
  const [first] = scans;
  if (first === undefined) throw new Error("a group of scans is never empty");
  const { root, columns } = first;
  const saved = scans.map(({ load, costShare }) => (load.msPerHour === null ? null : load.msPerHour * costShare));
  const sizes = withPartitions(tables, root).flatMap(({ sizeBytes }) => (sizeBytes === null ? [] : [sizeBytes]));
  return {
    table: { schema: root.schema, name: root.name, kind: root.kind },
    columns,
    isEstimateKnown: scans.some(({ isEstimateKnown, scan }) => isEstimateKnown || scan.isStatementOutput),
    scans,
    rows: totalRows(tables, root) ?? first.rows,
    sizeBytes: sizes.length === 0 ? null : sizes.reduce((sum, size) => sum + size, 0),
    share: Math.min(
      1,
      scans.reduce((sum, { load, costShare }) => sum + load.share * costShare, 0),
    ),
    savesMsPerHour: saved.reduce((sum: number | null, ms) => (sum === null || ms === null ? null : sum + ms), 0),
  };
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return [...groups.values()];
}
