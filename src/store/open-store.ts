import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Database } from "better-sqlite3";
import { dbperfError } from "../errors/index.ts";
import { checkFormat, migrate } from "./migrate.ts";
import { loadSqlite } from "./sqlite.ts";
import { Store } from "./store.ts";
import { withStoreErrors } from "./store-error.ts";

export interface OpenStoreOptions {
  /** False: a file that does not exist is the error store-empty. */
  readonly create?: boolean;
}

/** How long a writer waits for another one, in milliseconds. */
const BUSY_TIMEOUT_MS = 5000;

/** Opens the store, created and migrated where needed. Throws store-unwritable, store-foreign, store-newer. */
export function openStore(file: string, options: OpenStoreOptions = {}): Store {
  const path = resolve(file);
  if (options.create === false && !existsSync(path)) throw dbperfError("store-empty", { file: path, of: "" });
  return withStoreErrors(path, () => {
    createPrivateFile(path);
    const database = new (loadSqlite())(path, { timeout: BUSY_TIMEOUT_MS });
    try {
      prepare(database, path);
      return new Store(database, path);
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/** SQLite gives -wal and -shm the mode of the main file, so that it is enough to create that one. */
function createPrivateFile(path: string): void {
  createFolder(dirname(path));
  closeSync(openSync(path, "a", 0o600));
}

/** Node's own `recursive` never ends where the file system itself refuses new folders as ENOENT (measured in /proc). */
function createFolder(path: string): void {
  if (existsSync(path)) return;
  createFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have created it meanwhile.
    if (!existsSync(path)) throw error;
  }
}

function prepare(database: Database, path: string): void {
  checkFormat(database, path);
  chmodSync(path, 0o600);
  useWriteAheadLog(database);
  database.pragma("foreign_keys = on");
  migrate(database, path);
}

function useWriteAheadLog(database: Database): void {
  try {
    database.pragma("journal_mode = wal");
  } catch (error) {
    // Another process opens the same file at this moment and switches it itself; every journal mode is safe.
    if (!(error instanceof loadSqlite().SqliteError) || !error.code.startsWith("SQLITE_BUSY")) throw error;
  }
}
