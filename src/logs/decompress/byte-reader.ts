/** Reads a stream of bytes by counts instead of by the chunks that it happens to come in. */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #pending: Uint8Array = new Uint8Array(0);
  #taken = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Bytes handed out so far, less those given back. */
  get offset(): number {
    return this.#taken;
  }

  /** The next 1 to `most` bytes; null at the end. */
  async piece(most: number): Promise<Uint8Array | null> {
    while (this.#pending.length === 0) {
      const next = await this.#source.next();
      if (next.done === true) return null;
      this.#pending = next.value;
    }
    const piece = this.#pending.subarray(0, most);
    this.#pending = this.#pending.subarray(piece.length);
    this.#taken += piece.length;
    return piece;
  }

  /** The next `count` bytes; fewer only at the end. */
  async take(count: number): Promise<Buffer> {
    const parts: Uint8Array[] = [];
    let missing = count;
    while (missing > 0) {
      const part = await this.piece(missing);
      if (part === null) break;
      parts.push(part);
      missing -= part.length;
    }
    return Buffer.concat(parts);
  }

  /** Puts bytes back before the next ones. */
  giveBack(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([bytes, this.#pending]);
    this.#taken -= bytes.length;
  }
}
