import { dbperfError } from "../../errors/index.ts";
import type { LogCompression } from "../compression.ts";
import { gunzipped } from "./gzip.ts";
import { startDecompressor, throughProgram } from "./program.ts";
import { nodeKnowsZstd, unzstdByNode } from "./zstd-frames.ts";

export interface DecompressOptions {
  /** What messages call the input. */
  readonly name: string;
  readonly input: AsyncIterable<Uint8Array>;
  /** Is told, as a clause, why the text ends early or may be wrong. */
  readonly onProblem: (problem: string) => void;
}

const INSTALL = {
  zstd: "apt install zstd, or brew install zstd",
  xz: "apt install xz-utils, or brew install xz",
} as const;

/** The text of a compressed input. Throws decompressor-missing where the system has no program for it. */
export async function decompress(
  compression: LogCompression,
  { name, input, onProblem }: DecompressOptions,
): Promise<AsyncGenerator<Uint8Array>> {
  if (compression === "gzip") return gunzipped(input, onProblem);
  const child = await startDecompressor(compression);
  if (child !== null) return throughProgram(child, input, onProblem);
  if (compression === "zstd" && nodeKnowsZstd()) return unzstdByNode(input, onProblem);
  throw dbperfError("decompressor-missing", { file: name, program: compression, install: INSTALL[compression] });
}
