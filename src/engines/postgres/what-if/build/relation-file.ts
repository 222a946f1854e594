import { closeSync, openSync, readSync, truncateSync, writeSync } from "node:fs";
import { emptyBtree, PAGE_BYTES } from "./btree-file.ts";

/** Pages of one file: a larger relation goes on in `.1`, `.2`… */
const SEGMENT_PAGES = 131_072;

/** Gives a relation's file a size without content: the space is not taken. Never shortens it to nothing. */
export function extendRelation(path: string, pages: number): void {
  for (let segment = 0, left = pages; left > 0; segment += 1, left -= SEGMENT_PAGES) {
    const file = segment === 0 ? path : `${path}.${segment}`;
    if (segment > 0) closeSync(openSync(file, "a", 0o600));
    truncateSync(file, Math.min(left, SEGMENT_PAGES) * PAGE_BYTES);
  }
}

/** Gives a new, empty B-tree its height and size. Has to come before the planner first looks at the index. */
export function extendBtree(path: string, pages: number, height: number): void {
  const file = openSync(path, "r+");
  try {
    const meta = new Uint8Array(PAGE_BYTES);
    readSync(file, meta, 0, PAGE_BYTES, 0);
    const tree = emptyBtree(meta, height);
    for (const [block, page] of tree.entries()) writeSync(file, page, 0, PAGE_BYTES, block * PAGE_BYTES);
    extendRelation(path, Math.max(pages, tree.length));
  } finally {
    closeSync(file);
  }
}
