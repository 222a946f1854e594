import { crc32, createInflateRaw } from "node:zlib";
import { formatCount } from "../../util/units.ts";
import { ByteReader } from "./byte-reader.ts";
import { type Decoded, stretchDecoder } from "./stretch-decoder.ts";

/** What a piece can grow to is 1,032 times its size: 32 KiB keep memory flat with any input. */
const PIECE_BYTES = 32 * 1024;
const CHUNK_BYTES = 64 * 1024;

const HEADER_BYTES = 10;
const HAS_HEADER_CHECKSUM = 2;
const HAS_EXTRA = 4;
const HAS_NAME = 8;
const HAS_COMMENT = 16;

/**
 * The text of a gzip file of any number of members. node:zlib's own gunzip drops up to a chunk of good text when a
 * file is cut off or goes on with other bytes; here only the headers are read by hand, so that all of it is kept.
 */
export async function* gunzipped(
  input: AsyncIterable<Uint8Array>,
  onProblem: (problem: string) => void,
): AsyncGenerator<Uint8Array> {
  const reader = new ByteReader(input);
  for (;;) {
    await skipPadding(reader);
    const start = reader.offset;
    const header = await readHeader(reader);
    if (header === "end") return;
    if (header === "foreign") {
      onProblem(`what follows byte ${formatCount(start)} is not gzip and was left out`);
      return;
    }
    const ended = header === "cut" ? "cut" : yield* member(reader, onProblem);
    if (ended === "cut") onProblem(`its gzip data are cut off at byte ${formatCount(reader.offset)}`);
    if (ended !== "complete") return;
  }
}

async function* member(
  reader: ByteReader,
  onProblem: (problem: string) => void,
): AsyncGenerator<Uint8Array, "complete" | "cut" | "damaged"> {
  const inflate = createInflateRaw({ chunkSize: CHUNK_BYTES });
  const decoder = stretchDecoder(inflate);
  const start = reader.offset;
  let checksum = 0;
  let length = 0;
  let decoded: Decoded = "more";
  let fed = 0;
  let piece: Uint8Array | null = null;
  try {
    while (decoded === "more") {
      piece = await reader.piece(PIECE_BYTES);
      fed += piece?.length ?? 0;
      decoded = await decoder.feed(piece);
      for (const text of decoder.takeText()) {
        checksum = crc32(text, checksum);
        length += text.length;
        yield text;
      }
    }
    if (decoded === "end" && piece !== null) {
      reader.giveBack(piece.subarray(piece.length - (fed - inflate.bytesWritten)));
    }
  } finally {
    decoder.close();
  }
  if (decoded instanceof Error) {
    if (piece === null) return "cut";
    onProblem(`its gzip data are damaged near byte ${formatCount(start + fed)} (${decoded.message})`);
    return "damaged";
  }
  const trailer = await reader.take(8);
  if (trailer.length < 8) return "cut";
  if (trailer.readUInt32LE(0) !== checksum || trailer.readUInt32LE(4) !== length % 2 ** 32) {
    onProblem(`the checksum of its gzip data before byte ${formatCount(reader.offset)} is wrong`);
  }
  return "complete";
}

/** Zero bytes after a member are padding (tapes, block devices) and no fault. */
async function skipPadding(reader: ByteReader): Promise<void> {
  for (;;) {
    const piece = await reader.piece(PIECE_BYTES);
    if (piece === null) return;
    const first = piece.findIndex((byte) => byte !== 0);
    if (first !== -1) {
      reader.giveBack(piece.subarray(first));
      return;
    }
  }
}

/** RFC 1952: ten bytes, then what the flags announce. */
async function readHeader(reader: ByteReader): Promise<"read" | "end" | "cut" | "foreign"> {
  const fixed = await reader.take(HEADER_BYTES);
  if (fixed.length === 0) return "end";
  if (!Buffer.from("1f8b08", "hex").subarray(0, fixed.length).equals(fixed.subarray(0, 3))) return "foreign";
  if (fixed.length < HEADER_BYTES) return "cut";
  const flags = fixed.readUInt8(3);
  if ((flags & HAS_EXTRA) !== 0) {
    const size = await reader.take(2);
    if (size.length < 2) return "cut";
    await reader.take(size.readUInt16LE(0));
  }
  if ((flags & HAS_NAME) !== 0) await skipText(reader);
  if ((flags & HAS_COMMENT) !== 0) await skipText(reader);
  if ((flags & HAS_HEADER_CHECKSUM) !== 0) await reader.take(2);
  return "read";
}

async function skipText(reader: ByteReader): Promise<void> {
  for (;;) {
    const byte = await reader.take(1);
    if (byte.length === 0 || byte[0] === 0) return;
  }
}
