import type { RefusalCause } from "../../model/log.ts";

/** A refused connection as a client of the database tells it. */
export interface FoundRefusal {
  readonly cause: RefusalCause;
  readonly user: string | null;
  readonly database: string | null;
  /** Name of the pool, else of the library that has it; null for a refusal by the server. */
  readonly pool: string | null;
  /** Null where clients of several engines write this text. */
  readonly engine: "postgres" | "mysql" | null;
}

interface KnownText {
  /** Part of every such text; a line without any is not looked at. */
  readonly stem: string;
  readonly pattern: RegExp;
  readonly engine?: FoundRefusal["engine"];
  readonly cause: RefusalCause;
  readonly pool?: string;
}

/** JSON puts a backslash before a quote; a text inside a text two or three. */
const QUOTE = '\\\\*"';

/** What servers answer, as their clients print it. First, because a pool fails as well when the server refuses it. */
const OF_SERVER: readonly KnownText[] = [
  {
    stem: "sorry, too many clients already",
    pattern: /sorry, too many clients already/,
    engine: "postgres",
    cause: "too-many-clients",
  },
  {
    stem: "remaining connection slots are reserved",
    pattern: /remaining connection slots are reserved/,
    engine: "postgres",
    cause: "reserved-slots",
  },
  {
    stem: "too many connections for ",
    pattern: new RegExp(`too many connections for role ${QUOTE}(?<user>[^"\\\\]+)${QUOTE}`),
    engine: "postgres",
    cause: "role-limit",
  },
  {
    stem: "too many connections for ",
    pattern: new RegExp(`too many connections for database ${QUOTE}(?<database>[^"\\\\]+)${QUOTE}`),
    engine: "postgres",
    cause: "database-limit",
  },
  { stem: "ER_CON_COUNT_ERROR", pattern: /ER_CON_COUNT_ERROR/, engine: "mysql", cause: "too-many-clients" },
  {
    stem: "Too many connections",
    pattern: /\b1040\b.{0,12}Too many connections|message from server: \\*"Too many connections/,
    engine: "mysql",
    cause: "too-many-clients",
  },
  {
    stem: "max_user_connections' active connections",
    pattern: /User '?(?<user>[^\s']+)'? already has more than 'max_user_connections' active connections/,
    engine: "mysql",
    cause: "role-limit",
  },
  {
    stem: "exceeded the 'max_user_connections' resource",
    pattern: /User '(?<user>[^']*)' has exceeded the 'max_user_connections' resource/,
    engine: "mysql",
    cause: "role-limit",
  },
];

/** pgbouncer writes each twice into its own log: `closing because: …` is not counted. */
const OF_POOLER: readonly KnownText[] = [
  {
    stem: "no more connections allowed (max_client_conn)",
    pattern: /(?<!closing because: )no more connections allowed \(max_client_conn\)/,
    engine: "postgres",
    cause: "pooler-limit",
    pool: "pgbouncer",
  },
  {
    stem: "query_wait_timeout",
    pattern: /(?<!closing because)(?:: {1,2}|": ?")query_wait_timeout(?! ?[=:])\b/,
    engine: "postgres",
    cause: "pool-timeout",
    pool: "pgbouncer",
  },
];

const OF_POOL: readonly (Omit<KnownText, "cause"> & { readonly pool: string })[] = [
  {
    stem: "Connection is not available, request timed out after",
    pattern: /(?:(?<pool>[^\s:"]+) - )?Connection is not available, request timed out after \d+ms/,
    pool: "HikariCP",
  },
  {
    stem: "timeout exceeded when trying to connect",
    pattern: /timeout exceeded when trying to connect/,
    pool: "node-postgres",
    engine: "postgres",
  },
  {
    stem: "SequelizeConnectionAcquireTimeoutError",
    pattern: /SequelizeConnectionAcquireTimeoutError/,
    pool: "Sequelize",
  },
  {
    stem: "Timeout acquiring a connection. The pool is",
    pattern: /Timeout acquiring a connection\. The pool is probably full/,
    pool: "Knex",
  },
  {
    stem: "Timed out fetching a new connection from the",
    pattern: /Timed out fetching a new connection from the connection pool/,
    pool: "Prisma",
  },
  {
    stem: "QueuePool limit of size",
    pattern: /QueuePool limit of size \d+ overflow -?\d+ reached, connection timed out/,
    pool: "SQLAlchemy",
  },
  {
    stem: "could not obtain a connection from the pool within",
    pattern: /could not obtain a connection from the pool within [\d.]+ seconds/,
    pool: "ActiveRecord",
  },
  {
    stem: "The connection pool has been exhausted, either raise",
    pattern: /has been exhausted, either raise (?:'Max Pool Size'|MaxPoolSize) \(currently \d+\) or '?Timeout'? \(/,
    pool: "Npgsql",
    engine: "postgres",
  },
  {
    stem: "Connect Timeout expired. All pooled connections are in use",
    pattern: /Connect Timeout expired\. All pooled connections are in use/,
    pool: "MySqlConnector",
    engine: "mysql",
  },
  {
    stem: "Timeout: Pool empty. Unable to fetch a connection in",
    pattern: /Timeout: Pool empty\. Unable to fetch a connection in \d+ seconds/,
    pool: "Tomcat JDBC",
  },
  {
    stem: "connection not available and request was dropped from queue",
    pattern: /connection not available and request was dropped from queue after \d+ms/,
    pool: "DBConnection",
  },
  {
    stem: "pool timed out while waiting for an open connection",
    pattern: /pool timed out while waiting for an open connection/,
    pool: "SQLx",
  },
  {
    stem: "Error: Queue limit reached.",
    pattern: /\bError: Queue limit reached\.(?=$|\\n|["'])/,
    pool: "mysql2",
    engine: "mysql",
  },
];

const KNOWN: readonly KnownText[] = [
  ...OF_SERVER,
  ...OF_POOLER,
  ...OF_POOL.map((text) => ({ ...text, cause: "pool-timeout" as const })),
];

/** Stems of all texts, ASCII alone: finds the lines that are worth a look, in bytes read as Latin-1. */
export const refusalStems: string = [...new Set(KNOWN.map(({ stem }) => stem))]
  .map((stem) => stem.replaceAll(/[.()]/g, "\\$&"))
  .join("|");

/** `C-0x55c2c031fad0: shop/app@10.0.0.5:49100 pooler error: …` */
const POOLER_CLIENT = /\bC-0x[0-9a-f]+: (?<database>[^/\s]+)\/(?<user>[^@\s]+)@\S+ pooler error: /;

/** What a line tells of a refused connection; the server's answer where it names several causes. */
export function refusalIn(line: string): FoundRefusal | null {
  for (const { stem, pattern, cause, engine = null, pool = null } of KNOWN) {
    const found = line.includes(stem) ? pattern.exec(line) : null;
    if (found === null) continue;
    const named = { ...POOLER_CLIENT.exec(line)?.groups, ...found.groups };
    return {
      cause,
      user: nameOf(named["user"]),
      database: nameOf(named["database"]),
      pool: named["pool"] ?? pool,
      engine,
    };
  }
  return null;
}

/** pgbouncer writes `(nouser)` and `(nodb)` for what a client has not said yet. */
function nameOf(name: string | undefined): string | null {
  return name === undefined || name === "" || name.startsWith("(") ? null : name;
}
