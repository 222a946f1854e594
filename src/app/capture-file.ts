import { readFile } from "node:fs/promises";
import * as z from "zod/mini";
import { dbperfError } from "../errors/index.ts";
import type { Capture } from "../model/capture.ts";
import { checkShape, firstProblem } from "../util/check-shape.ts";
import { writePrivateFile } from "./write-file.ts";

const SCHEMA_VERSION = 1;

const result = z.union([
  z.object({ status: z.literal("present"), value: z.unknown(), source: z.string(), gaps: z.array(z.unknown()) }),
  z.object({ status: z.literal("absent"), reason: z.string(), hint: z.string() }),
]);

const ARTIFACTS = [
  "server",
  "settings",
  "statements",
  "tables",
  "indexes",
  "constraints",
  "tableStatistics",
  "columnStatistics",
  "sessions",
  "lockWaits",
  "databaseCounters",
  "plans",
  "log",
  "queryLoops",
] as const satisfies readonly (keyof Capture["artifacts"])[];

const envelope = z.object({
  kind: z.literal("dbperf-capture"),
  schemaVersion: z.literal(SCHEMA_VERSION),
  tool: z.object({ name: z.literal("dbperf"), version: z.string() }),
  target: z.nullable(z.object({ engine: z.enum(["postgres", "mysql", "mariadb"]), database: z.string() })),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  notices: z.array(z.unknown()),
  artifacts: z.record(z.enum(ARTIFACTS), result),
});

/** Artifacts that came after the first captures of this format: their absence is no damage. */
const LATER_ARTIFACTS: Partial<Capture["artifacts"]> = {
  log: { status: "absent", reason: "not-requested", hint: "dbperf analyze TARGET --log FILE" },
  queryLoops: { status: "absent", reason: "not-requested", hint: "dbperf run -- COMMAND, or dbperf traces FILE" },
};

/** Writes a capture, readable by its owner alone. */
export async function writeCapture(file: string, capture: Capture): Promise<void> {
  await writePrivateFile(file, `${JSON.stringify(capture)}\n`);
}

/** Reads a capture; throws DbperfError for a missing, empty, foreign, damaged or newer file. */
export async function readCapture(file: string): Promise<Capture> {
  const text = await readText(file);
  if (text.trim() === "") throw dbperfError("input-empty", { file });
  const document = parseJson(file, text);
  const version = z.object({ kind: z.literal("dbperf-capture"), schemaVersion: z.number() }).safeParse(document);
  if (version.success && version.data.schemaVersion > SCHEMA_VERSION) {
    throw dbperfError("input-newer", { file, found: version.data.schemaVersion, known: SCHEMA_VERSION });
  }
  const complete = withLaterArtifacts(document);
  const parsed = checkShape(envelope, complete);
  if (!parsed.success) throw dbperfError("input-foreign", { file, problem: firstProblem(parsed.error) });
  // The envelope is checked above; the values inside were written by writeCapture under the same schema version.
  return complete as Capture;
}

function withLaterArtifacts(document: unknown): unknown {
  const parsed = z.looseObject({ artifacts: z.looseObject({}) }).safeParse(document);
  if (!parsed.success) return document;
  // Behind the others, as a capture of today has them: reports list them in that order.
  const { artifacts } = parsed.data;
  return { ...parsed.data, artifacts: { ...artifacts, ...LATER_ARTIFACTS, ...artifacts } };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      throw dbperfError("input-not-found", { file });
    const problem = error instanceof Error ? error.message : String(error);
    throw dbperfError("input-unreadable", { file, problem }, { cause: error });
  }
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw dbperfError("input-foreign", { file, problem: "it is not JSON, or was cut off" }, { cause: error });
  }
}
