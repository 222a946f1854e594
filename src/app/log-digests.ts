import { readFile } from "node:fs/promises";
import * as z from "zod/mini";
import { dbperfError } from "../errors/index.ts";
import { LogDigest } from "../logs/digest/digest.ts";
import type { LogDialect } from "../logs/format.ts";
import { ByteTally } from "../logs/scan/byte-tally.ts";
import { type PackedPart, packPart, unpackPart } from "../logs/scan/pack-part.ts";
import { joinParts, type LogPart } from "../logs/scan/part.ts";
import { checkShape } from "../util/check-shape.ts";
import type { ReadLog } from "./read-log.ts";
import { toolInfo } from "./tool-info.ts";
import { writePrivateFile } from "./write-file.ts";

const SCHEMA_VERSION = 2;

const envelope = z.object({
  kind: z.literal("dbperf-log-digest"),
  schemaVersion: z.literal(SCHEMA_VERSION),
  dialect: z.object({ format: z.string(), engine: z.nullable(z.enum(["postgres", "mysql", "mariadb"])) }),
  part: z.object({ digest: z.object({ classes: z.array(z.unknown()) }), tally: z.array(z.number()) }),
});

interface SavedDigest extends Omit<ReadLog, "part"> {
  readonly part: PackedPart;
}

/** Keeps what was read of a log: counts and normalised texts, readable by the owner alone. */
export async function saveDigest(file: string, { part, ...read }: ReadLog): Promise<void> {
  const document = { kind: "dbperf-log-digest", schemaVersion: SCHEMA_VERSION, tool: toolInfo, ...read };
  await writePrivateFile(file, `${JSON.stringify({ ...document, part: packPart(part) })}\n`);
}

/**
 * Puts saved digests together, in the order of their first events, as if their logs had been read in one run. Throws
 * digest-foreign, log-mixed and what reading files throws.
 */
export async function readDigests(files: readonly string[]): Promise<ReadLog> {
  const saved: { file: string; read: ReadLog }[] = [];
  for (const file of new Set(files)) saved.push({ file, read: await readDigest(file) });
  const inOrder = saved.toSorted((a, b) => a.read.part.digest.firstMs - b.read.part.digest.firstMs);
  const [first] = inOrder;
  if (first === undefined) throw new Error("there is at least one digest");
  const other = inOrder.find(({ read }) => read.dialect.engine !== first.read.dialect.engine);
  if (other !== undefined) {
    throw dbperfError("log-mixed", {
      first: first.file,
      firstFormat: first.read.dialect.format,
      second: other.file,
      secondFormat: other.read.dialect.format,
    });
  }
  const whole = emptyPart(first.read.part);
  for (const { read } of inOrder) joinParts(whole, read.part);
  return {
    dialect: first.read.dialect,
    part: whole,
    files: inOrder.flatMap(({ read }) => read.files),
    unparsedExamples: inOrder.flatMap(({ read }) => read.unparsedExamples).slice(0, 10),
    notices: inOrder.flatMap(({ read }) => read.notices),
    applicationLogs: inOrder.flatMap(({ read }) => read.applicationLogs),
  };
}

function emptyPart({ digest }: LogPart): LogPart {
  return {
    digest: new LogDigest({ ...digest.options, isOpen: false }),
    tally: new ByteTally(),
    startOffset: 0,
    endOffset: 0,
    missesTime: false,
    database: null,
    sampledOneIn: null,
    unknownZones: [],
  };
}

async function readDigest(file: string): Promise<ReadLog> {
  const document = parse(file, await read(file));
  const parsed = checkShape(envelope, document);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw dbperfError("digest-foreign", {
      file,
      problem: `${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`.trim(),
    });
  }
  // The envelope is checked above; saveDigest wrote the rest under the same schema version.
  const saved = document as SavedDigest & { dialect: LogDialect };
  const { dialect, files, unparsedExamples, notices, applicationLogs } = saved;
  return { dialect, files, unparsedExamples, notices, applicationLogs, part: unpackPart(saved.part) };
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      throw dbperfError("input-not-found", { file });
    const problem = error instanceof Error ? error.message : String(error);
    throw dbperfError("input-unreadable", { file, problem }, { cause: error });
  }
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw dbperfError("digest-foreign", { file, problem: "it is not JSON, or was cut off" }, { cause: error });
  }
}
