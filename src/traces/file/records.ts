import { decodeRequest } from "../otlp/protobuf.ts";
import { type Framing, frameAt, MOST_RECORD_BYTES } from "./frames.ts";
import { jsonDocuments } from "./json-documents.ts";
import type { TraceFormat } from "./trace-format.ts";
import type { TraceRecord } from "./trace-record.ts";

type Chunks = AsyncIterable<Uint8Array>;

/** The records of a file, one by one: a damaged one costs none of its neighbours. */
export function traceRecords(chunks: Chunks, format: TraceFormat): AsyncGenerator<TraceRecord> {
  if (format === "lines") return lineRecords(chunks);
  return format === "document" ? jsonDocuments(chunks, parseJson) : framedRecords(chunks, format);
}

const NEWLINE = 0x0a;

async function* lineRecords(chunks: Chunks): AsyncGenerator<TraceRecord> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      const part = chunk.subarray(from, end);
      yield* lineRecord(parts.length === 0 ? part : Buffer.concat([...parts, part]));
      parts = [];
      length = 0;
      from = end + 1;
    }
    const rest = chunk.subarray(from);
    length += rest.length;
    // What is too long is kept up to the limit, where it fails as JSON.
    if (rest.length > 0 && length <= MOST_RECORD_BYTES) parts.push(rest);
  }
  yield* lineRecord(Buffer.concat(parts));
}

function* lineRecord(line: Uint8Array): Generator<TraceRecord> {
  const text = Buffer.from(line.buffer, line.byteOffset, line.length)
    .toString("utf8")
    .replace(/^\ufeff/, "")
    .trim();
  if (text === "") return;
  const record = parseJson(text);
  if ("value" in record && Array.isArray(record.value)) yield* record.value.map((value: unknown) => ({ value }));
  else yield record;
}

function parseJson(text: string): TraceRecord {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { problem: "it is no valid JSON" };
  }
}

async function* framedRecords(chunks: Chunks, framing: Framing): AsyncGenerator<TraceRecord> {
  let parts: Uint8Array[] = [];
  let length = 0;
  let needed = 1;
  for await (const chunk of chunks) {
    parts.push(chunk);
    length += chunk.length;
    if (length < needed) continue;
    const bytes = Buffer.concat(parts);
    let at = 0;
    for (needed = 0; needed <= length; ) {
      const frame = frameAt(bytes, at, framing);
      if (frame === "broken") {
        yield { problem: "what follows has no length, so that the rest of the file is lost" };
        return;
      }
      needed = frame === "incomplete" ? length + 1 : frame.to;
      if (frame === "incomplete" || frame.to > length) break;
      yield decoded(bytes.subarray(frame.from, frame.to));
      at = frame.to;
    }
    parts = [bytes.subarray(at)];
    length -= at;
    needed -= at;
  }
  if (length > 0) yield { problem: "it ends in the middle" };
}

function decoded(bytes: Uint8Array): TraceRecord {
  try {
    return { value: decodeRequest(bytes) };
  } catch {
    return { problem: "it is no valid message" };
  }
}
