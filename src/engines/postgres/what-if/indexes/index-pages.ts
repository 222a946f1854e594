import { PAGE_BYTES } from "../build/btree-file.ts";

/** What the size of an index comes from. */
export interface IndexShape {
  readonly method: string;
  /** Rows that have an entry: all, or those of the predicate. */
  readonly rows: number;
  readonly tablePages: number;
  /** Different key values among these rows, null as one of them. */
  readonly entries: number;
  /** Rows whose whole key is null: one value with a long list of rows. */
  readonly nullRows: number;
  readonly keys: readonly IndexColumn[];
  /** Width and spread of an expression are the planner's defaults: it has no statistics. */
  readonly isGuessed: boolean;
  readonly included: readonly IndexColumn[];
  /** Whether a B-tree keeps equal keys once, with a list of rows; its meta page says so. */
  readonly deduplicates: boolean;
  /** Per cent. */
  readonly fillFactor: number | null;
}

export interface IndexColumn {
  /** Average bytes, with the length byte of a short value. */
  readonly widthBytes: number;
  readonly alignBytes: number;
  /** Average number of elements that GIN finds in a value; null where unknown. */
  readonly elements: number | null;
}

export interface IndexPages {
  readonly pages: number;
  /** `formula`: deduplication, widths and fill are counted; `rough`: a rule of thumb of the access method. */
  readonly basis: "formula" | "rough";
}

const POINTER_BYTES = 4;
const HEADER_BYTES = 8;
const ROW_ID_BYTES = 6;

/** A list of rows is ended where it grows to half of the largest entry. */
const POSTING_BYTES = 1352;

/** Below this many rows a key, lists of rows save nothing. */
const FEWEST_ROWS_PER_ENTRY = 1.5;

/** Page of 8 KiB without header and footer. */
const USABLE_BYTES = PAGE_BYTES - 40;

/** The size that an index has when it is built, in pages of 8 KiB. */
export function indexPages(shape: IndexShape): IndexPages {
  switch (shape.method) {
    case "btree":
      return { pages: btreePages(shape), basis: shape.isGuessed ? "rough" : "formula" };
    case "brin":
      return { pages: brinPages(shape), basis: "rough" };
    case "hash":
      return { pages: hashPages(shape.rows), basis: "rough" };
    case "gin":
      return { pages: ginPages(shape), basis: "rough" };
    default:
      return { pages: searchTreePages(shape), basis: "rough" };
  }
}

/** Bytes of one index tuple with its pointer. */
export function tupleBytes(columns: readonly IndexColumn[]): number {
  let bytes = HEADER_BYTES;
  for (const { widthBytes, alignBytes } of columns) bytes = roundUp(bytes, alignBytes) + widthBytes;
  return roundUp(bytes, 8) + POINTER_BYTES;
}

function btreePages(shape: IndexShape): number {
  const free = (PAGE_BYTES * (100 - (shape.fillFactor ?? 90))) / 100;
  const leaves = Math.max(1, Math.ceil(leafBytes(shape) / (USABLE_BYTES - free)));
  const fanOut = Math.max(2, Math.floor((USABLE_BYTES * 0.7) / tupleBytes(shape.keys)));
  let pages = 1 + leaves;
  for (let level = leaves; level > 1; ) {
    level = Math.ceil(level / fanOut);
    pages += level;
  }
  return shape.rows < 1 ? 1 : pages;
}

function leafBytes({ rows, nullRows, entries, keys, included, deduplicates }: IndexShape): number {
  const tuple = tupleBytes([...keys, ...included]);
  const filled = Math.max(0, rows - nullRows);
  if (!deduplicates) return rows * tuple;
  const nulls = nullRows > 0 ? listBytes(nullRows, 1, roundUp(HEADER_BYTES + 4, 8) + POINTER_BYTES) : 0;
  const values = Math.max(1, nullRows > 0 ? entries - 1 : entries);
  return nulls + listBytes(filled, values, tuple);
}

function listBytes(rows: number, entries: number, tuple: number): number {
  const perEntry = rows / entries;
  if (perEntry < FEWEST_ROWS_PER_ENTRY) return rows * tuple;
  const longest = Math.max(1, Math.floor((POSTING_BYTES - tuple) / ROW_ID_BYTES));
  return entries * Math.ceil(perEntry / longest) * tuple + ROW_ID_BYTES * rows;
}

/** One summary for 128 pages, with a map of where they stand. */
function brinPages({ tablePages, keys }: IndexShape): number {
  const ranges = Math.ceil(tablePages / 128);
  const summary = 8 + 2 * keys.reduce((sum, { widthBytes }) => sum + roundUp(widthBytes, 8), 0) + POINTER_BYTES;
  return 1 + Math.ceil(ranges / 1360) + Math.ceil((ranges * summary) / USABLE_BYTES);
}

/** Buckets are a power of two, filled to three quarters on average. */
function hashPages(rows: number): number {
  const perBucket = Math.floor((USABLE_BYTES * 0.75) / (16 + POINTER_BYTES));
  return 3 + 2 ** Math.ceil(Math.log2(Math.max(2, rows / perBucket)));
}

/** Row ids are kept as differences of some two bytes; values without a known number of elements count by their length. */
function ginPages({ rows, keys }: IndexShape): number {
  const elements = keys.reduce((sum, key) => sum + (key.elements ?? Math.max(1, key.widthBytes / 8)), 0);
  return 2 + Math.ceil((rows * elements * 2.2) / (USABLE_BYTES * 0.8));
}

/** GiST, SP-GiST and unknown ones: one entry a row, pages filled to 70 %. */
function searchTreePages({ rows, keys, included }: IndexShape): number {
  return 1 + Math.ceil((rows * tupleBytes([...keys, ...included])) / (USABLE_BYTES * 0.7));
}

function roundUp(value: number, to: number): number {
  return Math.ceil(value / to) * to;
}
