import { readSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { dbperfError } from "../errors/index.ts";
import { compressionOf, MAGIC_BYTES } from "./compression.ts";
import { inputError } from "./input-error.ts";
import { type LogStreamSource, type OpenByteStream, openStream } from "./open-stream.ts";

/** An opened log: a plain file that is read at any position, or text that comes once, in order. */
export type LogSource = LogFileSource | LogStreamSource;

export interface LogFileSource {
  readonly kind: "file";
  readonly path: string;
  readonly compression: null;
  /** At the time of opening; the server may write on. */
  readonly sizeBytes: number;
  /** For threads that read parts of the file: it stays this file when the path is rotated to another. */
  readonly descriptor: number;
  /** Fills `target` from `positionBytes` on and returns how many bytes that were; 0 at the end. */
  readAt(target: Uint8Array, positionBytes: number): number;
  /** The end of the farthest read so far. */
  consumedBytes(): number;
  close(): Promise<void>;
}

const READ_BYTES = 256 * 1024;

/**
 * Opens a log; `-` is `stdin`. Content decides on the compression, not the name.
 * Throws input-not-found, input-unreadable, log-empty and decompressor-missing.
 */
export async function openLogFile(path: string, { stdin }: { readonly stdin: OpenByteStream }): Promise<LogSource> {
  if (path === "-") return openStream({ path, input: stdin, compressedBytes: null });
  const handle = await openHandle(path);
  try {
    return await openByKind(path, handle);
  } catch (error) {
    await handle.close();
    throw inputError(path, error);
  }
}

async function openHandle(path: string): Promise<FileHandle> {
  try {
    return await open(path, "r");
  } catch (error) {
    throw inputError(path, error);
  }
}

async function openByKind(path: string, handle: FileHandle): Promise<LogSource> {
  const stats = await handle.stat();
  if (stats.isDirectory()) throw dbperfError("input-unreadable", { file: path, problem: "it is a folder" });
  if (!stats.isFile()) {
    const input = handle.createReadStream({ highWaterMark: READ_BYTES });
    return openStream({ path, input, compressedBytes: null });
  }
  if (stats.size === 0) throw dbperfError("log-empty", { file: path });
  const head = new Uint8Array(MAGIC_BYTES);
  const { bytesRead } = await handle.read(head, 0, MAGIC_BYTES, 0);
  if (compressionOf(head.subarray(0, bytesRead)) === null) return fileSource(path, handle, stats.size);
  const input = handle.createReadStream({ start: 0, highWaterMark: READ_BYTES });
  return openStream({ path, input, compressedBytes: stats.size });
}

function fileSource(path: string, handle: FileHandle, sizeBytes: number): LogFileSource {
  let consumedBytes = 0;
  return {
    kind: "file",
    path,
    compression: null,
    sizeBytes,
    descriptor: handle.fd,
    readAt: (target, positionBytes) => {
      try {
        const bytesRead = readSync(handle.fd, target, 0, target.length, positionBytes);
        consumedBytes = Math.max(consumedBytes, positionBytes + bytesRead);
        return bytesRead;
      } catch (error) {
        throw inputError(path, error);
      }
    },
    consumedBytes: () => consumedBytes,
    close: async () => handle.close(),
  };
}
