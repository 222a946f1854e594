import type { IsoTime, RelationName } from "./primitives.ts";

export type TableKind = "table" | "partitioned-table" | "materialized-view" | "foreign-table";

export interface Table extends RelationName {
  readonly kind: TableKind;
  /** The partitioned parent, where this is a partition. */
  readonly partitionOf: RelationName | null;
  /** The planner's row count; null when the table was never analyzed. */
  readonly estimatedRows: number | null;
  /** Main fork only; null for a partitioned parent, which has no storage. */
  readonly sizeBytes: number | null;
  /** With indexes and out-of-line storage. */
  readonly totalSizeBytes: number | null;
  readonly replicaIdentity: "default" | "nothing" | "full" | "index";
  readonly storageOptions: readonly string[];
}

/** One key part of an index: a column or an expression, with what makes two keys alike or not. */
export interface IndexKey {
  /** Null for an expression. */
  readonly column: string | null;
  /** Null for a plain column, and where the definition could not be read. */
  readonly expression: string | null;
  readonly operatorClass: string;
  readonly collation: string | null;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

export interface Index extends RelationName {
  readonly table: RelationName;
  readonly method: string;
  readonly keys: readonly IndexKey[];
  readonly includedColumns: readonly string[];
  /** Condition of a partial index, null for a full one. */
  readonly predicate: string | null;
  readonly isUnique: boolean;
  readonly nullsNotDistinct: boolean;
  readonly isPrimaryKey: boolean;
  /** The constraint that the index backs: primary key, unique, exclusion. */
  readonly constraint: string | null;
  /** Names of foreign keys elsewhere that depend on this index. */
  readonly referencedBy: readonly string[];
  readonly isReplicaIdentity: boolean;
  readonly isClustered: boolean;
  readonly isValid: boolean;
  readonly isReady: boolean;
  /** A session builds it at this moment. */
  readonly isBuilding: boolean;
  readonly isPartitionedParent: boolean;
  /** The index of the partitioned parent that this one belongs to. */
  readonly partOfIndex: RelationName | null;
  readonly sizeBytes: number | null;
  /** Scans since the counters were reset; null where the server does not say. */
  readonly scans: number | null;
  readonly lastScanAt: IsoTime | null;
  /** The server's own definition; null where it could not be read without waiting for a lock. */
  readonly definition: string | null;
}

export interface Constraint {
  readonly name: string;
  readonly table: RelationName;
  readonly kind: "primary-key" | "unique" | "foreign-key" | "exclusion" | "check";
  readonly columns: readonly string[];
  readonly references: { readonly table: RelationName; readonly columns: readonly string[] } | null;
  readonly onDelete: "no-action" | "restrict" | "cascade" | "set-null" | "set-default" | null;
  readonly onUpdate: "no-action" | "restrict" | "cascade" | "set-null" | "set-default" | null;
  readonly isValidated: boolean;
  /** The constraint of the partitioned parent that this one is inherited from. */
  readonly isInherited: boolean;
}

/** Cumulative access counters of one table. */
export interface TableStatistic extends RelationName {
  readonly seqScans: number;
  readonly seqRowsRead: number;
  /** Null where the table has no index. */
  readonly indexScans: number | null;
  readonly indexRowsFetched: number | null;
  readonly rowsInserted: number;
  readonly rowsUpdated: number;
  readonly rowsHotUpdated: number;
  readonly rowsDeleted: number;
  readonly liveRows: number;
  readonly deadRows: number;
  readonly modifiedSinceAnalyze: number;
  readonly lastVacuumAt: IsoTime | null;
  readonly lastAutovacuumAt: IsoTime | null;
  readonly lastAnalyzeAt: IsoTime | null;
  readonly lastAutoanalyzeAt: IsoTime | null;
  /** A vacuum of this table runs at this moment. */
  readonly isBeingVacuumed: boolean;
}

/** What the planner knows of a column's values; never a value itself. */
export interface ColumnStatistic {
  readonly table: RelationName;
  readonly column: string;
  readonly type: string;
  readonly notNull: boolean;
  /** As pg_stats has it: negative = minus the share of rows; null without statistics. */
  readonly distinct: number | null;
  readonly nullFraction: number | null;
  readonly averageWidthBytes: number | null;
  readonly correlation: number | null;
}
