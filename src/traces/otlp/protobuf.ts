import protobuf from "protobufjs/light.js";
import { OTLP_SCHEMA } from "./schema.ts";

const root = protobuf.Root.fromJSON(OTLP_SCHEMA);
const requestType = root.lookupType("ExportTraceServiceRequest");
const responseType = root.lookupType("ExportTraceServiceResponse");
const statusType = root.lookupType("Status");

/**
 * Decodes an ExportTraceServiceRequest into the form of OTLP/JSON, with ids as bytes and 64-bit numbers as decimal
 * text. Throws where the bytes are no such message.
 */
export function decodeRequest(bytes: Uint8Array): unknown {
  return requestType.toObject(requestType.decode(bytes), { longs: String });
}

/** Encodes the answer to a request; null: every span was taken. */
export function encodeResponse(partialSuccess: PartialSuccess | null): Uint8Array {
  const response = partialSuccess === null ? {} : { partialSuccess };
  return responseType.encode(responseType.fromObject(response)).finish();
}

/** Encodes the body of a refusal. */
export function encodeStatus(code: number, message: string): Uint8Array {
  return statusType.encode(statusType.create({ code, message })).finish();
}

/** Spans that a receiver did not take, and why. */
export interface PartialSuccess {
  readonly rejectedSpans: number;
  readonly errorMessage: string;
}
