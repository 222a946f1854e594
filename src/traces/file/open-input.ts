import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { DbperfError, dbperfError } from "../../errors/index.ts";
import { HEAD_BYTES } from "./trace-format.ts";

/** An input that is read once, from its first byte on. */
export interface TraceInput {
  /** What messages call it. */
  readonly name: string;
  /** The first bytes, after decompression; all of them where there are no more. */
  readonly head: Buffer;
  /** Everything, the head included. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Why it ends early, as a clause; null: nothing is known against it. Final after `chunks`. */
  problem(): string | null;
  close(): void;
}

export interface ByteStream extends AsyncIterable<Uint8Array> {
  destroy(): unknown;
}

/** Opens a file of traces, plain or gz; `-` is `stdin`. Throws input-not-found, input-unreadable and traces-empty. */
export async function openTraceInput(path: string, { stdin }: { readonly stdin: ByteStream }): Promise<TraceInput> {
  const name = path === "-" ? "Standard input" : path;
  const stream = path === "-" ? stdin : await openFile(path);
  const state: { problem: string | null } = { problem: null };
  try {
    const stored = await withHead(stream, 2);
    const isGzip = stored.head.length >= 2 && stored.head.readUInt16BE(0) === 0x1f8b;
    const plain = guarded(isGzip ? gunzip(stored.chunks) : stored.chunks, state);
    const { head, chunks } = await withHead(plain, HEAD_BYTES);
    if (head.length === 0) throw emptyInput(name, state.problem);
    return { name, head, chunks, problem: () => state.problem, close: () => void stream.destroy() };
  } catch (error) {
    stream.destroy();
    throw inputError(name, error);
  }
}

function emptyInput(file: string, problem: string | null): DbperfError {
  return problem === null ? dbperfError("traces-empty", { file }) : dbperfError("input-unreadable", { file, problem });
}

async function openFile(path: string): Promise<ByteStream> {
  const stats = await stat(path).catch((error: unknown) => {
    throw inputError(path, error);
  });
  if (stats.isDirectory()) throw dbperfError("input-unreadable", { file: path, problem: "it is a folder" });
  return createReadStream(path, { highWaterMark: 256 * 1024 });
}

function inputError(file: string, error: unknown): DbperfError {
  if (error instanceof DbperfError) return error;
  const code = error instanceof Error && "code" in error ? error.code : null;
  if (code === "ENOENT") return dbperfError("input-not-found", { file }, { cause: error });
  const denied = code === "EACCES" || code === "EPERM";
  return dbperfError(
    "input-unreadable",
    { file, problem: denied ? "you may not read it" : text(error) },
    { cause: error },
  );
}

/** Takes at least `least` bytes off the front, or all there are, and gives them back with the rest. */
async function withHead(
  stream: AsyncIterable<Uint8Array>,
  least: number,
): Promise<{ head: Buffer; chunks: AsyncGenerator<Uint8Array> }> {
  const iterator = stream[Symbol.asyncIterator]();
  const parts: Uint8Array[] = [];
  for (let length = 0; length < least; ) {
    const next = await iterator.next();
    if (next.done === true) break;
    parts.push(next.value);
    length += next.value.length;
  }
  const head = Buffer.concat(parts);
  return { head, chunks: rejoined(head, iterator) };
}

async function* rejoined(head: Buffer, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

async function* gunzip(stored: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const unpacked = createGunzip();
  // The error comes out of the iteration below.
  pipeline(Readable.from(stored), unpacked, () => undefined);
  for await (const chunk of unpacked) yield chunk;
}

/** An input that fails in the middle ends early: what was read is kept. */
async function* guarded(
  chunks: AsyncIterable<Uint8Array>,
  state: { problem: string | null },
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      yield chunk;
    }
  } catch (error) {
    if (bytes === 0 && isSystemError(error)) throw error;
    state.problem = `it breaks off after ${bytes} bytes (${text(error)})`;
  }
}

/** Errors of the file system, not of decompression. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
