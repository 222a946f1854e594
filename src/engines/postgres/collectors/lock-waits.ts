import type { Gap } from "../../../model/artifact.ts";
import type { LockWait } from "../../../model/contention.ts";
import { quoteRelation } from "../../../sql/identifiers.ts";
import { type CollectContext, present } from "../../engine.ts";
import { int, numberOrNull, text, textOrNull } from "../rows.ts";
import type { PostgresSession, Row } from "../session.ts";
import { defineCollector } from "./collector.ts";
import { grantMonitor } from "./grants.ts";

// Joins over pg_locks alone name wrong blockers (queued requests, row locks): pg_blocking_pids knows.
function lockWaitsSql(majorVersion: number): string {
  return `
  with waiting as materialized (
    select a.pid, a.query_start, ${majorVersion >= 13 ? "coalesce(a.leader_pid, a.pid)" : "a.pid"} as shown_pid
      from pg_stat_activity a
     where a.wait_event_type = 'Lock'
  ), edges as materialized (
    select w.pid, w.query_start, w.shown_pid, b.pid as blocker_pid
      from waiting w
     cross join lateral unnest(pg_blocking_pids(w.pid)) b (pid)
  )
  select distinct on (e.shown_pid, e.blocker_pid)
         e.shown_pid        as waiter_pid,
         e.blocker_pid      as blocker_pid,
         extract(epoch from clock_timestamp() - ${majorVersion >= 14 ? "l.waitstart" : "e.query_start"})::float8 as wait_seconds,
         l.mode             as mode,
         l.locktype         as object_kind,
         n.nspname::text    as schema_name,
         c.relname::text    as relation_name
    from edges e
    left join pg_locks l     on l.pid = e.pid and not l.granted
    left join pg_class c     on c.oid = l.relation
                            and l.database in (0, (select d.oid from pg_database d where d.datname = current_database()))
    left join pg_namespace n on n.oid = c.relnamespace
   where e.blocker_pid <> e.shown_pid
   order by e.shown_pid, e.blocker_pid, 3 desc nulls last`;
}

export const lockWaits = defineCollector({
  artifact: "lockWaits",
  hint: grantMonitor,
  async collect(session, context) {
    const waits = await session.read(lockWaitsSql(session.majorVersion), [], (row) =>
      lockWaitFromRow(row, session.majorVersion),
    );
    return present(waits, "pg_blocking_pids, pg_locks", hiddenGaps(session, context));
  },
});

/** `majorVersion` tells what `wait_seconds` means: since 14 the wait, before it the whole statement. */
function lockWaitFromRow(row: Row, majorVersion: number): LockWait {
  const relation = textOrNull(row, "relation_name");
  const seconds = numberOrNull(row, "wait_seconds");
  return {
    waiterPid: int(row, "waiter_pid"),
    blockerPid: int(row, "blocker_pid"),
    waitSeconds: seconds === null ? null : Math.max(0, seconds),
    isUpperBound: majorVersion < 14,
    mode: textOrNull(row, "mode"),
    objectKind: textOrNull(row, "object_kind"),
    relation: relation === null ? null : quoteRelation({ schema: text(row, "schema_name"), name: relation }),
  };
}

function hiddenGaps(session: PostgresSession, { collected }: CollectContext): Gap[] {
  const { sessions } = collected;
  if (sessions?.status !== "present" || sessions.value.hiddenCount === 0) return [];
  return [{ what: "lock waits of other roles' sessions", reason: "permission-denied", hint: grantMonitor(session) }];
}
