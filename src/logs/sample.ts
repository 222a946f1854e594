import type { LogSource } from "./open.ts";

const SAMPLE_BYTES = 128 * 1024;
const utf8 = new TextDecoder("utf-8");

/** An opened log with the first bytes of its text; `chunks` of a stream still hold them. */
export interface SampledLog {
  readonly source: LogSource;
  readonly bytes: Uint8Array;
  /** Whether the sample is all there is. */
  readonly isWhole: boolean;
  /** Null for a plain file. */
  readonly chunks: AsyncIterable<Uint8Array> | null;
}

/** Looks at the beginning of a log. Throws what reading it throws. */
export async function sampleLog(source: LogSource): Promise<SampledLog> {
  if (source.kind === "file") {
    const bytes = new Uint8Array(Math.min(SAMPLE_BYTES, source.sizeBytes));
    const count = source.readAt(bytes, 0);
    return { source, bytes: bytes.subarray(0, count), isWhole: count >= source.sizeBytes, chunks: null };
  }
  const iterator = source.chunks[Symbol.asyncIterator]();
  const taken: Uint8Array[] = [];
  let length = 0;
  let isWhole = false;
  while (length < SAMPLE_BYTES && !isWhole) {
    const next = await iterator.next();
    if (next.done === true) isWhole = true;
    else {
      // The source may use its chunk again.
      taken.push(Uint8Array.from(next.value));
      length += next.value.length;
    }
  }
  return { source, bytes: Buffer.concat(taken), isWhole, chunks: replay(taken, iterator) };
}

async function* replay(taken: Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (let chunk = taken.shift(); chunk !== undefined; chunk = taken.shift()) yield chunk;
  try {
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

/** The sample as text, up to its last whole line. */
export function sampleText({ bytes, isWhole }: SampledLog): string {
  const end = isWhole ? bytes.length : bytes.lastIndexOf(10) + 1;
  return utf8.decode(bytes.subarray(0, end === 0 ? bytes.length : end));
}
