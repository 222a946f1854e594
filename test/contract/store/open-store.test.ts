import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import type { ErrorCode } from "../../../src/errors/index.ts";
import { defaultStorePath, openStore } from "../../../src/store/index.ts";
import { APPLICATION_ID, migrate } from "../../../src/store/migrate.ts";
import { Store } from "../../../src/store/store.ts";
import { SAMPLE_TARGET, sampleCapture, sampleStatement, sampleStoreAnalysis } from "../../support/sample-capture.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const run = promisify(execFile);
const WRITER = join(import.meta.dirname, "../../support/store-writer.ts");

describe("a fresh store", () => {
  it("is created with its folder, private and marked as dbperf's", () => {
    const folder = join(temporaryFolder(), "data", "dbperf");
    const file = join(folder, "dbperf.db");
    const store = openStore(file);
    store.saveSnapshot(sampleStoreAnalysis(), sampleCapture());
    expect(mode(folder)).toBe(0o700);
    for (const suffix of ["", "-wal", "-shm"]) expect(mode(`${file}${suffix}`)).toBe(0o600);
    store.close();
    expect(pragma(file, "application_id")).toBe(APPLICATION_ID);
    expect(pragma(file, "user_version")).toBe(2);
    expect(pragma(file, "journal_mode")).toBe("wal");
  });

  it("opens a second time with what it held", () => {
    const file = join(temporaryFolder(), "dbperf.db");
    const first = openStore(file);
    const { id } = first.saveSnapshot(sampleStoreAnalysis(), sampleCapture());
    first.close();
    const second = openStore(file, { create: false });
    expect(second.latestSnapshot()?.id).toBe(id);
    second.close();
  });

  it("holds no user name or password of the target", () => {
    const file = join(temporaryFolder(), "dbperf.db");
    const store = openStore(file);
    const target = { ...SAMPLE_TARGET, user: "very-private-user" };
    store.saveSnapshot(sampleStoreAnalysis({ target }), sampleCapture({ target }));
    store.close();
    expect(readFileSync(file).includes("very-private-user")).toBe(false);
  });
});

describe("migrations", () => {
  it("run once each and keep what was there", () => {
    const database = new Database(":memory:");
    const first = { version: 1, sql: "create table a (n integer); insert into a values (1)" };
    const second = { version: 2, sql: "create table b as select n + 1 as n from a" };
    migrate(database, "m", [first]);
    migrate(database, "m", [first, second]);
    migrate(database, "m", [first, second]);
    expect(database.prepare("select n from b").all()).toEqual([{ n: 2 }]);
    expect(database.pragma("user_version", { simple: true })).toBe(2);
  });

  it("leave the older format when a step fails", () => {
    const database = new Database(":memory:");
    const first = { version: 1, sql: "create table a (n integer)" };
    const broken = { version: 2, sql: "create table b (n integer); insert into missing values (1)" };
    expect(() => migrate(database, "m", [first, broken])).toThrow(/missing/);
    expect(database.pragma("user_version", { simple: true })).toBe(1);
    expect(database.prepare("select name from sqlite_schema").all()).toEqual([{ name: "a" }]);
  });
});

describe("files that are no store", () => {
  it("of a newer version are refused and left alone", () => {
    const file = join(temporaryFolder(), "dbperf.db");
    openStore(file).close();
    pragma(file, "user_version = 99");
    refuses(file, "store-newer");
    expect(pragma(file, "user_version")).toBe(99);
  });

  it("of another SQLite program are refused and left alone", () => {
    const file = join(temporaryFolder(), "other.db");
    const other = new Database(file);
    other.exec("create table songs (title text)");
    other.close();
    const before = readFileSync(file);
    refuses(file, "store-foreign");
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it("of text are refused and left alone", () => {
    const file = join(temporaryFolder(), "notes.txt");
    writeFileSync(file, "not a database\n".repeat(100));
    refuses(file, "store-foreign");
    expect(readFileSync(file, "utf8")).toBe("not a database\n".repeat(100));
  });
});

describe("places that cannot be written", () => {
  it("are named: a folder below a file, a folder, a file system without writing", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "file"), "");
    mkdirSync(join(folder, "directory"));
    refuses(join(folder, "file", "db"), "store-unwritable");
    refuses(join(folder, "directory"), "store-unwritable");
    refuses("/proc/dbperf/dbperf.db", "store-unwritable");
  });

  it("do not matter where only reading is asked for and there is no file", () => {
    const file = join(temporaryFolder(), "none.db");
    expect(() => openStore(file, { create: false })).toThrow(expect.objectContaining({ code: "store-empty" }));
  });

  it("are named when the file may not grow", () => {
    const database = new Database(join(temporaryFolder(), "small.db"));
    migrate(database, "small.db");
    database.pragma("max_page_count = 1");
    const store = new Store(database, "small.db");
    const statements = Array.from({ length: 200 }, (_, index) => sampleStatement({ fingerprint: `f${index}` }));
    expect(() => store.saveSnapshot(sampleStoreAnalysis(), sampleCapture({ statements }))).toThrow(
      expect.objectContaining({ code: "store-unwritable" }),
    );
    expect(store.latestSnapshot()).toBeNull();
    store.close();
  });
});

describe("several processes", () => {
  it("write at once without losing a snapshot", async () => {
    const file = join(temporaryFolder(), "dbperf.db");
    await Promise.all([write(file, "15", "0"), write(file, "15", "100")]);
    const database = new Database(file);
    expect(database.prepare("select count(*) as n from snapshots").get()).toEqual({ n: 30 });
    expect(database.prepare("select count(*) as n from targets").get()).toEqual({ n: 1 });
    expect(database.pragma("integrity_check", { simple: true })).toBe("ok");
    database.close();
  });

  it("killed inside a transaction leave a store that opens without that transaction", async () => {
    const file = join(temporaryFolder(), "dbperf.db");
    await write(file, "1", "0");
    await expect(write(file, "kill")).rejects.toMatchObject({ signal: "SIGKILL" });
    const store = openStore(file);
    const { id, isNew } = store.saveSnapshot(sampleStoreAnalysis(), sampleCapture());
    expect({ id, isNew }).toEqual({ id: 2, isNew: true });
    store.close();
    const database = new Database(file);
    expect(database.prepare("select host from targets").all()).toEqual([{ host: "db.example" }]);
    database.close();
  });
});

describe("defaultStorePath", () => {
  it("follows XDG_DATA_HOME, and ignores a relative one", () => {
    const path = (value?: string) =>
      defaultStorePath({ variables: { XDG_DATA_HOME: value }, homeDirectory: "/home/u" });
    expect(path("/data")).toBe("/data/dbperf/dbperf.db");
    expect(path()).toBe("/home/u/.local/share/dbperf/dbperf.db");
    expect(path("data")).toBe("/home/u/.local/share/dbperf/dbperf.db");
  });
});

async function write(file: string, ...rest: readonly string[]): Promise<void> {
  await run(process.execPath, ["--import", "tsx", WRITER, file, ...rest]);
}

function refuses(file: string, code: ErrorCode): void {
  expect(() => openStore(file)).toThrow(expect.objectContaining({ code, exitCode: 5 }));
}

function mode(path: string): number {
  return statSync(path).mode & 0o777;
}

function pragma(file: string, text: string): unknown {
  const database = new Database(file);
  try {
    return database.pragma(text, { simple: true });
  } finally {
    database.close();
  }
}
