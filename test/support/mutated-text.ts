import fc from "fast-check";

interface Mutation {
  readonly kind: "flip" | "delete" | "repeat" | "truncate";
  /** Share of the text before it, in millionths. */
  readonly at: number;
  readonly length: number;
  readonly byte: number;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom("flip", "flip", "delete", "repeat", "truncate"),
  at: fc.nat(999_999),
  length: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3000 })),
  // Bytes that mean something to a format come more often.
  byte: fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('"\\,\n\r\t\0{}:[] '))),
});

/** A text with a few bytes changed, taken out, repeated, or cut off at its end. */
export function mutatedText(text: Uint8Array): fc.Arbitrary<Buffer> {
  return fc.array(mutation, { minLength: 1, maxLength: 6 }).map((list) => list.reduce(mutated, Buffer.from(text)));
}

function mutated(text: Buffer, { kind, at, length, byte }: Mutation): Buffer {
  const from = Math.floor((at / 1_000_000) * text.length);
  const piece = text.subarray(from, from + length);
  if (kind === "delete") return Buffer.concat([text.subarray(0, from), text.subarray(from + length)]);
  if (kind === "repeat") return Buffer.concat([text.subarray(0, from), piece, text.subarray(from)]);
  // Cut near the end, so that there is still something to read.
  if (kind === "truncate") return text.subarray(0, text.length - Math.floor((1 - at / 1_000_000) * 400));
  const flipped = Buffer.from(text);
  if (from < flipped.length) flipped[from] = byte;
  return flipped;
}
