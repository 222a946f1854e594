import type { LogWrap } from "../../../../model/log.ts";

/** A way in which a collector of logs packs the lines of a server: one file in this folder, one line in the list. */
export interface Unwrap {
  readonly id: Exclude<LogWrap, null>;
  /** What comes out. */
  readonly innerFormat: "postgres-stderr" | "postgres-json";
  /** `log_line_prefix` of what `create({ isStamped: true })` puts before each line; null where it puts nothing. */
  readonly stampPrefix: string | null;
  /** Share of the sample's lines that are of this wrap, other programs' included; 0 where no server's is among them. */
  detect(sample: string): number;
  create(options: UnwrapOptions): Unwrapper;
}

export interface UnwrapOptions {
  /** Put the wrap's own time and process id before each line, for a prefix that lacks them. */
  readonly isStamped: boolean;
  /** Milliseconds since 1970; tells the year of times that have none. The default is the present. */
  readonly nowMs?: number;
}

/** Turns the bytes of the file, the outer ones, into those that the server wrote, the inner ones. */
export interface Unwrapper {
  /**
   * Takes the next bytes of the file. An outer line that is not whole is held back, and an inner line that may go on;
   * `isEnd` hands over everything. Never throws.
   */
  push(outer: Uint8Array, isEnd: boolean): UnwrappedChunk;
}

/**
 * What became of outer lines. The spans of all chunks, in order, add up to the file byte for byte, and their inner bytes
 * to all inner ones, so that whoever reads the inner lines can say which outer bytes each of them stands for: an inner
 * line that ends at inner offset n stands for the spans up to the one whose inner bytes end at n.
 */
export interface UnwrappedChunk {
  /** Whole inner lines, each with its line break. */
  readonly inner: Uint8Array;
  readonly spans: readonly OuterSpan[];
}

/** Outer bytes in one piece or, where lines of several processes run together, in several. */
export interface OuterSpan {
  /**
   * `line`: one inner line, with its line break. `foreign`: another program's lines, neither event nor error.
   * `unreadable`: lines that are not what the wrap writes. The last two have no inner bytes.
   */
  readonly kind: "line" | "foreign" | "unreadable";
  readonly innerBytes: number;
  /** Where an outer line holds several inner ones, the first has both and the others 0. */
  readonly outerBytes: number;
  readonly outerLines: number;
}
