import type { Unwrap } from "./unwrap.ts";

/** What a text that begins a wrapped log holds, as text. */
export function unwrapText(unwrap: Unwrap, text: string): string {
  const { inner } = unwrap.create({ isStamped: false }).push(Buffer.from(text, "utf8"), true);
  return Buffer.from(inner.buffer, inner.byteOffset, inner.byteLength).toString("utf8");
}
