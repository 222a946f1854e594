const START_SLOTS = 256;
/** Users, databases, applications and routes together; more than this are counted under one name. */
const MOST_NAMES = 20_000;
const utf8 = new TextDecoder("utf-8");

/** What PostgreSQL writes for a session that has no name yet. */
const UNKNOWN = "[unknown]";
/** Stands for the database that was in force before a part of a log began. */
export const INHERITED_DATABASE = "\u0000inherited";
const REPLACEMENT = "\uFFFD";
const OTHER_NAMES = "(other names)";

/** Gives names numbers, by their bytes: no string is made for one that is known. Number 0 is “not named”. */
export class Names {
  readonly #texts: string[] = [""];
  /** Bytes that were seen, and the number of their name: bytes that are no UTF-8 may have the text of others. */
  readonly #bytes: Uint8Array[] = [new Uint8Array(0)];
  readonly #ids: number[] = [0];
  #slots = new Int32Array(START_SLOTS);
  readonly #others = this.of(OTHER_NAMES);

  /** Number of the name in `buffer[from, to)`; an empty one is not named. */
  ofBytes(buffer: Uint8Array, from: number, to: number): number {
    if (to <= from) return 0;
    let hash = 0x811c9dc5;
    for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ (buffer[at] ?? 0), 0x01000193);
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#slots[slot] ?? 0;
      if (entry === 0) return this.#add(buffer.slice(from, to));
      if (isSame(this.#bytes[entry], buffer, from, to)) return this.#ids[entry] ?? 0;
    }
  }

  of(text: string): number {
    const bytes = Buffer.from(text, "utf8");
    return this.ofBytes(bytes, 0, bytes.length);
  }

  /** How many there are; their numbers are below it. */
  get count(): number {
    return this.#texts.length;
  }

  /** As it was written. */
  raw(id: number): string {
    return this.#texts[id] ?? "";
  }

  /** Null for what is not named. */
  text(id: number): string | null {
    const text = this.#texts[id] ?? "";
    return text === "" || text === UNKNOWN || text === INHERITED_DATABASE ? null : text;
  }

  #add(bytes: Uint8Array): number {
    if (this.#bytes.length >= MOST_NAMES) return this.#others;
    const id = this.#idOf(utf8.decode(bytes), bytes);
    const entry = this.#bytes.push(bytes) - 1;
    this.#ids.push(id);
    if (entry * 2 > this.#slots.length) this.#rehash();
    else this.#insert(entry);
    return id;
  }

  #idOf(text: string, bytes: Uint8Array): number {
    const isOther = text.includes(REPLACEMENT) && !Buffer.from(text, "utf8").equals(bytes);
    return isOther ? this.of(text) : this.#texts.push(text) - 1;
  }

  #rehash(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    for (let entry = 1; entry < this.#bytes.length; entry += 1) this.#insert(entry);
  }

  #insert(entry: number): void {
    let hash = 0x811c9dc5;
    for (const byte of this.#bytes[entry] ?? []) hash = Math.imul(hash ^ byte, 0x01000193);
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = entry;
  }
}

function isSame(known: Uint8Array | undefined, buffer: Uint8Array, from: number, to: number): boolean {
  if (known === undefined || known.length !== to - from) return false;
  for (let index = 0; index < known.length; index += 1) {
    if (known[index] !== buffer[from + index]) return false;
  }
  return true;
}
