/** Builders of tables, indexes, constraints and what is counted of them. */
import type { ColumnStatistic, Constraint, Index, IndexKey, Table, TableStatistic } from "../rule.ts";
import { hoursAgo, relation } from "./basics.ts";

/** A table of one million rows and 100 MB. */
export function table(name: string, fields: Partial<Table> = {}): Table {
  return {
    ...relation(name),
    kind: "table",
    partitionOf: null,
    estimatedRows: 1_000_000,
    sizeBytes: 104_857_600,
    totalSizeBytes: 157_286_400,
    replicaIdentity: "default",
    storageOptions: [],
    ...fields,
  };
}

/** A valid, plain b-tree of 20 MB; keys are column names or parts of keys. */
export function index(
  name: string,
  on: string,
  keys: readonly (string | Partial<IndexKey>)[],
  fields: Partial<Index> = {},
): Index {
  return {
    ...relation(name),
    schema: relation(on).schema,
    table: relation(on),
    method: "btree",
    keys: keys.map(indexKey),
    includedColumns: [],
    predicate: null,
    isUnique: false,
    nullsNotDistinct: false,
    isPrimaryKey: false,
    constraint: null,
    referencedBy: [],
    isReplicaIdentity: false,
    isClustered: false,
    isValid: true,
    isReady: true,
    isBuilding: false,
    isPartitionedParent: false,
    partOfIndex: null,
    sizeBytes: 20_971_520,
    scans: 1_000,
    lastScanAt: null,
    definition: null,
    ...fields,
  };
}

function indexKey(key: string | Partial<IndexKey>): IndexKey {
  const plain: IndexKey = {
    column: null,
    expression: null,
    operatorClass: "int8_ops",
    collation: null,
    descending: false,
    nullsFirst: false,
  };
  return typeof key === "string"
    ? { ...plain, column: key }
    : { ...plain, nullsFirst: key.descending ?? false, ...key };
}

/** A primary key over the given columns, unless `kind` says otherwise. */
export function constraint(
  name: string,
  on: string,
  columns: readonly string[],
  fields: Partial<Constraint> = {},
): Constraint {
  return {
    name,
    table: relation(on),
    kind: "primary-key",
    columns,
    references: null,
    onDelete: null,
    onUpdate: null,
    isValidated: true,
    isInherited: false,
    ...fields,
  };
}

/** A foreign key to the columns of the same number in another table (`id` where none are named). */
export function foreignKey(
  name: string,
  on: string,
  columns: readonly string[],
  references: { readonly table: string; readonly columns?: readonly string[] },
  fields: Partial<Constraint> = {},
): Constraint {
  return constraint(name, on, columns, {
    kind: "foreign-key",
    references: { table: relation(references.table), columns: references.columns ?? ["id"] },
    onDelete: "no-action",
    onUpdate: "no-action",
    ...fields,
  });
}

/** Counters of a table with one million live rows that was analyzed an hour ago. */
export function tableStatistic(name: string, fields: Partial<TableStatistic> = {}): TableStatistic {
  return {
    ...relation(name),
    seqScans: 0,
    seqRowsRead: 0,
    indexScans: 1_000,
    indexRowsFetched: 1_000,
    rowsInserted: 0,
    rowsUpdated: 0,
    rowsHotUpdated: 0,
    rowsDeleted: 0,
    liveRows: 1_000_000,
    deadRows: 0,
    modifiedSinceAnalyze: 0,
    lastVacuumAt: null,
    lastAutovacuumAt: hoursAgo(1),
    lastAnalyzeAt: null,
    lastAutoanalyzeAt: hoursAgo(1),
    isBeingVacuumed: false,
    ...fields,
  };
}

/** Statistics of a bigint column with 1,000 distinct values. */
export function columnStatistic(on: string, column: string, fields: Partial<ColumnStatistic> = {}): ColumnStatistic {
  return {
    table: relation(on),
    column,
    type: "bigint",
    notNull: true,
    distinct: 1_000,
    nullFraction: 0,
    averageWidthBytes: 8,
    correlation: 0,
    ...fields,
  };
}
