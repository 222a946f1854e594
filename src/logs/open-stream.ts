import { dbperfError } from "../errors/index.ts";
import { compressionOf, type LogCompression, MAGIC_BYTES } from "./compression.ts";
import { decompress } from "./decompress/decompress.ts";
import { inputError, problemOf } from "./input-error.ts";

/** Standard input, a pipe or a file's stream: bytes in order, given up by `destroy`. */
export interface OpenByteStream extends AsyncIterable<Uint8Array> {
  destroy(): unknown;
}

export interface LogStreamSource {
  readonly kind: "stream";
  readonly path: string;
  readonly compression: LogCompression | null;
  /** Size of the input as it is stored; null: a pipe, whose end nobody knows. */
  readonly compressedBytes: number | null;
  /** The text, once, in chunks of at least 64 KiB where the input was compressed. Ending it early closes the source. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Bytes of the input, as it is stored, that were taken in so far. */
  consumedBytes(): number;
  /** Why the text ends early or may be wrong, as a clause; null: nothing is known against it. Final after `chunks`. */
  problem(): string | null;
  /** Ends the decompressor and gives the input up; may be called at any time and more than once. */
  close(): Promise<void>;
}

export interface OpenStreamOptions {
  readonly path: string;
  readonly input: OpenByteStream;
  readonly compressedBytes: number | null;
}

const CHUNK_BYTES = 64 * 1024;

/** Opens what can only be read once and waits for its first text. Throws log-empty, input-unreadable, decompressor-missing. */
export async function openStream({ path, input, compressedBytes }: OpenStreamOptions): Promise<LogStreamSource> {
  const name = path === "-" ? "Standard input" : path;
  const state: StreamState = { consumedBytes: 0, problem: null, closed: false };
  const onProblem = (problem: string): void => {
    state.problem ??= state.closed ? null : problem;
  };
  try {
    const { head, bytes } = await peek(input);
    const compression = compressionOf(head);
    const counted = count(bytes, state, onProblem);
    const text =
      compression === null ? counted : joined(await decompress(compression, { name, input: counted, onProblem }));
    const first = await text.next();
    if (first.done === true) throw noText(name, state.problem);
    const close = async (): Promise<void> => {
      state.closed = true;
      input.destroy();
      await text.return(undefined);
    };
    return {
      kind: "stream",
      path,
      compression,
      compressedBytes,
      chunks: withFirst(first.value, text, close),
      consumedBytes: () => state.consumedBytes,
      problem: () => state.problem,
      close,
    };
  } catch (error) {
    input.destroy();
    throw inputError(name, error);
  }
}

interface StreamState {
  consumedBytes: number;
  problem: string | null;
  closed: boolean;
}

function noText(name: string, problem: string | null): Error {
  return problem === null
    ? dbperfError("log-empty", { file: name })
    : dbperfError("input-unreadable", { file: name, problem });
}

/** The first bytes, and the whole input with them. */
async function peek(input: OpenByteStream): Promise<{ head: Uint8Array; bytes: AsyncGenerator<Uint8Array> }> {
  const iterator = input[Symbol.asyncIterator]();
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < MAGIC_BYTES) {
    const next = await iterator.next();
    if (next.done === true) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  return { head, bytes: chain(head, iterator) };
}

async function* chain(first: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

/** An input that fails in the middle has a text that ends early: what was read is kept. */
async function* count(
  bytes: AsyncIterable<Uint8Array>,
  state: StreamState,
  onProblem: (problem: string) => void,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of bytes) {
      state.consumedBytes += chunk.length;
      yield chunk;
    }
  } catch (error) {
    onProblem(`reading failed after ${state.consumedBytes} bytes: ${problemOf(error)}`);
  }
}

/** Joins small chunks: decoders hand out the rest of each piece as a chunk of its own. */
async function* joined(text: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of text) {
    parts.push(chunk);
    length += chunk.length;
    if (length < CHUNK_BYTES) continue;
    yield parts.length === 1 ? chunk : Buffer.concat(parts);
    parts = [];
    length = 0;
  }
  if (length > 0) yield Buffer.concat(parts);
}

async function* withFirst(
  first: Uint8Array,
  rest: AsyncGenerator<Uint8Array>,
  close: () => Promise<void>,
): AsyncGenerator<Uint8Array> {
  try {
    yield first;
    yield* rest;
  } finally {
    await close();
  }
}
