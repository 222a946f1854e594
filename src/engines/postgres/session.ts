import type { Session } from "../engine.ts";

/** One row as the driver returns it: int8 and numeric as text. */
export type Row = Readonly<Record<string, unknown>>;

/** Sends one statement by the extended protocol; parameters are `$1`… */
export type Query = (sql: string, parameters?: readonly unknown[]) => Promise<readonly Row[]>;

/** A read-only PostgreSQL session. What it asks carries the comment that marks dbperf's own statements. */
export interface PostgresSession extends Session {
  readonly majorVersion: number;
  /** `server_version_num`: 150018. */
  readonly versionNumber: number;
  readonly pooler: string | null;
  /** One statement in a read-only transaction of its own, under the session's timeouts, rolled back. */
  read<T>(sql: string, parameters: readonly unknown[], fromRow: (row: Row) => T): Promise<T[]>;
  /** Several statements in one such transaction. */
  transaction<T>(run: (query: Query) => Promise<T>): Promise<T>;
}
