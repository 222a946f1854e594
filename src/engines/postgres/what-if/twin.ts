import type { PGlite } from "@electric-sql/pglite";
import type { Gap } from "../../../model/artifact.ts";
import { type ExplainOutcome, explainStatement } from "../plan/explain.ts";
import type { Query, Row } from "../session.ts";
import { buildTwin } from "./build/build-twin.ts";
import type { Cluster } from "./build/cluster.ts";
import { type CreateOutcome, createIndex, dropIndex, setVisible, type TwinOnlyIndex } from "./indexes/create-index.ts";
import type { TwinSource } from "./twin-source.ts";

/** A PostgreSQL in this process with a target's schema and statistics and none of its rows. */
export class Twin {
  /** What of the source is not in it, and what the source itself lacks. */
  readonly gaps: readonly Gap[];
  readonly #cluster: Cluster;
  readonly #majorVersion: number;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(cluster: Cluster, majorVersion: number, gaps: readonly Gap[]) {
    this.#cluster = cluster;
    this.#majorVersion = majorVersion;
    this.gaps = gaps;
  }

  /** Starts PGlite and builds the twin of a source: once a run. Throws where PGlite does not start. */
  static async build(source: TwinSource): Promise<Twin> {
    const { cluster, gaps } = await buildTwin(source);
    return new Twin(cluster, Math.floor(source.server.versionNumber / 10_000), [...source.gaps, ...gaps]);
  }

  /** The plan of a statement as pg_stat_statements stores it. `loadSqlParser` has to be awaited before. */
  explain(statement: string): Promise<ExplainOutcome> {
    return explainStatement(this, statement, { keepLiterals: false });
  }

  /** Statements in one transaction, which is rolled back; one at a time. */
  transaction<T>(run: (query: Query) => Promise<T>): Promise<T> {
    return this.#inTurn(() => rolledBack(this.#cluster.database, run));
  }

  /** Creates an index that the target does not have, of any method, with the size that it would have there. */
  createIndex(ddl: string): Promise<CreateOutcome> {
    return this.#inTurn(() => createIndex(this.#cluster, this.#majorVersion, ddl));
  }

  dropIndex(index: TwinOnlyIndex): Promise<void> {
    return this.#inTurn(() => dropIndex(this.#cluster, index));
  }

  /** Shows indexes to the planner or hides them: the cost of a hidden one is nil. */
  setVisible(oids: readonly string[], isVisible: boolean): Promise<void> {
    return this.#inTurn(() => setVisible(this.#cluster, oids, isVisible));
  }

  /** Ends PGlite and removes its files. */
  async close(): Promise<void> {
    await this.#turn;
    await this.#cluster.close();
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(run);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

async function rolledBack<T>(database: PGlite, run: (query: Query) => Promise<T>): Promise<T> {
  await database.exec("begin");
  try {
    return await run(async (sql, parameters = []) => (await database.query<Row>(sql, [...parameters])).rows);
  } finally {
    await database.exec("rollback");
  }
}
