import { type LogPart, type PartOptions, PartScan } from "./part.ts";

/** Reads a log that comes in chunks. `onBytes` is told how many bytes were read. */
export async function scanStream(
  chunks: AsyncIterable<Uint8Array>,
  options: PartOptions,
  onBytes: (count: number) => void,
): Promise<LogPart> {
  const scan = new PartScan(options);
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      const room = scan.scanner.room();
      const piece = chunk.subarray(at, at + room.length);
      room.set(piece);
      scan.scanner.advance(piece.length, false);
      at += piece.length;
    }
    onBytes(chunk.length);
  }
  scan.scanner.advance(0, true);
  return scan.finish();
}
