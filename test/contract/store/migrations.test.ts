import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { openStore } from "../../../src/store/index.ts";
import { migrate } from "../../../src/store/migrate.ts";
import { initial } from "../../../src/store/migrations/0001-initial.ts";
import { MIGRATIONS } from "../../../src/store/migrations/index.ts";
import { SAMPLE_TARGET, sampleCapture, sampleStatement, sampleStoreAnalysis } from "../../support/sample-capture.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const FINDING = { key: "slow-statement:0123456789ab", ruleId: "slow-statement", subject: { kind: "server" } };

/** Rows as version 1 wrote them, one counter row full and one as empty as it could be. */
const ROWS = `
insert into targets values (1, 'postgres', 'db.example', 5432, 'shop');
insert into snapshots values (7, 1, '2026-11-01T00:00:00.000Z', '0.1.0', 'since-reset', null, '2026-11-01T00:00:00.000Z', '15.18', null);
insert into snapshots values (8, 1, '2026-11-02T00:00:00.000Z', '0.1.0', 'since-reset', null, '2026-11-02T00:00:00.000Z', '15.18', null);
insert into statement_texts values (3, 1, 'a1b2c3d4e5f60718', 'shop', 'select', 'select * from orders where customer_id = $1');
insert into statement_texts values (4, 1, 'b1b2c3d4e5f60718', 'shop', 'select', 'select 1');
insert into query_ids values (1, 'shop', '-88', '15 since x', 3);
insert into statement_counters values (7, 3, 1200, 4800.5, 4.0, 1.0, 90.25, 2.5, 3600, 0.5, 100, 20, 1, 2, 3, 4.5, 5.5, 6);
insert into statement_counters values (8, 3, 1300, 5200.5, 4.0, null, null, null, 0, null, null, null, null, null, null, null, null, null);
insert into statement_counters values (8, 4, 1, 1.0, 1.0, null, null, null, 1, null, null, null, null, null, null, null, null, null);
insert into findings values (8, 0, '${FINDING.key}', 'slow-statement', 'warning', 'measured', null, null, 0, '${JSON.stringify(
  { ...FINDING, subject: { kind: "statement", fingerprint: "a1b2c3d4e5f60718", query: "select 1" }, evidence: [] },
)}');
`;

describe("a store of version 1", () => {
  it("keeps its counters, row for row", () => {
    const database = new Database(versionOne());
    const read = "select * from statement_counters order by snapshot_id, statement_text_id";
    const before = database.prepare<[], object>(read).all();
    migrate(database, "m");
    const after = database.prepare<[], object>(read).all();
    expect(before).toHaveLength(3);
    expect(after).toEqual(before.map((row) => ({ ...row, p50_ms: null, p95_ms: null, p99_ms: null })));
    database.close();
  });

  it("keeps foreign keys, the index and strictness", () => {
    const old = new Database(versionOne());
    const shape = (database: Database.Database) => ({
      keys: database.pragma("foreign_key_list(statement_counters)"),
      index: database.prepare("select sql from sqlite_schema where name = 'statement_counters_text'").all(),
      table: database.prepare("select name, wr, strict from pragma_table_list('statement_counters')").all(),
    });
    const before = shape(old);
    migrate(old, "m");
    expect(before.index).toHaveLength(1);
    expect(before.keys).toHaveLength(2);
    expect(shape(old)).toEqual(before);
    expect(old.prepare("select name from sqlite_schema where name like 'statement_counters_2%'").all()).toEqual([]);
    old.close();
  });

  it("is whole afterwards: nothing dangles, and counters go with their snapshot", () => {
    const file = versionOne();
    openStore(file).close();
    const database = new Database(file);
    database.pragma("foreign_keys = on");
    expect(database.pragma("user_version", { simple: true })).toBe(MIGRATIONS.length);
    expect(database.pragma("foreign_key_check")).toEqual([]);
    expect(database.pragma("integrity_check", { simple: true })).toBe("ok");
    database.exec("delete from snapshots where id = 8");
    expect(database.prepare("select snapshot_id as id from statement_counters").all()).toEqual([{ id: 7 }]);
    database.close();
  });

  it("is read as before, and takes what version 2 has", () => {
    const file = versionOne();
    const store = openStore(file);
    expect(store.findByKeyPrefix(FINDING.key)[0]?.statement).toMatchObject({ calls: 1300, rows: 0, p95Ms: null });
    const capturedTo = "2026-11-03T00:00:00.000Z";
    const statements = [sampleStatement({ rows: null, p50Ms: 2, p95Ms: 30.5, p99Ms: 80 })];
    store.saveSnapshot(sampleStoreAnalysis({ capturedTo }), sampleCapture({ capturedTo, statements }));
    expect(store.latestSnapshot(SAMPLE_TARGET)?.capturedAt).toBe(capturedTo);
    expect(store.findByKeyPrefix(FINDING.key)[0]?.statement).toMatchObject({
      rows: null,
      p50Ms: 2,
      p95Ms: 30.5,
      p99Ms: 80,
    });
    store.close();
  });
});

/** A file as the first version of the format left it, with rows in it. */
function versionOne(): string {
  const file = join(temporaryFolder(), "dbperf.db");
  const database = new Database(file);
  database.pragma("foreign_keys = on");
  migrate(database, file, [initial]);
  database.exec(ROWS);
  database.close();
  return file;
}
