import { describe, expect, it } from "vitest";
import { refusalIn, refusalStems } from "../../../../src/logs/application/refusal-texts.ts";

const nobody = { user: null, database: null, pool: null };

/** Texts as these libraries write them; a rule that meets a line has to see its stem first. */
const LOUD: readonly (readonly [line: string, expected: object])[] = [
  [
    "java.sql.SQLTransientConnectionException: HikariPool-1 - Connection is not available, request timed out after 30000ms (total=10, active=10, idle=0, waiting=5)",
    { ...nobody, cause: "pool-timeout", pool: "HikariPool-1", engine: null },
  ],
  [
    "2020-01-29 09:08:07.006 ERROR 1 --- [nio-8080-exec-7] o.h.engine.jdbc.spi.SqlExceptionHelper : orders - Connection is not available, request timed out after 30002ms.",
    { ...nobody, cause: "pool-timeout", pool: "orders", engine: null },
  ],
  [
    "Error: timeout exceeded when trying to connect",
    { ...nobody, cause: "pool-timeout", pool: "node-postgres", engine: "postgres" },
  ],
  [
    "SequelizeConnectionAcquireTimeoutError [SequelizeConnectionAcquireTimeoutError]: Operation timeout",
    { ...nobody, cause: "pool-timeout", pool: "Sequelize", engine: null },
  ],
  [
    "KnexTimeoutError: Knex: Timeout acquiring a connection. The pool is probably full. Are you missing a .transacting(trx) call?",
    { ...nobody, cause: "pool-timeout", pool: "Knex", engine: null },
  ],
  [
    "Timed out fetching a new connection from the connection pool. More info: http://pris.ly/d/connection-pool (Current connection pool timeout: 10, connection limit: 5)",
    { ...nobody, cause: "pool-timeout", pool: "Prisma", engine: null },
  ],
  [
    "sqlalchemy.exc.TimeoutError: QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00 (Background on this error at: https://sqlalche.me/e/20/3o7r)",
    { ...nobody, cause: "pool-timeout", pool: "SQLAlchemy", engine: null },
  ],
  [
    "ActiveRecord::ConnectionTimeoutError (could not obtain a connection from the pool within 5.000 seconds (waited 5.001 seconds); all pooled connections were in use):",
    { ...nobody, cause: "pool-timeout", pool: "ActiveRecord", engine: null },
  ],
  [
    "Npgsql.NpgsqlException (0x80004005): The connection pool has been exhausted, either raise 'Max Pool Size' (currently 100) or 'Timeout' (currently 15 seconds) in your connection string.",
    { ...nobody, cause: "pool-timeout", pool: "Npgsql", engine: "postgres" },
  ],
  [
    "Npgsql.NpgsqlException: The connection pool has been exhausted, either raise MaxPoolSize (currently 100) or Timeout (currently 15 seconds)",
    { ...nobody, cause: "pool-timeout", pool: "Npgsql", engine: "postgres" },
  ],
  [
    "MySqlConnector.MySqlException (0x80004005): Connect Timeout expired. All pooled connections are in use.",
    { ...nobody, cause: "pool-timeout", pool: "MySqlConnector", engine: "mysql" },
  ],
  [
    "org.apache.tomcat.jdbc.pool.PoolExhaustedException: [http-nio-8080-exec-6] Timeout: Pool empty. Unable to fetch a connection in 30 seconds, none available[size:100; busy:100; idle:0; lastwait:30000].",
    { ...nobody, cause: "pool-timeout", pool: "Tomcat JDBC", engine: null },
  ],
  [
    "** (DBConnection.ConnectionError) connection not available and request was dropped from queue after 2733ms. This means requests are coming in and your connection pool cannot serve them fast enough.",
    { ...nobody, cause: "pool-timeout", pool: "DBConnection", engine: null },
  ],
  [
    "Caused by: pool timed out while waiting for an open connection",
    { ...nobody, cause: "pool-timeout", pool: "SQLx", engine: null },
  ],
  ["Error: Queue limit reached.", { ...nobody, cause: "pool-timeout", pool: "mysql2", engine: "mysql" }],
  [
    '{"err":{"message":"Queue limit reached.","stack":"Error: Queue limit reached.\\n    at PromisePool.query"}}',
    { ...nobody, cause: "pool-timeout", pool: "mysql2", engine: "mysql" },
  ],
  [
    "psycopg.errors.ProtocolViolation: query_wait_timeout",
    { ...nobody, cause: "pool-timeout", pool: "pgbouncer", engine: "postgres" },
  ],
  [
    '{"level":50,"err":{"type":"DatabaseError","message":"query_wait_timeout","code":"08P01"}}',
    { ...nobody, cause: "pool-timeout", pool: "pgbouncer", engine: "postgres" },
  ],
  [
    "2022-11-15 09:39:38.541 UTC [1] WARNING C-0x55729bbc56c0: spire/web@127.0.0.6:56151 pooler error: query_wait_timeout",
    { cause: "pool-timeout", pool: "pgbouncer", user: "web", database: "spire", engine: "postgres" },
  ],
  [
    "psycopg2.OperationalError: FATAL:  no more connections allowed (max_client_conn)",
    { ...nobody, cause: "pooler-limit", pool: "pgbouncer", engine: "postgres" },
  ],
  [
    'psycopg2.OperationalError: connection to server at "db" (10.0.0.5), port 5432 failed: FATAL:  sorry, too many clients already',
    { ...nobody, cause: "too-many-clients", engine: "postgres" },
  ],
  ["pq: sorry, too many clients already", { ...nobody, cause: "too-many-clients", engine: "postgres" }],
  [
    "FATAL: remaining connection slots are reserved for roles with the SUPERUSER attribute",
    { ...nobody, cause: "reserved-slots", engine: "postgres" },
  ],
  [
    '{"msg":"FATAL: too many connections for role \\"app\\""}',
    { ...nobody, cause: "role-limit", user: "app", engine: "postgres" },
  ],
  [
    'PG::ConnectionBad: FATAL:  too many connections for database "shop"',
    { ...nobody, cause: "database-limit", database: "shop", engine: "postgres" },
  ],
  ["Error: ER_CON_COUNT_ERROR: Too many connections", { ...nobody, cause: "too-many-clients", engine: "mysql" }],
  ["SQLSTATE[HY000] [1040] Too many connections", { ...nobody, cause: "too-many-clients", engine: "mysql" }],
  ["Error 1040 (08004): Too many connections", { ...nobody, cause: "too-many-clients", engine: "mysql" }],
  [
    "django.db.utils.OperationalError: (1040, 'Too many connections')",
    { ...nobody, cause: "too-many-clients", engine: "mysql" },
  ],
  [
    'Data source rejected establishment of connection,  message from server: "Too many connections"',
    { ...nobody, cause: "too-many-clients", engine: "mysql" },
  ],
  [
    "SQLSTATE[42000] [1203] User u397951547 already has more than 'max_user_connections' active connections",
    { ...nobody, cause: "role-limit", user: "u397951547", engine: "mysql" },
  ],
  [
    "Error 1226: User 'app' has exceeded the 'max_user_connections' resource (current value: 100)",
    { ...nobody, cause: "role-limit", user: "app", engine: "mysql" },
  ],
];

