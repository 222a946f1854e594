import type { Database } from "better-sqlite3";
import type { Int8Text, Target } from "../model/primitives.ts";

/** A `?` stands for a literal that redaction took out: such a text does not run, so it has to be fetched again. */
const KNOWN_QUERIES = `
select q.query_id as queryId, s.query
from   query_ids q
join   targets t on t.id = q.target_id
join   statement_texts s on s.id = q.statement_text_id
where  t.engine = ? and t.host = ? and t.port = ? and t.database = ?
and    q.database = t.database
and    q.major_version = ?
and    s.kind in ('select', 'insert', 'update', 'delete', 'merge')
and    instr(s.query, '?') = 0`;

/** Texts by query id. Ids of another major version name other statements, and are left out. */
export function knownQueries(database: Database, target: Target, majorVersion: number): ReadonlyMap<Int8Text, string> {
  const rows = database
    .prepare<[string, string, number, string, number], { queryId: string; query: string }>(KNOWN_QUERIES)
    .all(target.engine, target.host, target.port, target.database, majorVersion);
  return new Map(rows.map(({ queryId, query }) => [queryId, query]));
}
