import type { BigIntStats } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { dbperfError } from "../errors/index.ts";
import { errorCode, inputError } from "./input-error.ts";
import { HEAD_BYTES, hashOf, type LogPosition } from "./log-position.ts";

/** One file on one file system, whatever its name. */
export interface FileIdentity {
  readonly dev: string;
  readonly ino: string;
}

const CHUNK_BYTES = 1024 ** 2;

/** An open file of a followed log and how far it was read; it stays the same file when it is renamed or removed. */
export class FollowedFile {
  readonly identity: FileIdentity;
  readonly #handle: FileHandle;
  #offset = 0;
  /** The first bytes of those that were read, kept to notice that the file was written anew. */
  #head: Buffer = Buffer.alloc(0);
  #hash = hashOf(Buffer.alloc(0));

  private constructor(handle: FileHandle, identity: FileIdentity) {
    this.#handle = handle;
    this.identity = identity;
  }

  /** Opens a file at its beginning; null where there is none. Throws input-unreadable. */
  static async open(path: string): Promise<FollowedFile | null> {
    try {
      // Opening a pipe would wait for its writer.
      if (!(await stat(path)).isFile()) throw dbperfError("input-unreadable", { file: path, problem: "it is no file" });
      const handle = await open(path, "r");
      return new FollowedFile(handle, identityOf(await handle.stat({ bigint: true })));
    } catch (error) {
      if (errorCode(error) === "ENOENT") return null;
      throw inputError(path, error);
    }
  }

  get position(): LogPosition {
    return { ...this.identity, offset: this.#offset, headHash: this.#hash, headBytes: this.#head.length };
  }

  is(other: FileIdentity): boolean {
    return this.identity.ino === other.ino && this.identity.dev === other.dev;
  }

  /** Goes on where `position` says; false, and unchanged, where the file is too short or begins with other bytes. */
  async continueAt(position: LogPosition): Promise<boolean> {
    const { size } = await this.#handle.stat();
    if (size < position.offset) return false;
    const head = await this.#readHead(position.headBytes);
    if (head.length !== position.headBytes || hashOf(head) !== position.headHash) return false;
    this.#offset = position.offset;
    this.#setHead(head);
    return true;
  }

  async continueAtEnd(): Promise<void> {
    const { size } = await this.#handle.stat();
    this.#setHead(await this.#readHead(Math.min(size, HEAD_BYTES)));
    this.#offset = size;
  }

  /** Reads the file from its beginning again. */
  startAnew(): void {
    this.#offset = 0;
    this.#setHead(Buffer.alloc(0));
  }

  /** True when what was read is no longer the beginning of the file. */
  async wasTruncated(): Promise<boolean> {
    const { size } = await this.#handle.stat();
    return size < this.#offset || !(await this.#readHead(this.#head.length)).equals(this.#head);
  }

  /** The next bytes, at most 1 MiB; null at the present end. */
  async read(): Promise<Uint8Array | null> {
    const { size } = await this.#handle.stat();
    const wanted = Math.min(size - this.#offset, CHUNK_BYTES);
    if (wanted <= 0) return null;
    const { buffer, bytesRead } = await this.#handle.read(Buffer.allocUnsafe(wanted), 0, wanted, this.#offset);
    if (bytesRead === 0) return null;
    const bytes = buffer.subarray(0, bytesRead);
    this.#offset += bytesRead;
    if (this.#head.length < HEAD_BYTES) {
      this.#setHead(Buffer.concat([this.#head, bytes.subarray(0, HEAD_BYTES - this.#head.length)]));
    }
    return bytes;
  }

  /** When it was last written, in nanoseconds since 1970. */
  async modifiedNs(): Promise<bigint> {
    return (await this.#handle.stat({ bigint: true })).mtimeNs;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  #setHead(head: Buffer): void {
    this.#head = head;
    this.#hash = hashOf(head);
  }

  async #readHead(length: number): Promise<Buffer> {
    const { buffer, bytesRead } = await this.#handle.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  }
}

export function identityOf({ dev, ino }: BigIntStats): FileIdentity {
  return { dev: String(dev), ino: String(ino) };
}
