import { createRequire } from "node:module";
import type { Type } from "protobufjs/light.js";
import { OTLP_SCHEMA } from "./schema.ts";

interface Messages {
  readonly request: Type;
  readonly response: Type;
  readonly status: Type;
}

let messages: Messages | null = null;

/**
 * Decodes an ExportTraceServiceRequest into the form of OTLP/JSON, with ids as bytes and 64-bit numbers as decimal
 * text. Throws where the bytes are no such message.
 */
export function decodeRequest(bytes: Uint8Array): unknown {
  const { request } = loadMessages();
  return request.toObject(request.decode(bytes), { longs: String });
}

/** Encodes the answer to a request; null: every span was taken. */
export function encodeResponse(partialSuccess: PartialSuccess | null): Uint8Array {
  const { response } = loadMessages();
  return response.encode(response.fromObject(partialSuccess === null ? {} : { partialSuccess })).finish();
}

/** Encodes the body of a refusal. */
export function encodeStatus(code: number, message: string): Uint8Array {
  const { status } = loadMessages();
  return status.encode(status.create({ code, message })).finish();
}

/** Spans that a receiver did not take, and why. */
export interface PartialSuccess {
  readonly rejectedSpans: number;
  readonly errorMessage: string;
}

/** The library takes 60 ms of CPU to load, which commands that read no traces do not pay. */
function loadMessages(): Messages {
  if (messages !== null) return messages;
  const { Root } = createRequire(import.meta.url)("protobufjs/light.js") as typeof import("protobufjs/light.js");
  const root = Root.fromJSON(OTLP_SCHEMA);
  messages = {
    request: root.lookupType("ExportTraceServiceRequest"),
    response: root.lookupType("ExportTraceServiceResponse"),
    status: root.lookupType("Status"),
  };
  return messages;
}
