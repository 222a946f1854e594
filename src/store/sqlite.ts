import { createRequire } from "node:module";

type Sqlite = typeof import("better-sqlite3");

/** It takes 40 ms of CPU to load, which a run without a store does not pay. */
export function loadSqlite(): Sqlite {
  // The store is opened synchronously, so that `import()` cannot load it.
  return createRequire(import.meta.url)("better-sqlite3") as Sqlite;
}
