import { createHash } from "node:crypto";

/** How far a followed log was read, as plain JSON: enough to find the same file again after a rotation or a restart. */
export interface LogPosition {
  /** Device and inode, in decimal: 64 bits do not fit a JSON number. */
  readonly dev: string;
  readonly ino: string;
  /** Bytes of the file that were read. */
  readonly offset: number;
  /** SHA-256, in hex, of the first `headBytes` bytes: file systems give a freed inode number to the next new file. */
  readonly headHash: string;
  /** The smaller of `offset` and 1,024: a head that is still growing is no other head. */
  readonly headBytes: number;
}

/** How many bytes of a file tell it from others; a full head is taken for proof even under another inode. */
export const HEAD_BYTES = 1024;

export function hashOf(head: Uint8Array): string {
  return createHash("sha256").update(head).digest("hex");
}
