import { find } from "../find";
import { setSlot, TRACE } from "../slots";
import { hashBytes, narrowed } from "./word-hash";

const QUOTE: u8 = 39;
const MINUS: u8 = 45;

/** `t_id`, `e_id`, `stId`, `ceId` and `rent`: what may be the end of the name of an id that is the same for one trace or request and different for others. */
const T_ID: u32 = 0x64695f74;
const E_ID: u32 = 0x64695f65;
const T_ID_CAMEL: u32 = 0x64497473;
const E_ID_CAMEL: u32 = 0x64496563;
const PARENT: u32 = 0x746e6572;

/**
 * Finds the id of a trace or request in a comment, as sqlcommenter (`traceparent='00-…'`, `trace_id='…'`) and marginalia
 * (`request_id:…`) write it: 1 with its hash in the slots, or 0.
 */
export function findTrace(from: usize, to: usize): i32 {
  for (let at = from + 8; at < to; at += 1) {
    const byte = load<u8>(at);
    if (byte != 61 && byte != 58) continue;
    const end = load<u32>(at - 4);
    if (end == PARENT) {
      if (load<u64>(at - 8) != 0x746e657261706563 || at < from + 11) continue;
      // `traceparent='00-<trace>-<span>-<flags>'`.
      let id = at + 1;
      if (load<u8>(id) == QUOTE) id += 1;
      const start = find(MINUS, id, to) + 1;
      const stop = find(MINUS, start, to);
      if (stop - start == 32 && stop < to) return found(start, stop);
    } else if (end == E_ID || end == E_ID_CAMEL || end == T_ID || end == T_ID_CAMEL) {
      const word = load<u32>(end == E_ID || end == T_ID ? at - 8 : at - 7);
      // `trac` and `ques`.
      if (word != (end == E_ID || end == E_ID_CAMEL ? 0x63617274 : 0x73657571)) continue;
      const start = load<u8>(at + 1) == QUOTE ? at + 2 : at + 1;
      const stop = idEnd(start, to);
      if (stop - start >= 6) return found(start, stop);
    }
  }
  return 0;
}

function found(from: usize, to: usize): i32 {
  const hash = narrowed(hashBytes(from, to, false));
  setSlot(TRACE, hash == 0 ? 1 : hash);
  return 1;
}

/** Letters, digits, `-` and `_` are of an id. */
function idEnd(from: usize, to: usize): usize {
  let at = from;
  while (at < to) {
    const byte = load<u8>(at);
    if (!((byte | 32) - 97 < 26 || byte - 48 < 10 || byte == MINUS || byte == 95)) break;
    at += 1;
  }
  return at;
}
