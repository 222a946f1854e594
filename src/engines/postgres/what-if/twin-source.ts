import type { Gap } from "../../../model/artifact.ts";
import type { RelationName } from "../../../model/primitives.ts";

/** What the planner of one PostgreSQL database knows of the relations that some statements touch; no row of them. */
export interface TwinSource {
  readonly server: TwinServer;
  /** Planner settings as `pg_settings.setting` has them, in their base units. */
  readonly settings: readonly TwinSetting[];
  /** Schemas that unqualified names are looked up in, in order. */
  readonly searchPath: readonly string[];
  readonly extensions: readonly TwinExtension[];
  /** Types, functions, collations: DDL of what tables, indexes and views are made with. */
  readonly objects: readonly TwinObject[];
  readonly relations: readonly TwinRelation[];
  readonly indexes: readonly TwinIndex[];
  readonly constraints: readonly TwinConstraint[];
  readonly columnStatistics: readonly TwinColumnStatistic[];
  readonly extendedStatistics: readonly TwinExtendedStatistic[];
  /** What could not be read: plans that need it are not to be trusted. */
  readonly gaps: readonly Gap[];
}

export interface TwinServer {
  /** `server_version_num`: 150018. */
  readonly versionNumber: number;
  readonly collation: TwinCollation;
}

/** The database's default collation: `c` libc, `i` ICU, `b` built in. */
export interface TwinCollation {
  readonly provider: string;
  readonly locale: string;
}

export interface TwinSetting {
  readonly name: string;
  readonly setting: string;
}

export interface TwinExtension {
  readonly name: string;
  readonly schema: string;
}

export interface TwinObject {
  readonly kind: "type" | "function" | "collation";
  readonly schema: string;
  /** Qualified and quoted. */
  readonly name: string;
  readonly ddl: string;
}

/** One relation. Materialized views are here as the tables that the planner sees in them. */
export interface TwinRelation {
  readonly schema: string;
  readonly name: string;
  readonly kind: "table" | "partitioned-table" | "view";
  readonly columns: readonly TwinColumn[];
  /** Definition of a view, null for all others. */
  readonly query: string | null;
  /** `list (region)`; null unless partitioned. */
  readonly partitionKey: string | null;
  /** `FOR VALUES …`; null unless a partition whose parent is here. */
  readonly partitionBound: string | null;
  /** Parents that are here, in the order of their inheritance. */
  readonly parents: readonly RelationName[];
  /** `fillfactor=70`, `parallel_workers=4`, `security_barrier=true`. */
  readonly options: readonly string[];
  readonly size: TwinSize | null;
}

/** A relation's size as the planner reads it; pages of 8 KiB. */
export interface TwinSize {
  /** Pages of the file now. */
  readonly pages: number;
  /** Pages and rows at the last VACUUM or ANALYZE; rows −1 = never. */
  readonly knownPages: number;
  readonly knownRows: number;
  readonly allVisiblePages: number;
}

export interface TwinColumn {
  readonly name: string;
  readonly type: string;
  /** Qualified; null for the type's own. */
  readonly collation: string | null;
  readonly notNull: boolean;
  readonly generated: { readonly expression: string; readonly isStored: boolean } | null;
}

export interface TwinIndex {
  readonly schema: string;
  readonly name: string;
  readonly table: RelationName;
  readonly method: string;
  readonly definition: string;
  /** True where a constraint makes the index. */
  readonly isConstraint: boolean;
  readonly parent: RelationName | null;
  /** Null for the index of a partitioned table. */
  readonly size: TwinSize | null;
}

export interface TwinConstraint {
  readonly name: string;
  readonly table: RelationName;
  readonly kind: "primary-key" | "unique" | "exclusion" | "check" | "foreign-key";
  readonly definition: string;
}

/** A row of pg_stats, arrays of values as text. `relation` is an index for the statistics of an expression. */
export interface TwinColumnStatistic {
  readonly relation: RelationName;
  readonly column: string;
  readonly inherited: boolean;
  readonly nullFraction: number;
  readonly averageWidth: number;
  readonly distinct: number;
  readonly mostCommonValues: string | null;
  readonly mostCommonFrequencies: string | null;
  readonly histogramBounds: string | null;
  readonly correlation: number | null;
  readonly mostCommonElements: string | null;
  readonly mostCommonElementFrequencies: string | null;
  readonly elementCountHistogram: string | null;
  readonly rangeLengthHistogram: string | null;
  readonly rangeEmptyFraction: number | null;
  readonly rangeBoundsHistogram: string | null;
}

/** A row of pg_stats_ext, whose attribute numbers are those of the target. */
export interface TwinExtendedStatistic {
  readonly schema: string;
  readonly name: string;
  readonly table: RelationName;
  readonly definition: string;
  readonly inherited: boolean;
  /** Name by attribute number: dropped columns leave holes. */
  readonly columns: Readonly<Record<string, string>>;
  /** `{"1, 3": 250}`; keys are attribute numbers, expressions have negative ones. */
  readonly distinct: string | null;
  /** `{"1 => 3": 0.98}` */
  readonly dependencies: string | null;
}
