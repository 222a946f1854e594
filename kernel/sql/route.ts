import { find } from "../find";
import { ROUTE, ROUTE_HASH, setLong, setRange } from "../slots";
import { hashBytes } from "./word-hash";

const QUOTE: u8 = 39;
const BACKSLASH: u8 = 92;
/** `rout` and `e=`, little-endian. */
const ROUT: u32 = 0x74756f72;
const E_EQUALS: u16 = 0x3d65;

/**
 * Finds `route='…'` in a comment: 1 with its range and hash in the slots. 0 where there is none or it holds a quote: then
 * the hash is that of the comment.
 */
export function findRoute(from: usize, to: usize): i32 {
  for (let quote = find(QUOTE, from + 6, to); quote < to; quote = find(QUOTE, quote + 1, to)) {
    if (load<u32>(quote - 6) != ROUT || load<u16>(quote - 2) != E_EQUALS) continue;
    // `subroute='…'` is another key.
    if (quote - 7 >= from && isWord(load<u8>(quote - 7))) continue;
    const end = find(QUOTE, quote + 1, to);
    if (end == to || load<u8>(end - 1) == BACKSLASH) break;
    setRange(ROUTE, quote + 1, end);
    setLong(ROUTE_HASH, hashBytes(quote + 1, end, false));
    return 1;
  }
  setLong(ROUTE_HASH, hashBytes(from, to, false));
  return 0;
}

// @ts-expect-error: decorator
@inline
function isWord(byte: u8): bool {
  return (byte | 32) - 97 < 26 || byte == 95 || byte - 48 < 10;
}
