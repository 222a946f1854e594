import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { growLog } from "./grow.ts";
import { writeLongClasses } from "./long-classes.ts";
import { MARIADB_FILE, recordMariadb } from "./record-mariadb.ts";
import { POSTGRES_FILES, recordPostgres } from "./record-postgres.ts";

export type LogKind = keyof typeof POSTGRES_FILES | "slow" | "postgres-classes" | "mariadb-classes";

/** Path of a log of at least `sizeBytes`. It is recorded and grown where the folder does not have it yet. */
export async function keptLog(folder: string, kind: LogKind, sizeBytes: number): Promise<string> {
  const target = join(folder, `${kind}-${sizeBytes / 1e6}MB.log`);
  switch (kind) {
    case "slow":
      growLog(join(await recorded(folder, "mariadb", recordMariadb), MARIADB_FILE), kind, sizeBytes, target);
      break;
    case "postgres-classes":
      writeLongClasses("postgres", sizeBytes, target);
      break;
    case "mariadb-classes":
      writeLongClasses("mariadb", sizeBytes, target);
      break;
    default:
      growLog(join(await recorded(folder, "postgres", recordPostgres), POSTGRES_FILES[kind]), kind, sizeBytes, target);
  }
  return target;
}

/** Folder of a recording; one that was broken off is made again. */
async function recorded(folder: string, engine: string, record: (folder: string) => Promise<void>): Promise<string> {
  const done = join(folder, engine);
  if (existsSync(done)) return done;
  const part = `${done}.part`;
  await rm(part, { recursive: true, force: true });
  await record(part);
  await rename(part, done);
  return done;
}
