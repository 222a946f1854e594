import type { Gap } from "../../../model/artifact.ts";
import type { ConnectionCapacity, DatabaseSession, SessionState } from "../../../model/contention.ts";
import { redactSql } from "../../../sql/redact.ts";
import { plural } from "../../../util/units.ts";
import { present } from "../../engine.ts";
import { isOwnQuery } from "../own-statements.ts";
import { bool, int, isoTimeOrNull, numberOrNull, text, textOrNull } from "../rows.ts";
import type { PostgresSession, Row } from "../session.ts";
import { defineCollector } from "./collector.ts";
import { grantMonitor } from "./grants.ts";

// Without pg_read_all_stats the kind of a foreign session is hidden too; one with database and role is a client's.
const CLIENTS = `(a.backend_type = 'client backend'
          or (a.backend_type is null and a.datid is not null and a.usesysid is not null))`;

const SESSIONS = `
  select a.pid                                                             as pid,
         a.datname::text                                                   as database,
         a.usename::text                                                   as role_name,
         a.application_name                                                as application,
         coalesce(a.client_hostname, host(a.client_addr),
                  case when a.client_port = -1 then 'local' end)           as client,
         a.state                                                           as state,
         a.wait_event_type                                                 as wait_event_type,
         a.wait_event                                                      as wait_event,
         a.backend_start                                                   as started_at,
         extract(epoch from clock_timestamp() - a.xact_start)::float8      as transaction_seconds,
         extract(epoch from clock_timestamp() - a.query_start)::float8     as query_seconds,
         extract(epoch from clock_timestamp() - a.state_change)::float8    as state_seconds,
         a.query                                                           as query,
         a.backend_xid is not null or a.backend_xmin is not null           as holds_snapshot,
         a.backend_type is null                                            as is_hidden
    from pg_stat_activity a
   where ${CLIENTS}
     and a.pid <> pg_backend_pid()
     and a.application_name is distinct from 'dbperf'
   order by a.backend_start, a.pid`;

const CAPACITY = `
  select current_setting('max_connections')::int                                   as max_connections,
         current_setting('superuser_reserved_connections')::int
           + coalesce(current_setting('reserved_connections', true)::int, 0)       as reserved,
         (select count(*)::int from pg_stat_activity a where ${CLIENTS})           as client_connections`;

// A superuser is not bound by its role's limit; -2 marks a database whose creation broke off.
const LIMITS = `
  select 'database' as kind, d.datname::text as name, d.datconnlimit as connection_limit,
         (select count(*)::int from pg_stat_activity a where a.datid = d.oid and ${CLIENTS}) as used
    from pg_database d
   where d.datconnlimit >= 0 and d.datallowconn
  union all
  select 'role', r.rolname::text, r.rolconnlimit,
         (select count(*)::int from pg_stat_activity a where a.usesysid = r.oid and ${CLIENTS})
    from pg_roles r
   where r.rolconnlimit >= 0 and r.rolcanlogin and not r.rolsuper
   order by 1, 2`;

const STATES: Readonly<Record<string, SessionState>> = {
  active: "active",
  idle: "idle",
  "idle in transaction": "idle-in-transaction",
  "idle in transaction (aborted)": "idle-in-transaction-aborted",
  "fastpath function call": "fastpath",
  disabled: "disabled",
};

export const sessions = defineCollector({
  artifact: "sessions",
  hint: grantMonitor,
  async collect(session, { keepLiterals }) {
    const rows = await session.read(SESSIONS, [], (row) => ({
      session: sessionFromRow(row, keepLiterals),
      isHidden: bool(row, "is_hidden"),
      isOwn: isOwnQuery(textOrNull(row, "query") ?? ""),
    }));
    const others = rows.filter(({ isOwn }) => !isOwn);
    const items = others.filter(({ isHidden }) => !isHidden).map((row) => row.session);
    const hiddenCount = others.length - items.length;
    const capacity = await readCapacity(session);
    return present({ items, hiddenCount, capacity }, "pg_stat_activity", hiddenGaps(hiddenCount, session));
  },
});

function sessionFromRow(row: Row, keepLiterals: boolean): DatabaseSession {
  const query = redactSql(textOrNull(row, "query") ?? "", { dialect: "postgres", keepLiterals });
  return {
    pid: int(row, "pid"),
    database: textOrNull(row, "database"),
    user: textOrNull(row, "role_name"),
    application: textOrNull(row, "application") || null,
    client: textOrNull(row, "client"),
    state: STATES[textOrNull(row, "state") ?? ""] ?? "unknown",
    waitEventType: textOrNull(row, "wait_event_type"),
    waitEvent: textOrNull(row, "wait_event"),
    startedAt: isoTimeOrNull(row, "started_at"),
    transactionSeconds: age(row, "transaction_seconds"),
    querySeconds: age(row, "query_seconds"),
    stateSeconds: age(row, "state_seconds"),
    query: query.text === "" ? null : query.text,
    tags: query.tags,
    holdsSnapshot: bool(row, "holds_snapshot"),
    // Only client backends are listed; a leader is named for parallel workers alone.
    leaderPid: null,
  };
}

/** A clock that was set back gives no negative age. */
function age(row: Row, column: string): number | null {
  const seconds = numberOrNull(row, column);
  return seconds === null ? null : Math.max(0, seconds);
}

async function readCapacity(session: PostgresSession): Promise<ConnectionCapacity> {
  const [capacity] = await session.read(CAPACITY, [], (row) => ({
    maxConnections: int(row, "max_connections"),
    reserved: int(row, "reserved"),
    clientConnections: int(row, "client_connections"),
  }));
  if (capacity === undefined) throw new Error("the server did not say how many connections it takes");
  return { ...capacity, limits: await session.read(LIMITS, [], limitFromRow) };
}

function limitFromRow(row: Row): ConnectionCapacity["limits"][number] {
  return {
    kind: text(row, "kind") === "role" ? "role" : "database",
    name: text(row, "name"),
    limit: int(row, "connection_limit"),
    used: int(row, "used"),
  };
}

function hiddenGaps(count: number, session: PostgresSession): Gap[] {
  if (count === 0) return [];
  const what = `state and statement of ${plural(count, "session")} of other roles`;
  return [{ what, reason: "permission-denied", hint: grantMonitor(session) }];
}
