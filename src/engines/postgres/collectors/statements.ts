import type { ArtifactResult, Gap } from "../../../model/artifact.ts";
import type { Fingerprint, Int8Text, IsoTime } from "../../../model/primitives.ts";
import type {
  StatementCounters,
  StatementKind,
  StatementStatistic,
  StatementStatistics,
} from "../../../model/statement.ts";
import { fingerprintSql } from "../../../sql/fingerprint.ts";
import { redactSql } from "../../../sql/redact.ts";
import { statementKind } from "../../../sql/statement-kind.ts";
import { plural } from "../../../util/units.ts";
import { absent, type CollectContext, present } from "../../engine.ts";
import { isOwnQuery } from "../own-statements.ts";
import { isoTimeOrNull, number, text } from "../rows.ts";
import type { PostgresSession, Row } from "../session.ts";
import { defineCollector } from "./collector.ts";
import { grantMonitor } from "./grants.ts";
import { entryFromRow, mergeCounters, type StatementEntry } from "./statement-counters.ts";
import type { StatementExtension } from "./statement-extension.ts";
import { collectionOffHint, findStatementExtension, notLoaded, statementsAbsence } from "./statement-extension.ts";
import { databaseShares, totalOf } from "./statement-shares.ts";

// Every column by name: they follow the extension's version, which a pg_upgrade does not raise.
function countersSql(schema: string): string {
  return `
  select s.*, d.datname::text as dbperf_database
    from ${schema}.pg_stat_statements(false) s
    left join pg_database d on d.oid = s.dbid`;
}

/** Texts of the query ids `$1`. */
export function textsSql(schema: string): string {
  return `
  select distinct on (s.queryid) s.queryid::text as query_id, s.query as query
    from ${schema}.pg_stat_statements(true) s
   where s.queryid = any($1::bigint[]) and s.query is not null
   order by s.queryid`;
}

function resetSql(schema: string): string {
  return `
  select i.stats_reset as stats_reset_at, i.dealloc as evictions
    from ${schema}.pg_stat_statements_info i`;
}

export const statements = defineCollector({
  artifact: "statements",
  hint: grantMonitor,
  async collect(session, context) {
    const extension = await findStatementExtension(session);
    const missing = statementsAbsence(extension, session);
    if (missing !== null) return missing;
    try {
      return await readStatements(session, context, extension);
    } catch (error) {
      if (isNotLoaded(error)) return notLoaded(extension);
      throw error;
    }
  },
});

async function readStatements(
  session: PostgresSession,
  context: CollectContext,
  extension: StatementExtension,
): Promise<ArtifactResult<StatementStatistics>> {
  const entries = await session.read(countersSql(extension.schema), [], (row) =>
    entryFromRow(row, extension.timesBlocks),
  );
  const offHint = collectionOffHint(extension);
  if (entries.length === 0 && offHint !== null) return absent("setting-off", offHint);

  const chosen = entries.filter(({ database }) => context.allDatabases || database === extension.database);
  const texts = await readTexts(session, context, extension, chosen);
  const classes = classify(chosen, texts, context.keepLiterals);
  const hidden = totalOf(chosen.filter(({ queryId }) => queryId === null));
  // A role that sees nothing of others still sees its own BEGIN and ROLLBACK.
  const seesNothing = classes.items.every(({ kind }) => kind === "utility");
  if (seesNothing && hidden.calls > 0) return absent("permission-denied", grantMonitor(session));

  const { from, evictions } = await readReset(session, extension);
  const value: StatementStatistics = {
    window: { from, to: extension.now, kind: "since-reset" },
    items: classes.items,
    databases: databaseShares(entries, classes.own),
    own: totalOf(classes.own),
    hidden,
    evictions,
    extensionVersion: extension.version,
  };
  const gaps = [...hiddenGaps(hidden.calls, session), ...textlessGaps(chosen, texts)];
  return present(value, `pg_stat_statements ${extension.version ?? ""}`.trim(), gaps);
}

async function readTexts(
  session: PostgresSession,
  { knownQueries, collected: { server } }: CollectContext,
  { schema }: StatementExtension,
  entries: readonly StatementEntry[],
): Promise<ReadonlyMap<Int8Text, string>> {
  const texts = new Map<Int8Text, string>();
  const wanted: Int8Text[] = [];
  const knownTexts = knownQueries(server?.status === "present" ? server.value.startedAt : null);
  for (const id of new Set(entries.flatMap(({ queryId }) => queryId ?? []))) {
    const known = knownTexts.get(id);
    if (known === undefined) wanted.push(id);
    else texts.set(id, known);
  }
  if (wanted.length === 0) return texts;
  const fetched = await session.read(textsSql(schema), [wanted], textFromRow);
  for (const { id, query } of fetched) texts.set(id, query);
  return texts;
}

