import { DbperfError, dbperfError } from "../errors/index.ts";
import { loadSqlite } from "./sqlite.ts";

const UNWRITABLE = /^SQLITE_(?:READONLY|CANTOPEN|FULL|IOERR|BUSY|LOCKED|PERM|AUTH|NOLFS|TOOBIG)/;
const FOREIGN = /^SQLITE_(?:NOTADB|CORRUPT|FORMAT)/;

/** Runs `work` on the store `file`; what SQLite or the file system refuses becomes an error that says what to do. */
export function withStoreErrors<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storeError(file, error);
  }
}

function storeError(file: string, error: unknown): unknown {
  if (error instanceof DbperfError || !(error instanceof Error)) return error;
  const options = { cause: error };
  if (error instanceof loadSqlite().SqliteError) {
    if (FOREIGN.test(error.code)) return dbperfError("store-foreign", { file, problem: error.message }, options);
    if (UNWRITABLE.test(error.code)) return dbperfError("store-unwritable", { file, problem: error.message }, options);
    return error;
  }
  if (!("syscall" in error)) return error;
  return dbperfError("store-unwritable", { file, problem: error.message }, options);
}
