import { type Framing, frameAt } from "./frames.ts";

/** How traces are written down. `document`: JSON over several lines, or an array. */
export type TraceFormat = "lines" | "document" | Framing;

/** The format of a file, or what it is instead, as a clause. */
export type DetectedFormat = { readonly format: TraceFormat } | { readonly problem: string };

/** How much of a file `traceFormat` wants to see. */
export const HEAD_BYTES = 64 * 1024;

const ZSTD_MAGIC = 0x28b52ffd;

/** Tells from the first bytes how traces are written down. */
export function traceFormat(head: Buffer): DetectedFormat {
  if (startsAt(head, 0, ZSTD_MAGIC) || startsAt(head, 4, ZSTD_MAGIC)) {
    return { problem: "it is compressed by zstd, so decompress it first (compression: none in the collector)" };
  }
  const text = head
    .toString("utf8")
    .replace(/^\ufeff/, "")
    .trimStart();
  if (text.startsWith("{") || text.startsWith("[")) return { format: jsonFormat(text) };
  const framing = FRAMINGS.find((candidate) => fits(head, candidate));
  return framing === undefined ? { problem: "it is neither JSON nor protobuf of OTLP" } : { format: framing };
}

const FRAMINGS: readonly Framing[] = ["message", "varint", "fixed32"];

function startsAt(head: Buffer, at: number, magic: number): boolean {
  return head.length >= at + 4 && head.readUInt32BE(at) === magic;
}

/** One value a line, unless the first line is no value and none begins on the next one. */
function jsonFormat(text: string): "lines" | "document" {
  const [first = "", second = ""] = text.split("\n").filter((line) => line.trim() !== "");
  if (isJson(first)) return "lines";
  if (first.startsWith("[")) return "document";
  return second.startsWith("{") || !text.includes("\n") ? "lines" : "document";
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

/** At least half of the records have to look like a request, so that a damaged one hides no file. */
function fits(head: Buffer, framing: Framing): boolean {
  let likely = 0;
  let frames = 0;
  for (let at = 0; at < head.length; ) {
    const frame = frameAt(head, at, framing);
    if (frame === "broken") return false;
    if (frame === "incomplete") break;
    frames += 1;
    if (isLikelyRequest(head.subarray(frame.from, frame.to))) likely += 1;
    at = frame.to;
  }
  return likely > 0 && likely * 2 >= frames;
}

const RESOURCE_SPANS = 0x0a;
/** Resource, scope spans and schema URL. */
const MEMBERS: readonly number[] = [0x0a, 0x12, 0x1a];

/** An empty request says nothing of its kind. */
function isLikelyRequest(payload: Buffer): boolean {
  if (payload[0] !== RESOURCE_SPANS) return false;
  const inner = frameAt(payload, 1, "varint");
  if (inner === "broken" || inner === "incomplete") return false;
  return MEMBERS.includes(payload[inner.from] ?? -1);
}
