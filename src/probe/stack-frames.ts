import { findSourceMap } from "node:module";
import { fileURLToPath } from "node:url";

/** A frame of the stack as V8 sees it; `index` is its place in the stack. */
export interface Frame {
  readonly index: number;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly functionName: string | null;
}

export interface Stack {
  readonly frames: readonly Frame[];
  /** The line of the source that a frame stands for; null where the map does not say. */
  sourceOf(frame: Frame): Frame | null;
}

/** Enough for the deepest library seen (Sequelize: 14 frames of its own). */
const FRAMES = 60;
const TEXT_FRAME = /^\s*at (?:async )?(?:(.*?) \()?((?:file:\/\/|[a-z]+:)?.*?):(\d+):(\d+)\)?$/i;

/** Takes the stack of this moment, async frames included, without the formatter that would cost most of it. */
export function takeStack(): Stack {
  const { stackTraceLimit, prepareStackTrace: formatter } = Error;
  let sites: readonly NodeJS.CallSite[] = [];
  const error = new Error("stack", { cause: null });
  Error.stackTraceLimit = FRAMES;
  Error.prepareStackTrace = (_, found) => {
    sites = found;
    return "";
  };
  try {
    Error.captureStackTrace(error, takeStack);
    void error.stack;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    if (formatter === undefined) Reflect.deleteProperty(Error, "prepareStackTrace");
    else Error.prepareStackTrace = formatter;
  }
  return {
    frames: sites.flatMap((site, index) => frameOf(site, index) ?? []),
    sourceOf: typeof formatter === "function" ? byFormatter(formatter, error, sites) : mapped,
  };
}

/** Reads a frame of a stack that is text. */
export function parseFrame(text: string, index: number): Frame | null {
  const [, name, place, line, column] = TEXT_FRAME.exec(text) ?? [];
  const file = place === undefined || text.includes("eval at ") ? null : filePath(place);
  return file === null ? null : { index, file, line: Number(line), column: Number(column), functionName: bare(name) };
}

function frameOf(site: NodeJS.CallSite, index: number): Frame | null {
  const name = site.getFileName();
  const [line, column] = [site.getLineNumber(), site.getColumnNumber()];
  if (name === null || name === undefined || line === null || column === null || site.isEval()) return null;
  const file = filePath(name);
  return file === null ? null : { index, file, line, column, functionName: bare(site.getFunctionName() ?? undefined) };
}

/** By the source maps that Node keeps of what it loaded. */
function mapped(frame: Frame): Frame | null {
  const map = findSourceMap(frame.file);
  if (map === undefined) return frame;
  const entry = map.findEntry(frame.line - 1, frame.column - 1);
  if (!("originalSource" in entry) || typeof entry.originalSource !== "string") return null;
  const file = filePath(entry.originalSource);
  if (file === null) return null;
  return { ...frame, file, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
}

/** As whoever loads the program (ts-node, vitest) formats stacks: one line a frame, or nothing is known. */
function byFormatter(
  formatter: (error: Error, sites: NodeJS.CallSite[]) => unknown,
  error: Error,
  sites: readonly NodeJS.CallSite[],
): Stack["sourceOf"] {
  let lines: readonly string[] | null = null;
  return (frame) => {
    if (lines === null) {
      const text: unknown = formatter(error, [...sites]);
      lines = typeof text === "string" ? text.split("\n").filter((line) => /^\s*at /.test(line)) : [];
    }
    return lines.length === sites.length ? parseFrame(lines[frame.index] ?? "", frame.index) : null;
  };
}

/** Null for what is no file of the program: Node's own and generated code. */
function filePath(place: string): string | null {
  if (/^(?:node:|<|native$|evalmachine|data:)/.test(place)) return null;
  if (place.startsWith("file://")) return fileURLToPath(place);
  return place.replace(/^webpack:\/\/[^/]*\/(?:\.\/)?/, "");
}

function bare(name: string | undefined): string | null {
  return name === undefined || name === "<anonymous>" ? null : name.replace(/^(?:async|new) /, "");
}
