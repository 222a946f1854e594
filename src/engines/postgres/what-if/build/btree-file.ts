export const PAGE_BYTES = 8192;

/** Bytes of a page between its header (24) and a B-tree's own footer (16). */
const USABLE_BYTES = PAGE_BYTES - 24 - 16;

/** Inner pages are filled to 70 % when an index is built. */
const INNER_FILL = 0.7;

/** Item pointer and tuple header of an inner entry. */
const ENTRY_OVERHEAD_BYTES = 4 + 8;

const LEAF = 1;
const ROOT = 2;

/** Levels above the leaves, which each descent is charged for; null keys count with their average width. */
export function btreeHeight(pages: number, keyBytes: number): number {
  const entryBytes = Math.ceil(Math.max(1, keyBytes) / 8) * 8 + ENTRY_OVERHEAD_BYTES;
  const fanOut = Math.max(2, Math.floor((USABLE_BYTES * INNER_FILL) / entryBytes));
  let height = 0;
  // The first page is the meta page.
  for (let level = pages - 1; level > 1; level = Math.ceil(level / fanOut)) height += 1;
  return height;
}

/**
 * The pages of a valid B-tree without any key: the meta page of an empty one, pointed at a root of the given height,
 * from which a chain of single children leads to an empty leaf. The planner reads the height from the meta page, and
 * follows the chain to the leaf when it looks for the smallest or greatest value, of which it then finds none.
 */
export function emptyBtree(metaPage: Uint8Array, height: number): readonly Uint8Array[] {
  const meta = Buffer.from(metaPage.subarray(0, PAGE_BYTES));
  // btm_root, btm_level, btm_fastroot, btm_fastlevel follow magic and version.
  meta.writeUInt32LE(1, 32);
  meta.writeUInt32LE(height, 36);
  meta.writeUInt32LE(1, 40);
  meta.writeUInt32LE(height, 44);
  const levels = Array.from({ length: height + 1 }, (_, index) => height - index);
  return [meta, ...levels.map((level, index) => page(level, index + 1))];
}

function page(level: number, block: number): Uint8Array {
  const bytes = Buffer.alloc(PAGE_BYTES);
  const special = PAGE_BYTES - 16;
  const isLeaf = level === 0;
  bytes.writeUInt16LE(isLeaf ? 24 : 28, 12);
  bytes.writeUInt16LE(isLeaf ? special : special - 8, 14);
  bytes.writeUInt16LE(special, 16);
  // Page size and layout version 4.
  bytes.writeUInt16LE(PAGE_BYTES | 4, 18);
  if (!isLeaf) writeDownLink(bytes, special - 8, block + 1);
  bytes.writeUInt32LE(level, special + 8);
  bytes.writeUInt16LE((isLeaf ? LEAF : 0) | (block === 1 ? ROOT : 0), special + 12);
  return bytes;
}

/** One entry without key attributes, "less than everything", that leads to the only child. */
function writeDownLink(bytes: Buffer, offset: number, child: number): void {
  bytes.writeUInt32LE((offset | (1 << 15) | (8 << 17)) >>> 0, 24);
  bytes.writeUInt16LE(child >>> 16, offset);
  bytes.writeUInt16LE(child & 0xffff, offset + 2);
  bytes.writeUInt16LE(0, offset + 4);
  bytes.writeUInt16LE(8 | 0x2000, offset + 6);
}
