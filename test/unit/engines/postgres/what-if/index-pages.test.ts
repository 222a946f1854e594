import { describe, expect, it } from "vitest";
import {
  type IndexShape,
  indexPages,
  tupleBytes,
} from "../../../../../src/engines/postgres/what-if/indexes/index-pages.ts";

const int4 = { widthBytes: 4, alignBytes: 4, elements: null };
const int8 = { widthBytes: 8, alignBytes: 8, elements: null };

function shape(change: Partial<IndexShape>): IndexShape {
  return {
    method: "btree",
    rows: 100_000,
    tablePages: 1000,
    entries: 100_000,
    nullRows: 0,
    keys: [int4],
    included: [],
    isGuessed: false,
    deduplicates: true,
    fillFactor: null,
    ...change,
  };
}

function megabytes(change: Partial<IndexShape>): number {
  return (indexPages(shape(change)).pages * 8192) / 1e6;
}

describe("the size of an index", () => {
  it("aligns keys and the tuple", () => {
    expect(tupleBytes([int4])).toBe(20);
    expect(tupleBytes([int4, int4])).toBe(20);
    expect(tupleBytes([int4, int8])).toBe(28);
    expect(tupleBytes([{ widthBytes: 17, alignBytes: 1, elements: null }])).toBe(36);
  });

  // Built on PostgreSQL 15.20, TPC-H and TPC-DS at scale factor 1.
  it("is that of indexes really built", () => {
    const built: readonly (readonly [number, Partial<IndexShape>])[] = [
      [3.39, { rows: 150_000, entries: 150_000 }],
      [42.7, { rows: 6_001_215, entries: 2526 }],
      [135, { rows: 6_001_215, entries: 3, deduplicates: false }],
      [33.7, { rows: 1_500_000, entries: 1_500_000, keys: [int4, int4] }],
      [10.9, { rows: 1_500_000, entries: 2406 }],
    ];
    for (const [real, change] of built) expect(Math.abs(megabytes(change) / real - 1)).toBeLessThan(0.06);
  });

  it("counts nulls as one value with a long list of rows", () => {
    const filled = megabytes({ rows: 1_000_000, entries: 1_000_000 });
    const sparse = megabytes({ rows: 1_000_000, entries: 100_001, nullRows: 900_000 });
    expect(sparse).toBeGreaterThan(filled * 0.3);
    expect(sparse).toBeLessThan(filled * 0.45);
  });

  it("saves nothing where keys hardly repeat", () => {
    expect(megabytes({ entries: 90_000 })).toBe(megabytes({ entries: 100_000 }));
    expect(megabytes({ entries: 50_000 })).toBeLessThan(megabytes({ entries: 100_000 }));
  });

  it("grows with included columns and with free space", () => {
    expect(megabytes({ included: [int8], deduplicates: false })).toBeGreaterThan(megabytes({ deduplicates: false }));
    expect(megabytes({ fillFactor: 50 })).toBeGreaterThan(megabytes({}) * 1.7);
  });

  it("is a meta page where no row has an entry", () => {
    expect(indexPages(shape({ rows: 0, entries: 0 })).pages).toBe(1);
  });

  it("says how well it is known", () => {
    expect(indexPages(shape({})).basis).toBe("formula");
    expect(indexPages(shape({ isGuessed: true })).basis).toBe("rough");
    for (const method of ["brin", "gin", "gist", "hash"]) expect(indexPages(shape({ method })).basis).toBe("rough");
  });

  it("is tiny for BRIN", () => {
    expect(indexPages(shape({ method: "brin", tablePages: 100_000 })).pages).toBeLessThan(10);
  });
});
