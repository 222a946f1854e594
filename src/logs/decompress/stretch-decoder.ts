import type { Transform } from "node:stream";

/** How a decoder stands after a piece: it wants more, it saw the end of its data, or it cannot go on. */
export type Decoded = "more" | "end" | Error;

/** One decoder of node:zlib over one gzip member or zstd frame, fed by hand: a pipe would drop text before an error. */
export interface StretchDecoder {
  /** Decodes a piece; null says that no more will come. Text is in `takeText` when it settles. */
  feed(piece: Uint8Array | null): Promise<Decoded>;
  /** The text decoded since the last call. */
  takeText(): Uint8Array[];
  close(): void;
}

export function stretchDecoder(stream: Transform): StretchDecoder {
  let text: Uint8Array[] = [];
  let settle: (decoded: Decoded) => void = () => undefined;
  stream.on("data", (chunk: Uint8Array) => text.push(chunk));
  stream.on("end", () => settle("end"));
  stream.on("error", (error) => settle(error));
  return {
    feed: async (piece) =>
      new Promise((resolve) => {
        settle = resolve;
        if (piece === null) stream.end();
        // The callback is not called when the data ended inside the piece: then comes “end”.
        else stream.write(piece, (error) => resolve(error ?? "more"));
      }),
    takeText: () => {
      const taken = text;
      text = [];
      return taken;
    },
    close: () => stream.destroy(),
  };
}
