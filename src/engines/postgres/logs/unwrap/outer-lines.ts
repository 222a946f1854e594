export interface OuterLine {
  /** Bytes as Latin-1 characters, so that any byte comes through; without line break and carriage return. */
  readonly text: string;
  /** With the line break. */
  readonly bytes: number;
}

/** A line is read no further than this, so that one without an end costs no memory. */
const MOST_LINE_BYTES = 10 * 1024 * 1024;

/** Splits what comes into lines, and holds back the last one until it is whole. */
export class OuterLines {
  #held = "";
  /** Bytes of the held line that were dropped. */
  #dropped = 0;

  push(outer: Uint8Array, isEnd: boolean): readonly OuterLine[] {
    const parts = Buffer.from(outer.buffer, outer.byteOffset, outer.byteLength).toString("latin1").split("\n");
    const lines: OuterLine[] = [];
    for (const [index, part] of parts.entries()) {
      this.#add(part);
      if (index < parts.length - 1) lines.push(this.#take(1));
    }
    if (isEnd && this.#held !== "") lines.push(this.#take(0));
    return lines;
  }

  #add(part: string): void {
    const room = MOST_LINE_BYTES - this.#held.length;
    this.#held += part.slice(0, room);
    this.#dropped += Math.max(0, part.length - room);
  }

  #take(lineBreak: number): OuterLine {
    const text = this.#held;
    const bytes = text.length + this.#dropped + lineBreak;
    this.#held = "";
    this.#dropped = 0;
    return { text: text.endsWith("\r") ? text.slice(0, -1) : text, bytes };
  }
}