const QUIET: readonly string[] = [
  "2026-11-24 13:00:00 DEBUG HikariPool-1 - Pool stats (total=10, active=10, idle=0, waiting=5)",
  "raise TimeoutPlaxisConnectorException('Timeout exceeded when trying to connect to PLAXIS server')",
  "Error: Connection terminated due to connection timeout",
  "Timed out fetching new messages from the queue",
  "QueuePool limit of size 5 is used by default",
  "could not obtain a connection from the pool within a given timeout",
  "YdbException: The connection pool has been exhausted, either raise 'MaxSessionPool' (currently 10) or 'CreateSessionTimeout' (currently 5 seconds)",
  "All pooled connections are in use: opening one more",
  "[POS] Sale dropped from queue after maximum sync retry attempts: 12",
  "Queue limit reached. You have 3/3 jobs running. Please wait for a job to complete.",
  "Error: Queue limit reached. You have 3/3 jobs running.",
  "TimeoutError: ResourceRequest timed out",
  "query_wait_timeout = 120",
  '{"msg":"settings","query_wait_timeout":"120"}',
  "config: query_wait_timeout=120",
  "2026-11-24 13:00:00.000 UTC [1] LOG C-0x55d4b7507610: shop/web@127.0.0.1:41414 closing because: query_wait_timeout (age=1s)",
  "2026-11-24 13:00:00.000 UTC [1] LOG C-0x55d4b7507ad0: (nodb)/(nouser)@127.0.0.1:41420 closing because: no more connections allowed (max_client_conn) (age=0s)",
  "too many connections for one user, please log out elsewhere",
  "nginx: 503 Too many connections from 10.0.0.7",
  "port 10405: Too many connections from this host",
  'FATAL: password authentication failed for user "app"',
  "Error: connect ECONNREFUSED 127.0.0.1:5432",
  "Host 'web1' is blocked because of many connection errors",
];

describe("refusalIn", () => {
  it.each(LOUD)("knows %s", (line, expected) => {
    expect(refusalIn(line)).toEqual(expected);
    expect(line).toMatch(new RegExp(refusalStems));
  });

  it.each(QUIET)("leaves alone %s", (line) => {
    expect(refusalIn(line)).toBeNull();
  });

  it("takes the server's answer for the cause where a pool failed with it", () => {
    const line =
      "HikariPool-1 - Connection is not available, request timed out after 30000ms: FATAL: sorry, too many clients already";
    expect(refusalIn(line)).toMatchObject({ cause: "too-many-clients", pool: null });
  });
});
