import { OuterLines } from "./outer-lines.ts";
import type { OuterSpan, UnwrappedChunk, Unwrapper } from "./unwrap.ts";

/** Inner lines of one outer line, or what else it is. */
export type InnerLines = readonly string[] | "foreign" | "unreadable";

/** Unwraps a log of one JSON object a line. */
export class JsonLines implements Unwrapper {
  readonly #outer = new OuterLines();
  readonly #read: (line: string) => InnerLines;

  constructor(read: (line: string) => InnerLines) {
    this.#read = read;
  }

  push(outer: Uint8Array, isEnd: boolean): UnwrappedChunk {
    const spans: OuterSpan[] = [];
    const inner: Buffer[] = [];
    for (const { text, bytes } of this.#outer.push(outer, isEnd)) {
      const lines = this.#read(Buffer.from(text, "latin1").toString("utf8"));
      if (typeof lines === "string") {
        spans.push({ kind: lines, innerBytes: 0, outerBytes: bytes, outerLines: 1 });
        continue;
      }
      for (const [index, line] of lines.entries()) {
        const piece = Buffer.from(`${line}\n`, "utf8");
        inner.push(piece);
        const outerBytes = index === 0 ? bytes : 0;
        spans.push({ kind: "line", innerBytes: piece.length, outerBytes, outerLines: index === 0 ? 1 : 0 });
      }
    }
    return { inner: Buffer.concat(inner), spans };
  }
}

/** The object of a line; null where there is none. */
export function objectOf(line: string): Readonly<Record<string, unknown>> | null {
  if (!line.startsWith("{")) return null;
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
