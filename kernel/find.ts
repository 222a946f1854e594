/** Address of the first `byte` in `[from, to)`, or `to`. Reads up to 15 bytes beyond. */
export function find(byte: u8, from: usize, to: usize): usize {
  const wanted = i8x16.splat(byte);
  let at = from;
  while (at < to) {
    const mask = i8x16.bitmask(i8x16.eq(v128.load(at), wanted));
    if (mask != 0) {
      const found = at + <usize>ctz<i32>(mask);
      return found < to ? found : to;
    }
    at += 16;
  }
  return to;
}

/** Whether the bytes at `at` are those of an ASCII text. */
export function isText(at: usize, to: usize, text: string): bool {
  if (at + <usize>text.length > to) return false;
  for (let index = 0; index < text.length; index += 1) {
    if (load<u8>(at + <usize>index) != <u8>text.charCodeAt(index)) return false;
  }
  return true;
}

// @ts-expect-error: decorator
@inline
export function isDigit(at: usize): bool {
  return load<u8>(at) - 48 < 10;
}