/** An id with its text, as the server has it. */
export function textFromRow(row: Row): { readonly id: Int8Text; readonly query: string } {
  return { id: text(row, "query_id"), query: text(row, "query") };
}

interface StatementClass {
  readonly fingerprint: Fingerprint;
  readonly kind: StatementKind;
  readonly query: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly database: string;
  readonly queryIds: Set<Int8Text>;
  readonly counters: StatementCounters[];
}

/** Folds entries of one shape in one database into one item; largest total time first. */
function classify(
  entries: readonly StatementEntry[],
  texts: ReadonlyMap<Int8Text, string>,
  keepLiterals: boolean,
): { readonly items: readonly StatementStatistic[]; readonly own: readonly StatementEntry[] } {
  const own: StatementEntry[] = [];
  const classes = new Map<string, StatementClass>();
  const fingerprints = new Map<Int8Text, Fingerprint>();
  for (const entry of entries) {
    const { queryId, database } = entry;
    const query = queryId === null ? undefined : texts.get(queryId);
    // Null id: hidden. No text: the entry was thrown away between the two reads.
    if (queryId === null || query === undefined || database === null) continue;
    if (isOwnQuery(query)) {
      own.push(entry);
      continue;
    }
    const fingerprint = fingerprints.get(queryId) ?? fingerprintSql(query);
    fingerprints.set(queryId, fingerprint);
    const key = JSON.stringify([database, fingerprint]);
    const group = classes.get(key) ?? newClass(fingerprint, query, database, keepLiterals);
    classes.set(key, group);
    group.queryIds.add(queryId);
    group.counters.push(entry.counters);
  }
  const items = [...classes.values()].map(toStatistic);
  return { items: items.sort((a, b) => b.totalMs - a.totalMs || compare(a.fingerprint, b.fingerprint)), own };
}

function newClass(fingerprint: Fingerprint, query: string, database: string, keepLiterals: boolean): StatementClass {
  const { text: redacted, tags } = redactSql(query, { dialect: "postgres", keepLiterals });
  const kind = statementKind(query);
  return { fingerprint, kind, query: redacted, tags, database, queryIds: new Set(), counters: [] };
}

function toStatistic({
  counters,
  queryIds,
  fingerprint,
  kind,
  query,
  tags,
  database,
}: StatementClass): StatementStatistic {
  return {
    fingerprint,
    kind,
    query,
    queryIds: [...queryIds].sort(compare),
    tags,
    database,
    ...mergeCounters(counters),
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Since extension 1.9 (PostgreSQL 14) the server says when it began and what it threw away. */
async function readReset(
  session: PostgresSession,
  { schema, version }: StatementExtension,
): Promise<{ readonly from: IsoTime | null; readonly evictions: number | null }> {
  const [major = 0, minor = 0] = (version ?? "").split(".").map(Number);
  if (major < 1 || (major === 1 && minor < 9)) return { from: null, evictions: null };
  const [reset] = await session.read(resetSql(schema), [], (row) => ({
    from: isoTimeOrNull(row, "stats_reset_at"),
    evictions: number(row, "evictions"),
  }));
  return reset ?? { from: null, evictions: null };
}

function hiddenGaps(calls: number, session: PostgresSession): Gap[] {
  if (calls === 0) return [];
  return [{ what: "statements of other roles", reason: "permission-denied", hint: grantMonitor(session) }];
}

/** Thrown away between the two reads, or the server lost its file of texts: then every text is null. */
function textlessGaps(entries: readonly StatementEntry[], texts: ReadonlyMap<Int8Text, string>): Gap[] {
  const textless = entries.filter(({ queryId }) => queryId !== null && !texts.has(queryId));
  if (textless.length === 0) return [];
  const what = `${plural(textless.length, "statement entry", "statement entries")} without text`;
  return [{ what, reason: "failed", hint: "the server no longer had the texts; run again" }];
}

/** `pg_stat_statements must be loaded via shared_preload_libraries`. */
function isNotLoaded(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "55000";
}
