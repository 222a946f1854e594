import type { RelationName } from "../../../../model/primitives.ts";
import { quoteIdentifier, quoteRelation } from "../../../../sql/identifiers.ts";
import { statementNames } from "../../../../sql/statement-names.ts";
import { text } from "../../rows.ts";
import type { Query, Row } from "../../session.ts";
import { PAGE_BYTES } from "../build/btree-file.ts";
import type { Cluster } from "../build/cluster.ts";
import { setSizes } from "../build/relation-sizes.ts";
import { indexShape, type ShapeContext } from "./index-facts.ts";
import { type IndexPages, indexPages } from "./index-pages.ts";

/** An index that exists on the twin alone. */
export interface TwinOnlyIndex extends RelationName {
  /** Estimated bytes, those of all partitions together. */
  readonly sizeBytes: number;
  readonly basis: IndexPages["basis"];
  /** Object ids of the index and of its parts on partitions. */
  readonly oids: readonly string[];
}

export type CreateOutcome =
  | { readonly status: "created"; readonly index: TwinOnlyIndex }
  | { readonly status: "refused"; readonly because: string };

const CREATE_INDEX = /^\s*create\s+(unique\s+)?index\b(?!\s+concurrently)/i;

// The tables' files are huge and empty: while the index is built, the tables are given the file of an empty one.
const TABLES = `
  with recursive tree (oid) as (
    select to_regclass($1)::oid where to_regclass($1) is not null
    union all
    select h.inhrelid from tree join pg_inherits h on h.inhparent = tree.oid)
  select c.oid::text as oid, c.relfilenode::text as file, c.relpages as pages, c.reltuples::float8 as rows,
         c.relallvisible as visible
    from tree
    join pg_class c on c.oid = tree.oid
   where c.relkind = 'r'`;

const LEND_FILE = `
  update pg_class set relfilenode = (select b.relfilenode from pg_class b where b.oid = 'dbperf_twin.blank'::regclass)
   where oid = any ($1::oid[])`;

const RETURN_FILES = `
  update pg_class c
     set relfilenode = was.file, relpages = was.pages, reltuples = was.rows, relallvisible = was.visible
    from json_to_recordset($1::json) was (oid oid, file oid, pages int, rows real, visible int)
   where c.oid = was.oid`;

// Invalid until it has its size: the planner keeps what it read of an index's first page.
const NEW_INDEXES = `
  with made as (
    update pg_index i set indisvalid = false
      from pg_class c
     where c.oid = i.indexrelid and c.xmin = pg_current_xact_id()::xid and c.relkind in ('i', 'I')
    returning c.oid, c.relkind, c.relname, c.relnamespace)
  select made.oid::text as oid, made.relkind::text as kind, made.relname::text as name, n.nspname::text as schema_name
    from made
    join pg_namespace n on n.oid = made.relnamespace
   order by made.oid`;

interface MadeIndex extends RelationName {
  readonly oid: string;
  /** False for the index of a partitioned table, which is its parts. */
  readonly hasFile: boolean;
}

/** Really creates an index on the twin, with the size that it would have on a target of a major version. `loadSqlParser` has to be awaited before. */
export async function createIndex(cluster: Cluster, majorVersion: number, ddl: string): Promise<CreateOutcome> {
  const table = statementNames(ddl)?.relations[0];
  if (table === undefined || !CREATE_INDEX.test(ddl))
    return { status: "refused", because: "no CREATE INDEX statement" };
  const query = queryOf(cluster);
  let made: readonly MadeIndex[];
  try {
    made = await build(cluster, query, table, ddl);
  } catch (error) {
    return { status: "refused", because: error instanceof Error ? error.message : String(error) };
  }
  return {
    status: "created",
    index: await sized(cluster, { query, directory: cluster.directory, majorVersion }, made),
  };
}

export async function dropIndex({ database }: Cluster, { schema, name }: TwinOnlyIndex): Promise<void> {
  await database.exec(`drop index ${quoteIdentifier(schema)}.${quoteIdentifier(name)}`);
}

/** The planner looks at valid indexes only. */
export async function setVisible(cluster: Cluster, oids: readonly string[], isVisible: boolean): Promise<void> {
  if (oids.length === 0) return;
  await queryOf(cluster)("update pg_index set indisvalid = $2 where indexrelid = any ($1::oid[])", [oids, isVisible]);
}

async function build(cluster: Cluster, query: Query, table: RelationName, ddl: string): Promise<readonly MadeIndex[]> {
  const { database } = cluster;
  await database.exec("create schema if not exists dbperf_twin; create table if not exists dbperf_twin.blank ()");
  await database.exec("begin");
  try {
    const tables = await query(TABLES, [quoteRelation(table)]);
    await query(LEND_FILE, [tables.map((row) => text(row, "oid"))]);
    await database.exec(ddl);
    const made = await query(NEW_INDEXES);
    await query(RETURN_FILES, [JSON.stringify(tables)]);
    await database.exec("commit");
    return made.map(madeFromRow);
  } catch (error) {
    await database.exec("rollback");
    throw error;
  }
}

async function sized(cluster: Cluster, context: ShapeContext, made: readonly MadeIndex[]): Promise<TwinOnlyIndex> {
  const [first] = made;
  if (first === undefined) throw new Error("CREATE INDEX made no index");
  let pages = 0;
  let basis: IndexPages["basis"] = "formula";
  for (const index of made) {
    if (!index.hasFile) continue;
    const shape = await indexShape(context, index.oid);
    const estimate = indexPages(shape);
    pages += estimate.pages;
    if (estimate.basis === "rough") basis = "rough";
    const size = { pages: estimate.pages, knownPages: estimate.pages, knownRows: shape.rows, allVisiblePages: 0 };
    await setSizes(cluster, [{ schema: index.schema, name: index.name, size }]);
  }
  const oids = made.map(({ oid }) => oid);
  await setVisible(cluster, oids, true);
  return { schema: first.schema, name: first.name, sizeBytes: pages * PAGE_BYTES, basis, oids };
}

function queryOf({ database }: Cluster): Query {
  return async (sql, parameters = []) => (await database.query<Row>(sql, [...parameters])).rows;
}

function madeFromRow(row: Row): MadeIndex {
  return {
    oid: text(row, "oid"),
    schema: text(row, "schema_name"),
    name: text(row, "name"),
    hasFile: text(row, "kind") === "i",
  };
}
