import { dbperfError } from "../../errors/index.ts";
import type { Target } from "../../model/primitives.ts";
import type { CaptureNotice } from "../../model/server.ts";
import type { Connection } from "./connect.ts";
import { connectError, isConnectionLost, messageOf, roleError } from "./errors.ts";
import { sessionNotices } from "./notices.ts";
import { markOwn } from "./own-statements.ts";
import { int } from "./rows.ts";
import type { PostgresSession, Query, Row } from "./session.ts";

export interface PgSessionOptions {
  readonly target: Target;
  readonly statementTimeoutMs: number;
  /** Role to take on in each transaction; null = stay the one that logged in. */
  readonly role: string | null;
}

interface ServerFacts {
  readonly versionNumber: number;
  readonly version: string;
  readonly pid: number;
  readonly role: string;
  readonly database: string;
  readonly isSuperuser: boolean;
}

interface Limits {
  readonly sql: string;
  readonly parameters: readonly string[];
}

const OLDEST_MAJOR = 12;

/** The server's largest statement_timeout. */
const MOST_TIMEOUT_MS = 2_147_483_647;
const LOCK_TIMEOUT = "500ms";
const IDLE_TIMEOUT = "30s";

const VERSION = "select current_setting('server_version_num')::int4 as version_number";

const FACTS = `
select current_setting('server_version_num')::int4 as version_number,
       current_setting('server_version') as version,
       pg_backend_pid() as pid,
       current_user::text as role,
       current_database()::text as database,
       (select rolsuper from pg_catalog.pg_roles where rolname = current_user) as is_superuser`;

/** A session over one connection: each read is a transaction of its own that ends in a rollback. */
export class PgSession implements PostgresSession {
  target: Target;
  notices: readonly CaptureNotice[] = [];
  majorVersion = 0;
  versionNumber = 0;
  pooler: string | null = null;
  readonly #connection: Connection;
  readonly #limits: Limits;
  /** Ends when the last transaction that was asked for has ended: one connection holds one at a time. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(connection: Connection, options: PgSessionOptions) {
    this.#connection = connection;
    this.target = options.target;
    this.#limits = limitsOf(options);
  }

  /** Looks who answers; throws DbperfError where that is too old or does not let the role in. Closes what it cannot use. */
  static async open(connection: Connection, options: PgSessionOptions): Promise<PgSession> {
    const session = new PgSession(connection, options);
    const { transport } = connection;
    try {
      await session.#learnMajor();
      const [facts] = await session.read(FACTS, [], factsFromRow);
      if (facts === undefined) throw new Error("the server says nothing about itself");
      session.#learn(facts);
      return session;
    } catch (error) {
      await connection.close();
      const { role, target } = options;
      const refused = role === null ? null : roleError(error, target.user, role);
      throw refused ?? connectError(error, { ...target, transport });
    }
  }

  async read<T>(sql: string, parameters: readonly unknown[], fromRow: (row: Row) => T): Promise<T[]> {
    return this.transaction(async (query) => (await query(sql, parameters)).map(fromRow));
  }

  transaction<T>(run: (query: Query) => Promise<T>): Promise<T> {
    const result = this.#turn.then(() => this.#transact(run));
    this.#turn = result.catch(() => undefined);
    return result;
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  async #transact<T>(run: (query: Query) => Promise<T>): Promise<T> {
    await this.#send(this.#control("begin read only"));
    try {
      await this.#send(markOwn(this.#limits.sql), this.#limits.parameters);
      return await run((sql, parameters = []) => this.#send(markOwn(sql), parameters));
    } finally {
      await this.#rollBack();
    }
  }

  async #rollBack(): Promise<void> {
    if (this.#connection.lostBecause() !== null) return;
    try {
      await this.#send(this.#control("rollback"));
    } catch (error) {
      // A connection whose transaction may still be open is of no use; what went wrong before it is what to report.
      this.#connection.abandon(messageOf(error));
    }
  }

  async #send(sql: string, parameters: readonly unknown[] = []): Promise<readonly Row[]> {
    const lost = this.#connection.lostBecause();
    if (lost !== null) {
      const { host, port } = this.target;
      throw dbperfError("connection-lost", { host, port, problem: lost });
    }
    try {
      return await this.#connection.send(sql, parameters);
    } catch (error) {
      if (isConnectionLost(error)) this.#connection.abandon(messageOf(error));
      throw error;
    }
  }

  /** From 16 on all `rollback`s are one entry of pg_stat_statements: marked, the application's would count as dbperf's. */
  #control(sql: string): string {
    return this.majorVersion > 0 && this.majorVersion < 16 ? markOwn(sql) : sql;
  }

  /** Before the first transaction, because its begin and rollback are marked by version. */
  async #learnMajor(): Promise<void> {
    const [row] = await this.#send(markOwn(VERSION));
    if (row !== undefined) this.majorVersion = Math.floor(int(row, "version_number") / 10_000);
  }

  #learn(facts: ServerFacts): void {
    const { host, port } = this.target;
    this.versionNumber = facts.versionNumber;
    this.majorVersion = Math.floor(facts.versionNumber / 10_000);
    if (this.majorVersion < OLDEST_MAJOR) {
      const { version } = facts;
      throw dbperfError("version-unsupported", { host, port, engine: "PostgreSQL", version, minimum: OLDEST_MAJOR });
    }
    // A pooler may offer a database under another name than the server's, which statistics go by.
    this.target = { ...this.target, database: facts.database };
    this.pooler = facts.pid === this.#connection.claimedPid ? null : "pgbouncer or alike";
    this.notices = sessionNotices({
      majorVersion: this.majorVersion,
      superuser: facts.isSuperuser ? facts.role : null,
      pooler: this.pooler,
      transport: this.#connection.transport,
      host,
    });
  }
}

/** One statement sets all limits until the transaction ends; poolers refuse them at start-up. */
function limitsOf({ statementTimeoutMs, role }: PgSessionOptions): Limits {
  const settings: readonly (readonly [string, string])[] = [
    ["statement_timeout", `${Math.min(MOST_TIMEOUT_MS, Math.max(1, Math.round(statementTimeoutMs)))}ms`],
    ["lock_timeout", LOCK_TIMEOUT],
    ["idle_in_transaction_session_timeout", IDLE_TIMEOUT],
    ...(role === null ? [] : [["role", role] satisfies [string, string]]),
  ];
  const calls = settings.map(([name], index) => `set_config('${name}', $${index + 1}, true)`);
  return { sql: `select ${calls.join(", ")}`, parameters: settings.map(([, value]) => value) };
}

function factsFromRow(row: Row): ServerFacts {
  return {
    versionNumber: Number(row["version_number"]),
    version: String(row["version"]),
    pid: Number(row["pid"]),
    role: String(row["role"]),
    database: String(row["database"]),
    isSuperuser: row["is_superuser"] === true,
  };
}
