/**
 * How protobuf messages follow one another. `message`: one request, whose members are read one by one; `varint`:
 * each with its length before it; `fixed32`: the same with four bytes, big-endian, as the collector writes files.
 */
export type Framing = "message" | "varint" | "fixed32";

/** Larger lengths are no lengths: the collector refuses requests of more than 20 MiB. */
export const MOST_RECORD_BYTES = 256 * 1024 * 1024;

const RESOURCE_SPANS = 0x0a;
const MOST_VARINT_BYTES = 5;

export interface Frame {
  /** Where the message is; `to` may lie beyond what is there yet. */
  readonly from: number;
  readonly to: number;
}

/** The frame that begins at `at`; `incomplete` where its length is not there yet, `broken` where there is none. */
export function frameAt(bytes: Buffer, at: number, framing: Framing): Frame | "incomplete" | "broken" {
  if (framing === "fixed32") {
    if (at + 4 > bytes.length) return "incomplete";
    return frame(at + 4, bytes.readUInt32BE(at));
  }
  if (framing === "varint") return varintFrame(bytes, at, at);
  if (at >= bytes.length) return "incomplete";
  return bytes[at] === RESOURCE_SPANS ? varintFrame(bytes, at + 1, at) : "broken";
}

/** `from` null: right after the length. A member of a message keeps its tag, so that it is a message itself. */
function varintFrame(bytes: Buffer, at: number, start: number): Frame | "incomplete" | "broken" {
  let length = 0;
  for (let index = 0; index < MOST_VARINT_BYTES; index += 1) {
    const byte = bytes[at + index];
    if (byte === undefined) return "incomplete";
    length += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) {
      const after = at + index + 1;
      if (length > MOST_RECORD_BYTES) return "broken";
      return { from: start === at ? after : start, to: after + length };
    }
  }
  return "broken";
}

function frame(from: number, length: number): Frame | "broken" {
  return length > MOST_RECORD_BYTES ? "broken" : { from, to: from + length };
}
