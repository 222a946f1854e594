import { Transform } from "node:stream";
import * as zlib from "node:zlib";
import { formatCount } from "../../util/units.ts";
import { compressionOf, isSkippableFrame } from "../compression.ts";
import { ByteReader } from "./byte-reader.ts";
import { type StretchDecoder, stretchDecoder } from "./stretch-decoder.ts";

const PIECE_BYTES = 32 * 1024;
const RLE_BLOCK = 1;
const RESERVED_BLOCK = 3;

/** True where node:zlib knows zstd: Node 22.15 and later. */
export function nodeKnowsZstd(): boolean {
  return newDecoder() !== null;
}

/**
 * The text of a zstd file, by node:zlib. Its decoder stops without a word after the first frame and takes a frame
 * that is cut off for a whole one (Node 22.20), so the frames are told apart here, by their block headers (RFC 8878).
 */
export async function* unzstdByNode(
  input: AsyncIterable<Uint8Array>,
  onProblem: (problem: string) => void,
  create: () => Transform | null = newDecoder,
): AsyncGenerator<Uint8Array> {
  const reader = new ByteReader(input);
  for (;;) {
    const start = reader.offset;
    const magic = await reader.take(4);
    if (magic.length === 0) return;
    if (magic.length === 4 && compressionOf(magic) !== "zstd") {
      onProblem(`what follows byte ${formatCount(start)} is not zstd and was left out`);
      return;
    }
    const cutOff = magic.length < 4 || !(yield* frame(reader, magic, { onProblem, create }));
    if (cutOff) {
      onProblem(`its zstd data are cut off or damaged at byte ${formatCount(reader.offset)}`);
      return;
    }
  }
}

/** False when the frame ended before its last block, or could not be decoded. */
async function* frame(
  reader: ByteReader,
  magic: Buffer,
  { onProblem, create }: { onProblem: (problem: string) => void; create: () => Transform | null },
): AsyncGenerator<Uint8Array, boolean> {
  if (isSkippableFrame(magic.readUInt32LE(0))) {
    const size = await reader.take(4);
    return size.length === 4 && (await skip(reader, size.readUInt32LE(0)));
  }
  const stream = create();
  if (stream === null) return false;
  const decoder = stretchDecoder(stream);
  try {
    await decoder.feed(magic);
    for await (const piece of piecesOfFrame(reader)) {
      const decoded = piece === "cut" ? "more" : await decoder.feed(piece);
      yield* decoder.takeText();
      if (decoded instanceof Error) onProblem(`its zstd data are damaged (${decoded.message})`);
      if (piece === "cut" || decoded instanceof Error) return false;
    }
    return yield* finish(decoder, onProblem);
  } finally {
    decoder.close();
  }
}

async function* finish(
  decoder: StretchDecoder,
  onProblem: (problem: string) => void,
): AsyncGenerator<Uint8Array, boolean> {
  const decoded = await decoder.feed(null);
  yield* decoder.takeText();
  if (decoded instanceof Error) onProblem(`its zstd data are damaged (${decoded.message})`);
  return !(decoded instanceof Error);
}

/** The bytes of a frame after its magic, up to its end and no further; last "cut" where the input ends before it. */
async function* piecesOfFrame(reader: ByteReader): AsyncGenerator<Uint8Array | "cut"> {
  const descriptor = await reader.take(1);
  yield descriptor.length === 1 ? descriptor : "cut";
  const { restBytes, hasChecksum } = headerShape(descriptor[0] ?? 0);
  yield* exactly(reader, restBytes);
  for (let last = false; !last; ) {
    const header = await reader.take(3);
    if (header.length < 3) {
      yield "cut";
      return;
    }
    const fields = header.readUIntLE(0, 3);
    const kind = (fields >>> 1) & 3;
    last = (fields & 1) === 1 || kind === RESERVED_BLOCK;
    yield header;
    yield* exactly(reader, kind === RLE_BLOCK ? 1 : fields >>> 3);
  }
  if (hasChecksum) yield* exactly(reader, 4);
}

/** What the descriptor byte announces: window, dictionary id, content size, checksum. */
function headerShape(descriptor: number): { restBytes: number; hasChecksum: boolean } {
  const singleSegment = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const sizeBytes = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >>> 6] ?? 0;
  return { restBytes: (singleSegment ? 0 : 1) + dictionaryBytes + sizeBytes, hasChecksum: (descriptor & 4) !== 0 };
}

async function* exactly(reader: ByteReader, count: number): AsyncGenerator<Uint8Array | "cut"> {
  for (let missing = count; missing > 0; ) {
    const piece = await reader.piece(Math.min(missing, PIECE_BYTES));
    if (piece === null) {
      yield "cut";
      return;
    }
    missing -= piece.length;
    yield piece;
  }
}

async function skip(reader: ByteReader, count: number): Promise<boolean> {
  for await (const piece of exactly(reader, count)) if (piece === "cut") return false;
  return true;
}

/** The types of Node 20 do not know createZstdDecompress. */
function newDecoder(): Transform | null {
  const create: unknown = Reflect.get(zlib, "createZstdDecompress");
  if (typeof create !== "function") return null;
  const decoder: unknown = Reflect.apply(create, zlib, []);
  return decoder instanceof Transform ? decoder : null;
}
