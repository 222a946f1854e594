import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type RotatedFile, rotationName, rotationOrder } from "../../../src/logs/rotation-order.ts";

function untimed(...paths: string[]): RotatedFile[] {
  return paths.map((path) => ({ path, firstAtMs: null }));
}

describe("rotationOrder", () => {
  it.each([
    [
      ["x.log", "x.log.1", "x.log.2.gz", "x.log.10.gz"],
      ["x.log.10.gz", "x.log.2.gz", "x.log.1", "x.log"],
    ],
    [
      ["x.log", "x.log.0"],
      ["x.log.0", "x.log"],
    ],
    [
      ["pg/postgresql-2026-11-25_000000.log", "pg/postgresql-2026-11-24_000000.log.gz"],
      ["pg/postgresql-2026-11-24_000000.log.gz", "pg/postgresql-2026-11-25_000000.log"],
    ],
    [
      ["slow.log", "slow.log-20261124", "slow.log-20261123.xz"],
      ["slow.log-20261123.xz", "slow.log-20261124", "slow.log"],
    ],
    [
      ["postgresql.log.2026-11-24-10", "postgresql.log.2026-11-24-09", "postgresql.log.2026-11-23-23"],
      ["postgresql.log.2026-11-23-23", "postgresql.log.2026-11-24-09", "postgresql.log.2026-11-24-10"],
    ],
    [
      ["a-20261124.log.1", "a-20261124.log.2", "a-20261123.log"],
      ["a-20261123.log", "a-20261124.log.2", "a-20261124.log.1"],
    ],
    [
      ["archive/x.log", "x.log.2", "old/x.log.1"],
      ["x.log.2", "old/x.log.1", "archive/x.log"],
    ],
  ])("%j is %j by names", (given, expected) => expect(rotationOrder(untimed(...given))).toEqual(expected));

  it.each([
    [["b.log", "a.log"]],
    [["postgresql-15-main.log", "postgresql-14-main.log"]],
    [["dump-99991332.log", "dump-18001324.log"]],
    [["postgresql-Mon.log", "postgresql-Fri.log"]],
    [["x.log.1764000000", "x.log.1763000000"]],
    [["-", "x.log"]],
  ])("%j tells nothing by its names and stays", (given) => expect(rotationOrder(untimed(...given))).toEqual(given));

  it("keeps the series of two logs apart", () => {
    expect(rotationOrder(untimed("a.log", "b.log", "a.log.1", "b.log.1"))).toEqual([
      "a.log.1",
      "b.log.1",
      "a.log",
      "b.log",
    ]);
  });

  it("believes times more than names", () => {
    const files = [
      { path: "x.log.1", firstAtMs: 20 },
      { path: "x.log.2", firstAtMs: 30 },
      { path: "x.log", firstAtMs: 10 },
    ];
    expect(rotationOrder(files)).toEqual(["x.log", "x.log.1", "x.log.2"]);
  });

  it("puts a file without a time beside those of its series", () => {
    const files = [
      { path: "b.log", firstAtMs: 50 },
      { path: "a.log", firstAtMs: 30 },
      { path: "a.log.1", firstAtMs: null },
      { path: "c.log", firstAtMs: 10 },
      { path: "c.log-20261124", firstAtMs: null, lastAtMs: 9 },
    ];
    expect(rotationOrder(files)).toEqual(["c.log-20261124", "c.log", "a.log.1", "a.log", "b.log"]);
  });

  it("puts a file without a time after the rest of its series where it is the newest", () => {
    const files = [
      { path: "a.log", firstAtMs: null },
      { path: "a.log.1", firstAtMs: 30 },
      { path: "b.log", firstAtMs: 31 },
    ];
    expect(rotationOrder(files)).toEqual(["a.log.1", "a.log", "b.log"]);
  });

  it("orders equal times by names", () => {
    const files = ["x.log", "x.log.2", "x.log.1"].map((path) => ({ path, firstAtMs: 7 }));
    expect(rotationOrder(files)).toEqual(["x.log.2", "x.log.1", "x.log"]);
  });
});

const path = fc
  .tuple(
    fc.constantFrom("a.log", "b.log", "c"),
    fc.constantFrom("", ".1", ".2", ".3", "-20261124", "-20261125.gz", ".old"),
  )
  .map(([name, suffix]) => name + suffix);
const time = fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 5 }));
const files = fc.array(fc.record({ path, firstAtMs: time, lastAtMs: time }), { maxLength: 12 });

describe("rotationOrder, for any files", () => {
  it("returns each path as often as it was given", () => {
    fc.assert(
      fc.property(files, (given) => {
        expect(rotationOrder(given).sort()).toEqual(given.map((file) => file.path).sort());
      }),
    );
  });

  it("has known first times in order", () => {
    const distinct = fc.uniqueArray(fc.record({ path, firstAtMs: time }), { selector: (file) => file.path });
    fc.assert(
      fc.property(distinct, (given) => {
        const timeOf = new Map(given.map((file) => [file.path, file.firstAtMs]));
        const times = rotationOrder(given).flatMap((name) => timeOf.get(name) ?? []);
        expect(times).toEqual([...times].sort((a, b) => a - b));
      }),
    );
  });

  it("does not depend on the given order where all first times differ, or where all files are one series", () => {
    const timed = fc.uniqueArray(fc.record({ path, firstAtMs: fc.integer() }), { selector: (file) => file.firstAtMs });
    const series = fc.uniqueArray(fc.constantFrom("s", "s.1", "s.2", "s.3.gz", "s-20261124", "s-20261125"));
    const given = fc.oneof(
      timed,
      series.map((paths) => untimed(...paths)),
    );
    fc.assert(
      fc.property(given, fc.infiniteStream(fc.nat()), (list, noise) => {
        const shuffled = list.map((file) => ({ file, key: noise.next().value })).sort((a, b) => a.key - b.key);
        expect(rotationOrder(shuffled.map(({ file }) => file))).toEqual(rotationOrder(list));
      }),
    );
  });

  it("is stable: names that say nothing and have no times, or the same one, keep the given order", () => {
    const plain = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,4}$/));
    fc.assert(
      fc.property(plain, fc.constantFrom(null, 3), (paths, firstAtMs) => {
        expect(rotationOrder(paths.map((name) => ({ path: name, firstAtMs })))).toEqual(paths);
      }),
    );
  });
});

describe("rotationName", () => {
  it.each([
    ["/var/log/x.log.2.gz", { series: "x.log", date: null, counter: 2, isCompressed: true }],
    [
      "postgresql-2026-11-24_153012.log",
      { series: "postgresql.log", date: "20261124153012", counter: null, isCompressed: false },
    ],
    ["slow.log-20261124", { series: "slow.log", date: "20261124000000", counter: null, isCompressed: false }],
    [
      "mysql-slowquery.log.2026-11-24.07",
      { series: "mysql-slowquery.log", date: "20261124070000", counter: null, isCompressed: false },
    ],
    ["x.log", { series: "x.log", date: null, counter: null, isCompressed: false }],
  ])("%s", (name, expected) => expect(rotationName(name)).toEqual(expected));
});
