import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { openStore, type Store } from "../../../src/store/index.ts";
import {
  SAMPLE_TARGET,
  SAMPLE_TIME,
  sampleCapture,
  sampleFinding,
  sampleStatement,
  sampleStoreAnalysis,
} from "../../support/sample-capture.ts";
import { sampleLogAnalysis } from "../../support/sample-log-analysis.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const STARTED = "2026-11-01T00:00:00.000Z";

describe("saving and loading", () => {
  it("gives back what was saved", () => {
    const store = freshStore();
    const findings = [sampleFinding(), sampleFinding({ key: "dead-tuples:ffff00001111", ruleId: "dead-tuples" })];
    const analysis = sampleStoreAnalysis({ findings });
    const { id, isNew } = store.saveSnapshot(analysis, sampleCapture());
    expect(isNew).toBe(true);
    expect(store.latestSnapshot()).toMatchObject({ id, capturedAt: SAMPLE_TIME, toolVersion: "0.1.0" });
    expect(store.loadFindings(id)).toEqual(findings);
    expect(store.loadRecommendations(id)).toEqual(analysis.recommendations);
    expect(store.loadPlans(id).map(({ fingerprint }) => fingerprint)).toEqual(["a1b2c3d4e5f60718"]);
  });

  it("keeps no plan of a statement that no finding names", () => {
    const store = freshStore();
    const { id } = store.saveSnapshot(sampleStoreAnalysis({ findings: [] }), sampleCapture());
    expect(store.loadPlans(id)).toEqual([]);
  });

  it("keeps the plans of all statements that one finding is about", () => {
    const store = freshStore();
    const statements = ["01", "02", "03"].map((fingerprint) => sampleStatement({ fingerprint }));
    const subject = { kind: "statements", statements: statements.slice(0, 2) } as const;
    const { id } = store.saveSnapshot(
      sampleStoreAnalysis({ findings: [sampleFinding({ subject })] }),
      sampleCapture({ statements }),
    );
    expect(store.loadPlans(id).map(({ fingerprint }) => fingerprint)).toEqual(["01", "02"]);
  });

  it("keeps the logs of one file under one target", () => {
    const store = freshStore();
    const capture = { ...sampleCapture(), target: null };
    const first = store.saveSnapshot(sampleLogAnalysis, capture);
    expect(store.saveSnapshot(sampleLogAnalysis, capture)).toEqual({ id: first.id, isNew: false });
    const capturedTo = "2026-11-24T10:00:00.000Z";
    store.saveSnapshot({ ...sampleLogAnalysis, input: { ...sampleLogAnalysis.input, capturedTo } }, capture);
    expect(store.latestSnapshot()).toMatchObject({
      capturedAt: capturedTo,
      window: { kind: "log" },
      target: { engine: "postgres", host: "log", database: "/var/log/postgresql/postgresql-2026-11-23.log" },
    });
  });

  it("writes the same capture once", () => {
    const store = freshStore();
    const first = store.saveSnapshot(sampleStoreAnalysis(), sampleCapture());
    const second = store.saveSnapshot(sampleStoreAnalysis({ findings: [] }), sampleCapture());
    expect(second).toEqual({ id: first.id, isNew: false });
    expect(store.loadFindings(first.id)).toHaveLength(1);
  });

  it("tells targets apart and finds the latest of each", () => {
    const store = freshStore();
    const other = { ...SAMPLE_TARGET, host: "other.example" };
    store.saveSnapshot(sampleStoreAnalysis(), sampleCapture());
    const capturedTo = "2026-11-24T09:40:00.000Z";
    store.saveSnapshot(
      sampleStoreAnalysis({ target: other, capturedTo }),
      sampleCapture({ target: other, capturedTo }),
    );
    expect(store.latestSnapshot()?.target.host).toBe("other.example");
    expect(store.latestSnapshot(SAMPLE_TARGET)?.capturedAt).toBe(SAMPLE_TIME);
    expect(store.latestSnapshot({ ...SAMPLE_TARGET, port: 1 })).toBeNull();
  });

  it("gives back any finding and any counter", () => {
    const store = freshStore();
    const count = fc.nat({ max: Number.MAX_SAFE_INTEGER });
    const ms = fc.double({ min: 0, max: 1e15, noNaN: true }).map((value) => value + 0);
    let minute = 0;
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        fc.record({
          calls: count,
          rows: fc.option(count),
          totalMs: ms,
          maxMs: fc.option(ms),
          p50Ms: fc.option(ms),
          p95Ms: fc.option(ms),
          p99Ms: fc.option(ms),
          walBytes: fc.option(count),
        }),
        (message, counters) => {
          minute += 1;
          const capturedTo = new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
          const finding = sampleFinding({ message, headline: message });
          const statements = [sampleStatement(counters)];
          const { id } = store.saveSnapshot(
            sampleStoreAnalysis({ capturedTo, findings: [finding] }),
            sampleCapture({ capturedTo, statements }),
          );
          const [found] = store.findByKeyPrefix(finding.key, id);
          expect(found?.finding).toEqual(finding);
          expect(found?.statement).toMatchObject(counters);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("writes all of a snapshot or nothing", () => {
    const store = freshStore();
    const findings = [sampleFinding(), sampleFinding()];
    expect(() => store.saveSnapshot(sampleStoreAnalysis({ findings }), sampleCapture())).toThrow(/UNIQUE/);
    expect(store.latestSnapshot()).toBeNull();
  });

  it("takes 5,000 statements", () => {
    const store = freshStore();
    const statements = Array.from({ length: 5000 }, (_, index) =>
      sampleStatement({
        fingerprint: index.toString(16).padStart(16, "0"),
        query: `select ${"column_name, ".repeat(10)} id from t${index} where id = $1`,
        queryIds: [String(index)],
      }),
    );
    store.saveSnapshot(sampleStoreAnalysis(), sampleCapture({ statements }));
    expect(store.knownQueries(SAMPLE_TARGET, 15, STARTED).size).toBe(5000);
  });
});

describe("findByKeyPrefix", () => {
  it("takes a rule id with hexadecimal digits, or the digits alone", () => {
    const store = freshStore();
    store.saveSnapshot(sampleStoreAnalysis(), sampleCapture());
    for (const prefix of ["slow-statement:0123", "0123", "slow-statement:0123456789ab", " 0123 "]) {
      const [found, ...others] = store.findByKeyPrefix(prefix);
      expect(others).toEqual([]);
      expect(found?.finding).toEqual(sampleFinding());
      expect(found?.recommendations).toHaveLength(1);
      expect(found?.plan?.root.operator).toBe("seq-scan");
      expect(found?.statement).toMatchObject({
        calls: 1200,
        totalMs: 4800.5,
        rows: 3600,
        planMs: null,
        walBytes: null,
      });
      expect(found?.snapshot.capturedAt).toBe(SAMPLE_TIME);
    }
  });

  it("finds by the beginning of the rule's name", () => {
    const store = freshStore();
    store.saveSnapshot(sampleStoreAnalysis(), sampleCapture());
    expect(store.findByKeyPrefix("slow-st")).toHaveLength(1);
  });

  it("finds nothing for other digits, wildcards or an empty text", () => {
    const store = freshStore();
    store.saveSnapshot(sampleStoreAnalysis(), sampleCapture());
    for (const prefix of ["1234", "%", "_", "", "dead", "slow-statement:9"]) {
      expect(store.findByKeyPrefix(prefix)).toEqual([]);
    }
  });

  it("looks only into the latest snapshot of a target unless one is named", () => {
    const store = freshStore();
    const { id } = store.saveSnapshot(sampleStoreAnalysis(), sampleCapture());
    const capturedTo = "2026-11-24T09:40:00.000Z";
    store.saveSnapshot(sampleStoreAnalysis({ capturedTo, findings: [] }), sampleCapture({ capturedTo }));
    expect(store.findByKeyPrefix("0123")).toEqual([]);
    expect(store.findByKeyPrefix("0123", id)).toHaveLength(1);
    expect(store.findByKeyPrefix("0123", 999)).toEqual([]);
  });

  it("gives findings without a statement as they are", () => {
    const store = freshStore();
    const finding = sampleFinding({ subject: { kind: "server" } });
    store.saveSnapshot(sampleStoreAnalysis({ findings: [finding] }), sampleCapture());
    expect(store.findByKeyPrefix("0123")).toMatchObject([{ plan: null, statement: null }]);
  });
});

describe("knownQueries", () => {
  it("gives texts by every query id of the class, for the same life of the server alone", () => {
    const store = freshStore();
    const statement = sampleStatement({ queryIds: ["1", "-9223372036854775808"] });
    store.saveSnapshot(sampleStoreAnalysis(), sampleCapture({ statements: [statement] }));
    expect([...store.knownQueries(SAMPLE_TARGET, 15, STARTED)]).toEqual(
      expect.arrayContaining([
        ["1", statement.query],
        ["-9223372036854775808", statement.query],
      ]),
    );
    expect(store.knownQueries(SAMPLE_TARGET, 16, STARTED).size).toBe(0);
    expect(store.knownQueries(SAMPLE_TARGET, 15, "2026-11-23T10:00:00.000Z").size).toBe(0);
    expect(store.knownQueries(SAMPLE_TARGET, 15, null).size).toBe(0);
    expect(store.knownQueries({ ...SAMPLE_TARGET, database: "other" }, 15, STARTED).size).toBe(0);
  });

  it("leaves out texts whose tags stood in a comment, so that a second run still has them", () => {
    const store = freshStore();
    const statement = sampleStatement({ tags: { route: "/orders" } });
    store.saveSnapshot(sampleStoreAnalysis(), sampleCapture({ statements: [statement] }));
    expect(store.knownQueries(SAMPLE_TARGET, 15, STARTED).size).toBe(0);
  });

  it("leaves out redacted texts, utility statements and other databases", () => {
    const store = freshStore();
    const statements = [
      sampleStatement({ fingerprint: "01", queryIds: ["1"], query: "select * from t where a = '?'" }),
      sampleStatement({ fingerprint: "02", queryIds: ["2"], kind: "utility", query: "vacuum t" }),
      sampleStatement({ fingerprint: "03", queryIds: ["3"], database: "other" }),
    ];
    store.saveSnapshot(sampleStoreAnalysis(), sampleCapture({ statements }));
    expect(store.knownQueries(SAMPLE_TARGET, 15, STARTED).size).toBe(0);
  });
});

function freshStore(): Store {
  const store = openStore(join(temporaryFolder(), "dbperf.db"));
  onTestFinished(() => store.close());
  return store;
}
