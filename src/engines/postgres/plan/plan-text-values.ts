/** Blocks of one `Buffers:` line; what the line leaves out is 0. */
export interface BufferCounts {
  readonly sharedHit: number;
  readonly sharedRead: number;
  readonly tempWritten: number;
}

/** Reads `shared hit=4 read=1, temp read=2 written=2`. */
export function readBuffers(text: string): BufferCounts {
  const count = (group: string, word: string): number =>
    Number(new RegExp(`(?:^|, )${group}[^,]* ${word}=(\\d+)`).exec(text)?.[1] ?? 0);
  return {
    sharedHit: count("shared", "hit"),
    sharedRead: count("shared", "read"),
    tempWritten: count("temp", "written"),
  };
}

/** Splits a list of expressions at the commas that stand outside quotes and brackets. */
export function splitKeys(text: string): string[] {
  const keys: string[] = [];
  let depth = 0;
  let quote: string | null = null;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (quote !== null) quote = char === quote ? null : quote;
    else if (char === "'" || char === '"') quote = char;
    else if (char === "(" || char === "[") depth += 1;
    else if (char === ")" || char === "]") depth -= 1;
    else if (char === "," && depth === 0) {
      keys.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  keys.push(text.slice(start).trim());
  return keys;
}

/**
 * The quote of a string or name that goes on in the next line; null where none does. `quote` is what the text begins
 * in. A doubled quote closes and opens again.
 */
export function openQuote(text: string, quote: string | null = null): string | null {
  let open = quote;
  for (const char of text) {
    if (open !== null) open = char === open ? null : open;
    else if (char === "'" || char === '"') open = char;
  }
  return open;
}
