import type { LogFile } from "../model/log.ts";

export type LogCompression = NonNullable<LogFile["compression"]>;

/** How many bytes `compressionOf` looks at. */
export const MAGIC_BYTES = 6;

const ZSTD_FRAME = 0xfd2fb528;
const ZSTD_SKIPPABLE = 0x184d2a5;

/** Says from its first bytes how a file is compressed, whatever its name; null: not in a way that is known here. */
export function compressionOf(head: Uint8Array): LogCompression | null {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  if (bytes.length >= 2 && bytes.readUInt16BE(0) === 0x1f8b) return "gzip";
  if (bytes.length >= 4 && isZstdMagic(bytes.readUInt32LE(0))) return "zstd";
  if (bytes.subarray(0, MAGIC_BYTES).equals(Buffer.from("fd377a585a00", "hex"))) return "xz";
  return null;
}

/** pzstd begins a file with a skippable frame. */
function isZstdMagic(magic: number): boolean {
  return magic === ZSTD_FRAME || isSkippableFrame(magic);
}

/** A zstd frame that holds no text, by its first four bytes as a little-endian number. */
export function isSkippableFrame(magic: number): boolean {
  return magic >>> 4 === ZSTD_SKIPPABLE;
}
