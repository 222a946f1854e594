import { type LogPart, type PartOptions, PartScan } from "./part.ts";

/** Reads a log that comes in chunks. `onBytes` is told how many bytes were read. */
export async function scanStream(
  chunks: AsyncIterable<Uint8Array>,
  options: PartOptions,
  onBytes: (count: number) => void,
): Promise<LogPart> {
  const scan = new PartScan(options);
  for await (const chunk of chunks) {
    scan.push(chunk);
    onBytes(chunk.length);
  }
  scan.end();
  return scan.finish();
}
