import type { Database } from "better-sqlite3";
import { dbperfError } from "../errors/index.ts";
import { MIGRATIONS } from "./migrations/index.ts";
import type { Migration } from "./migrations/migration.ts";

/** `dbpf` in ASCII: marks a SQLite file as a store of dbperf. */
export const APPLICATION_ID = 0x64_62_70_66;

/** Throws store-foreign or store-newer, before anything is written to a file that is not ours. */
export function checkFormat(database: Database, file: string, migrations: readonly Migration[] = MIGRATIONS): void {
  // One transaction, so that a migration that another process commits in between cannot look like a foreign file.
  const read = database.transaction(() => ({
    applicationId: readNumber(database, "application_id"),
    version: readNumber(database, "user_version"),
    tables: database.prepare<[], { name: string }>("select name from sqlite_schema where type = 'table'").all(),
  }));
  const { applicationId, version, tables } = read();
  if (applicationId !== APPLICATION_ID) {
    if (applicationId === 0 && version === 0 && tables.length === 0) return;
    const [table] = tables;
    const what = table === undefined ? "" : ` with the table ${table.name}`;
    throw dbperfError("store-foreign", { file, problem: `it is a SQLite database of another program${what}` });
  }
  const known = latestVersion(migrations);
  if (version > known) throw dbperfError("store-newer", { file, found: version, known });
}

/** Brings the store to the newest format, each step in a transaction of its own. */
export function migrate(database: Database, file: string, migrations: readonly Migration[] = MIGRATIONS): void {
  checkFormat(database, file, migrations);
  if (readNumber(database, "user_version") === latestVersion(migrations)) return;
  for (const { version, sql } of migrations) {
    const step = database.transaction(() => {
      // Read again under the lock: another process may have done this step meanwhile.
      if (readNumber(database, "user_version") >= version) return;
      database.exec(sql);
      database.pragma(`application_id = ${APPLICATION_ID}`);
      database.pragma(`user_version = ${version}`);
    });
    step.immediate();
  }
}

function latestVersion(migrations: readonly Migration[]): number {
  return Math.max(0, ...migrations.map(({ version }) => version));
}

function readNumber(database: Database, pragma: "application_id" | "user_version"): number {
  const value = database.pragma(pragma, { simple: true });
  return typeof value === "number" ? value : 0;
}
