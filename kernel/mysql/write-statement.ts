import { kindAt, OPEN, SPACE } from "../bytes";
import { blockCommentEnd } from "../sql/token-ends";

/** Whether a statement changes rows, by its first word: insert, update, delete, replace or load. */
export function isWrite(from: usize, to: usize): bool {
  let at = from;
  while (at < to) {
    const kind = kindAt(at);
    if (kind == SPACE || kind == OPEN) at += 1;
    else if (load<u16>(at) == 0x2a2f && load<u8>(at + 2) != 33) at = blockCommentEnd(at, to, false);
    else break;
  }
  if (at + 5 > to) return false;
  const four = load<u32>(at) | 0x20202020;
  const fifth = load<u8>(at + 4) | 32;
  // inse|r, upda|t, dele|t, repl|a, load|
  if (four == 0x65736e69) return fifth == 114;
  if (four == 0x61647075 || four == 0x656c6564) return fifth == 116;
  if (four == 0x6c706572) return fifth == 97;
  return four == 0x64616f6c && kindAt(at + 4) == SPACE;
}
