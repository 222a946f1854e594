const SEED: u64 = 0x9e3779b97f4a7c15;
const FACTOR: u64 = 0xd6e8feb86659fd93;
const HIGH_BITS: u64 = 0x8080808080808080;

/** 64-bit hash of a stretch of bytes; ASCII letters as lower case where `folds`. The memory behind it is readable. */
// @ts-expect-error: decorator
@inline
export function hashBytes(from: usize, to: usize, folds: bool): u64 {
  let hash = SEED ^ <u64>(to - from);
  let at = from;
  while (at + 8 <= to) {
    const part = load<u64>(at);
    hash = (hash ^ (folds ? fold(part) : part)) * FACTOR;
    hash ^= hash >> 32;
    at += 8;
  }
  const rest = to - at;
  if (rest > 0) {
    const part = load<u64>(at);
    const known = (folds ? fold(part) : part) & (u64.MAX_VALUE >> ((8 - <u64>rest) << 3));
    hash = (hash ^ known) * FACTOR;
    hash ^= hash >> 32;
  }
  return hash;
}

/** Letters, digits, `_` and `$` stay apart when bit 5 is set; bytes beyond ASCII are left as they are. */
// @ts-expect-error: decorator
@inline
function fold(part: u64): u64 {
  return part | ((~part & HIGH_BITS) >> 2);
}

// @ts-expect-error: decorator
@inline
export function mix(key: u64, token: u64): u64 {
  const mixed = (rotl<u64>(key, 23) ^ token) * FACTOR;
  return mixed ^ (mixed >> 29);
}

/** 32 bits of a hash; each depends on all of it. */
// @ts-expect-error: decorator
@inline
export function narrowed(hash: u64): u32 {
  return <u32>((hash * FACTOR) >> 32);
}

/** The hash of a lower-case ASCII word, as `hashBytes` makes it; `scratch` holds it for a moment. */
export function hashOfWord(word: string, scratch: usize): u64 {
  for (let index = 0; index < word.length; index += 1) {
    store<u8>(scratch + <usize>index, <u8>word.charCodeAt(index));
  }
  return hashBytes(scratch, scratch + <usize>word.length, true);
}
