import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { btreeHeight, emptyBtree, PAGE_BYTES } from "../../../../../src/engines/postgres/what-if/build/btree-file.ts";
import { extendBtree, extendRelation } from "../../../../../src/engines/postgres/what-if/build/relation-file.ts";

describe("the height of a B-tree", () => {
  // bt_metap on PostgreSQL 15.20: keys of 4 bytes, and texts of 106.
  it("is that of real ones", () => {
    expect(btreeHeight(2, 4)).toBe(0);
    expect(btreeHeight(276, 4)).toBe(1);
    expect(btreeHeight(414, 4)).toBe(2);
    expect(btreeHeight(1734, 106)).toBe(2);
  });

  it("grows with wide keys", () => {
    expect(btreeHeight(276, 400)).toBeGreaterThan(btreeHeight(276, 4));
  });
});

describe("a B-tree without keys", () => {
  it("leads from the root by single children to an empty leaf", () => {
    const pages = emptyBtree(new Uint8Array(PAGE_BYTES), 2).map((page) => Buffer.from(page));
    expect(pages).toHaveLength(4);
    const [meta, root, inner, leaf] = pages;
    expect([32, 36, 40, 44].map((offset) => meta?.readUInt32LE(offset))).toEqual([1, 2, 1, 2]);
    expect([root, inner, leaf].map((page) => page?.readUInt32LE(PAGE_BYTES - 8))).toEqual([2, 1, 0]);
    expect([root, inner, leaf].map((page) => page?.readUInt16LE(PAGE_BYTES - 4))).toEqual([2, 0, 1]);
    expect(root?.readUInt16LE(PAGE_BYTES - 24 + 2)).toBe(2);
    expect(inner?.readUInt16LE(PAGE_BYTES - 24 + 2)).toBe(3);
    expect(leaf?.readUInt16LE(12)).toBe(24);
  });

  it("is one leaf, which is the root, where the height is nought", () => {
    const [, root, ...none] = emptyBtree(new Uint8Array(PAGE_BYTES), 0).map((page) => Buffer.from(page));
    expect(root?.readUInt16LE(PAGE_BYTES - 4)).toBe(3);
    expect(none).toEqual([]);
  });
});

describe("the file of a relation", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "dbperf-file-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("has its size and takes no space", () => {
    const path = join(folder, "1");
    writeFileSync(path, "");
    extendRelation(path, 131_072 + 5);
    expect(statSync(path).size).toBe(1024 ** 3);
    expect(statSync(`${path}.1`).size).toBe(5 * PAGE_BYTES);
    expect(statSync(path).blocks * 512).toBeLessThan(1024 ** 2);
  });

  it("stays empty without pages", () => {
    const path = join(folder, "1");
    writeFileSync(path, "");
    extendRelation(path, 0);
    expect(statSync(path).size).toBe(0);
  });

  it("keeps what a B-tree's meta page says beside the root", () => {
    const path = join(folder, "1");
    const meta = Buffer.alloc(PAGE_BYTES, 7);
    writeFileSync(path, meta);
    extendBtree(path, 100, 1);
    const written = readFileSync(path);
    expect(written.length).toBe(100 * PAGE_BYTES);
    expect(written.readUInt32LE(32)).toBe(1);
    expect(written.subarray(48, PAGE_BYTES).equals(meta.subarray(48))).toBe(true);
  });
});
