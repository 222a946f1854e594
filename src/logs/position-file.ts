import { open, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import * as z from "zod/mini";
import { dbperfError } from "../errors/index.ts";
import { checkShape, firstProblem } from "../util/check-shape.ts";
import { errorCode, inputError } from "./input-error.ts";
import { HEAD_BYTES, type LogPosition } from "./log-position.ts";

/** Positions of followed logs by the absolute path of the log. */
export type LogPositions = Readonly<Record<string, LogPosition>>;

const FORMAT_VERSION = 1;

const count = z.int().check(z.nonnegative());

const position = z
  .strictObject({
    dev: z.string().check(z.regex(/^\d+$/)),
    ino: z.string().check(z.regex(/^\d+$/)),
    offset: count,
    headHash: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
    headBytes: count.check(z.maximum(HEAD_BYTES)),
  })
  .check(
    z.refine(({ offset, headBytes }) => headBytes === Math.min(offset, HEAD_BYTES), "headBytes does not fit offset"),
  );

const document = z.strictObject({
  kind: z.literal("dbperf-log-positions"),
  version: z.literal(FORMAT_VERSION),
  positions: z.record(z.string().check(z.refine((path) => path === resolve(path), "not an absolute path")), position),
});

/** Reads the positions; none where the file does not exist. Throws log-positions-damaged and input-unreadable. */
export async function readPositions(file: string): Promise<LogPositions> {
  const text = await readText(file);
  if (text === null) return {};
  const parsed = checkShape(document, parseJson(file, text));
  if (!parsed.success) throw dbperfError("log-positions-damaged", { file, problem: firstProblem(parsed.error) });
  return parsed.data.positions;
}

/** Writes all positions, whole or not at all, readable by their owner alone. Throws output-unwritable. */
export async function writePositions(file: string, positions: LogPositions): Promise<void> {
  const byPath = Object.fromEntries(Object.entries(positions).map(([path, value]) => [resolve(path), value]));
  const text = `${JSON.stringify({ kind: "dbperf-log-positions", version: FORMAT_VERSION, positions: byPath }, null, 2)}\n`;
  const temporary = join(dirname(file), `.${basename(file)}.${Math.random().toString(36).slice(2)}.part`);
  try {
    await writeDurably(temporary, text);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    const problem = (error instanceof Error ? error.message : String(error)).replaceAll(temporary, file);
    throw dbperfError("output-unwritable", { file, problem }, { cause: error });
  }
}

/** On the disk before the rename: after a power failure the file is the old one or the new one, never an empty one. */
async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, "wx", 0o600);
  try {
    await handle.chmod(0o600);
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function readText(file: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw inputError(file, error);
  }
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw dbperfError("log-positions-damaged", { file, problem: "it is not JSON, or was cut off" }, { cause: error });
  }
}
