import { join } from "node:path";
import { int, text, textOrNull } from "../../rows.ts";
import type { Row } from "../../session.ts";
import type { TwinSize, TwinSource } from "../twin-source.ts";
import { btreeHeight } from "./btree-file.ts";
import type { Cluster } from "./cluster.ts";
import { extendBtree, extendRelation } from "./relation-file.ts";

/** A relation of the twin, by its names there. */
export interface SizedRelation {
  readonly schema: string;
  readonly name: string;
  readonly size: TwinSize;
}

interface RelationFile {
  readonly schema: string;
  readonly name: string;
  /** Relative to the data directory; null for a partitioned table or index, which has no file. */
  readonly path: string | null;
  readonly method: string;
  readonly keyBytes: number;
}

// A key column without statistics counts with its type's size, 32 bytes where that varies.
const FILES = `
  select n.nspname::text as schema_name,
         c.relname::text as relation_name,
         case when c.relkind in ('r', 'i') then pg_relation_filepath(c.oid) end as path,
         coalesce(m.amname, '')::text as method,
         coalesce((
           select sum(coalesce(s.stawidth, case when t.typlen > 0 then t.typlen else 32 end))::int4
             from pg_index i
            cross join lateral generate_series(1, i.indnkeyatts::int4) k
             join pg_attribute a      on a.attrelid = i.indexrelid and a.attnum = k
             join pg_type t           on t.oid = a.atttypid
             left join pg_statistic s on not s.stainherit
                                     and (s.starelid = i.indrelid and s.staattnum = i.indkey[k - 1]
                                          or s.starelid = i.indexrelid and s.staattnum = k)
            where i.indexrelid = c.oid), 0) as key_bytes
    from json_to_recordset($1::json) wanted (schema text, name text)
    join pg_namespace n on n.nspname = wanted.schema
    join pg_class c     on c.relnamespace = n.oid and c.relname = wanted.name
    left join pg_am m   on m.oid = c.relam`;

const SET_SIZES = `
  update pg_class c
     set relpages = wanted.pages, reltuples = wanted.rows, relallvisible = wanted.visible
    from json_to_recordset($1::json) wanted (schema text, name text, pages int, rows real, visible int)
    join pg_namespace n on n.nspname = wanted.schema
   where c.relnamespace = n.oid and c.relname = wanted.name`;

/** Relations and indexes of a source whose size is known. */
export function sizedRelations({ relations, indexes }: TwinSource): readonly SizedRelation[] {
  return [...relations, ...indexes].flatMap(({ schema, name, size }) =>
    size === null ? [] : [{ schema, name, size }],
  );
}

/**
 * Gives files and catalogue the sizes of the target. An index's size has to be set before the planner first looks at
 * it, and after the statistics, which tell the width of its keys.
 */
export async function setSizes({ database, directory }: Cluster, sized: readonly SizedRelation[]): Promise<void> {
  const { rows } = await database.query<Row>(FILES, [
    JSON.stringify(sized.map(({ schema, name }) => ({ schema, name }))),
  ]);
  const files = new Map(rows.map(fileFromRow).map((file) => [key(file), file]));
  for (const relation of sized) {
    const file = files.get(key(relation));
    if (file !== undefined && file.path !== null) extendFile(join(directory, file.path), file, relation.size.pages);
  }
  const wanted = sized.map(({ schema, name, size }) => ({
    schema,
    name,
    pages: size.knownPages,
    rows: size.knownRows,
    visible: size.allVisiblePages,
  }));
  await database.query(SET_SIZES, [JSON.stringify(wanted)]);
}

function extendFile(path: string, { method, keyBytes }: RelationFile, pages: number): void {
  // A B-tree of nothing but its meta page is one of an empty table.
  if (method === "btree" && pages > 1) extendBtree(path, pages, btreeHeight(pages, keyBytes));
  else extendRelation(path, pages);
}

function fileFromRow(row: Row): RelationFile {
  return {
    schema: text(row, "schema_name"),
    name: text(row, "relation_name"),
    path: textOrNull(row, "path"),
    method: text(row, "method"),
    keyBytes: int(row, "key_bytes"),
  };
}

function key({ schema, name }: { readonly schema: string; readonly name: string }): string {
  return JSON.stringify([schema, name]);
}
