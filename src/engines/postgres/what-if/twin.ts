import type { PGlite } from "@electric-sql/pglite";
import type { Gap } from "../../../model/artifact.ts";
import { type ExplainOutcome, explainStatement } from "../plan/explain.ts";
import type { Query, Row } from "../session.ts";
import { buildTwin } from "./build/build-twin.ts";
import type { Cluster } from "./build/cluster.ts";
import type { TwinSource } from "./twin-source.ts";

/** A PostgreSQL in this process with a target's schema and statistics and none of its rows. */
export class Twin {
  /** What of the source is not in it, and what the source itself lacks. */
  readonly gaps: readonly Gap[];
  readonly #cluster: Cluster;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(cluster: Cluster, gaps: readonly Gap[]) {
    this.#cluster = cluster;
    this.gaps = gaps;
  }

  /** Starts PGlite and builds the twin of a source: once a run. Throws where PGlite does not start. */
  static async build(source: TwinSource): Promise<Twin> {
    const { cluster, gaps } = await buildTwin(source);
    return new Twin(cluster, [...source.gaps, ...gaps]);
  }

  /** The plan of a statement as pg_stat_statements stores it. `loadSqlParser` has to be awaited before. */
  explain(statement: string): Promise<ExplainOutcome> {
    return explainStatement(this, statement, { keepLiterals: false });
  }

  /** Statements in one transaction, which is rolled back; one at a time. */
  transaction<T>(run: (query: Query) => Promise<T>): Promise<T> {
    const result = this.#turn.then(() => rolledBack(this.#cluster.database, run));
    this.#turn = result.catch(() => undefined);
    return result;
  }

  /** Ends PGlite and removes its files. */
  async close(): Promise<void> {
    await this.#turn;
    await this.#cluster.close();
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
