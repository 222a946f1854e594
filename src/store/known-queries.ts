import type { Database } from "better-sqlite3";
import type { Int8Text, IsoTime, Target } from "../model/primitives.ts";

/** A `?` stands for a literal that redaction took out: such a text does not run, so it has to be fetched again. */
const KNOWN_QUERIES = `
select q.query_id as queryId, s.query
from   query_ids q
join   targets t on t.id = q.target_id
join   statement_texts s on s.id = q.statement_text_id
where  t.engine = ? and t.host = ? and t.port = ? and t.database = ?
and    q.database = t.database
and    q.server_life = ?
and    s.kind in ('select', 'insert', 'update', 'delete', 'merge')
and    instr(s.query, '?') = 0`;

/**
 * What query ids are good for: they are made of object ids, so that after a rebuild behind the same address, or an
 * upgrade, an old id may name another statement. Null where the server does not say when it started.
 */
export function serverLife(majorVersion: number, startedAt: IsoTime | null): string | null {
  return startedAt === null ? null : `${majorVersion} since ${startedAt}`;
}

/** Texts by query id, of one life of the server; none where it is not known. */
export function knownQueries(database: Database, target: Target, life: string | null): ReadonlyMap<Int8Text, string> {
  if (life === null) return new Map();
  const rows = database
    .prepare<[string, string, number, string, string], { queryId: string; query: string }>(KNOWN_QUERIES)
    .all(target.engine, target.host, target.port, target.database, life);
  return new Map(rows.map(({ queryId, query }) => [queryId, query]));
}
