import { basename, dirname } from "node:path";
import { watchMysqlConnection, watchMysqlEntry, watchMysqlPool } from "./drivers/mysql2.ts";
import { PgWatch } from "./drivers/pg.ts";
import { watchPostgresQuery } from "./drivers/postgres.ts";
import { watchSequelize } from "./drivers/sequelize.ts";
import { watchPostgresModule } from "./esm-hook.ts";
import { createGuard } from "./guard.ts";
import { LineWriter } from "./line-writer.ts";
import { type OnLoad, type WatchedFile, watchModules } from "./module-hook.ts";
import { Recorder } from "./recorder.ts";
import { watchRequests } from "./request-scopes.ts";
import { Scopes } from "./scopes.ts";
import { watchIntervals, watchMochaTests, watchNodeTests } from "./task-scopes.ts";
import { property } from "./untyped.ts";

export interface ProbeOptions {
  /** What is written, from the first statement on. */
  readonly file: string;
  readonly flushMs: number;
  readonly salt: string;
  /** The program's file, asked when it is needed, since a thread's is not known at its start; null where there is none. */
  readonly program: () => string | null;
  readonly cwd: string;
  readonly say: (line: string) => void;
  readonly onExit: (flush: () => void) => void;
}

/** Starts watching this process or thread. */
export function startProbe(options: ProbeOptions): void {
  const guard = createGuard((problem) => {
    options.say(`dbperf run: the probe turned itself off: ${problem}`);
    writer.write(["off", problem]);
  });
  const writer = new LineWriter(options.file, options.flushMs, guard.turnOff);
  const scopes = new Scopes(() => nameOf(options.program()));
  const recorder = new Recorder(scopes, writer, options.salt);
  options.onExit(() => writer.flush());
  const pg = new PgWatch(recorder, guard);
  watchModules(
    [
      // First lib/query.js, which lib/client.js loads.
      { path: "/pg/lib/query.js", onLoad: (exported) => pg.queryClass(exported) },
      watching("/pg/lib/client.js", (exported) => pg.watchClient(exported)),
      watching("/pg-pool/index.js", (exported) => pg.watchPool(exported)),
      watching("/mysql2/lib/base/connection.js", (exported) => watchMysqlConnection(exported, recorder, guard)),
      watching("/mysql2/lib/base/pool.js", (exported) => watchMysqlPool(exported, recorder, guard)),
      watching("/mysql2/lib/promise/pool.js", (exported) => watchMysqlEntry(exported, recorder, guard)),
      watching("/mysql2/lib/promise/connection.js", (exported) => watchMysqlEntry(exported, recorder, guard)),
      watching("/postgres/cjs/src/query.js", (exported) =>
        watchPostgresQuery(property(exported, "Query"), recorder, guard),
      ),
      watching("/sequelize/lib/sequelize.js", (exported) => watchSequelize(exported, recorder, guard)),
      watching("/mocha/lib/runnable.js", (exported) => watchMochaTests(exported, scopes)),
      watching("/pg/lib/native/index.js", () => recorder.unwatched("pg-native")),
      watching("/better-sqlite3/lib/index.js", () => recorder.unwatched("better-sqlite3")),
      watching("/mysql/index.js", () => recorder.unwatched("mysql")),
      watching("/mariadb/promise.js", () => recorder.unwatched("mariadb")),
    ],
    guard,
  );
  const program = options.program();
  const folders = [options.cwd, ...(program === null ? [] : [dirname(program)])];
  watchPostgresModule(folders, (Query) => guard.attempt(() => watchPostgresQuery(Query, recorder, guard), undefined));
  watchRequests(scopes, guard);
  watchNodeTests(scopes);
  watchIntervals(scopes);
}

function nameOf(program: string | null): string | null {
  return program === null ? null : basename(program);
}

/** A file whose exports stay what they are. */
function watching(path: string, watch: (exported: unknown) => void): WatchedFile {
  const onLoad: OnLoad = (exported) => {
    watch(exported);
    return exported;
  };
  return { path, onLoad };
}
