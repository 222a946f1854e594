/**
 * Names the class of a statement: one pass over its bytes, without a string and without an allocation. Two statements
 * have the same key exactly when they have the same normalised text: constants as `?`, lists of constants and repeated
 * groups as one, comments dropped, white space and letter case folded, quoted identifiers kept.
 */
import {
  BACKTICK,
  CLOSE,
  COMMA,
  DIGIT,
  DOLLAR,
  DOT,
  DOUBLE_QUOTE,
  fillKinds,
  HASH,
  kindAt,
  MINUS,
  OPEN,
  QUESTION,
  SEMICOLON,
  SINGLE_QUOTE,
  SLASH,
  SPACE,
  WORD,
} from "../bytes";
import { MAX_DEPTH, OUT, OUT_BYTES, STACK } from "../memory";
import { blockCommentEnd, dollarEnd, lineEnd, numberEnd, stringEnd, wordEnd } from "./token-ends";
import { hashBytes, hashOfWord, mix } from "./word-hash";
import { addToken, addValue, clearValues, GROUPS, LIST, note, PLACEHOLDERS } from "./values";
import { fillWords, flagsOf, LITERAL_TYPE, MYSQL_KEYWORD, SPACED } from "./words";

/** The key of the text that was scanned last. */
export let key: u64 = 0;
/** Addresses of the first and the last comment; 0 where there is none. */
export let firstCommentFrom: usize = 0;
export let firstCommentTo: usize = 0;
export let lastCommentFrom: usize = 0;
export let lastCommentTo: usize = 0;

fillKinds();
fillWords();
const IN = hashOfWord("in", OUT);
const IS = hashOfWord("is", OUT);
const NOT = hashOfWord("not", OUT);
const NULL = hashOfWord("null", OUT);
const TRUE = hashOfWord("true", OUT);
const FALSE = hashOfWord("false", OUT);

const START_KEY: u64 = 0x1b873593cc9e2d51;
const GROUP_KEY: u64 = 0x51ed270b68e31da4;
const CONSTANT_TOKEN: u64 = 0x3f3f3f3f3f3f3f3f;
const STAR: u8 = 42;

/** What stood before, as far as the next token cares. */
const AT_START: i32 = 0;
const AFTER_WORD: i32 = 1;
const AFTER_CONSTANT: i32 = 2;
const AFTER_SYMBOL: i32 = 3;
const AFTER_OPEN: i32 = 4;
const AFTER_CLOSE: i32 = 5;
const AFTER_COMMA: i32 = 6;

/** A frame of the stack: what was before the parenthesis, and the group before at the same depth. */
@unmanaged
class Frame {
  outerKey: u64;
  groupKey: u64;
  groupEndKey: u64;
  groupEndLength: usize;
  /** 0: no group before; 1: a group ended; 2: a comma followed it. */
  groupState: i32;
  /** The parenthesis of `in (…)`. */
  isIn: bool;
}

const FRAME_BYTES: usize = 64;

// @ts-expect-error: decorator
@inline
function frameAt(depth: i32): Frame {
  return changetype<Frame>(STACK + <usize>depth * FRAME_BYTES);
}

/** Characters written to the scratch so far. */
let length: usize = 0;

function put(byte: u8): void {
  if (length >= OUT_BYTES) return;
  store<u8>(OUT + length, byte);
  length += 1;
}

function lastByte(): u8 {
  return length == 0 ? 0 : load<u8>(OUT + length - 1);
}

/** A word or constant stands apart from what is before it, but for `(`, `[`, `.`, `:` and `@`. */
function putSpace(before: i32): void {
  const last = lastByte();
  if (last == 0 || before == AFTER_OPEN) return;
  if (last == 46 || last == 58 || last == 91 || last == 64) return;
  put(32);
}

/** Operators stand apart; further signs of the same operator do not, nor do `.`, `:` and brackets. */
function putSymbol(byte: u8, before: i32): void {
  const isTight = byte == 46 || byte == 58 || byte == 91 || byte == 93;
  const last = lastByte();
  if (!isTight && last != 0 && before != AFTER_OPEN && last != 46 && (before != AFTER_SYMBOL || last == 93)) put(32);
  put(byte);
}

function putBytes(from: usize, to: usize, folds: bool): void {
  for (let at = from; at < to; at += 1) {
    const byte = load<u8>(at);
    put(folds && byte >= 65 && byte <= 90 ? byte + 32 : byte);
  }
}

function noteComment(from: usize, to: usize): void {
  if (firstCommentFrom == 0) {
    firstCommentFrom = from;
    firstCommentTo = to;
  }
  lastCommentFrom = from;
  lastCommentTo = to;
}

/** A minus before a number is its sign where no value stands before it. */
// @ts-expect-error: decorator
@inline
function isSign(before: i32): bool {
  return before == AT_START || before == AFTER_SYMBOL || before == AFTER_OPEN || before == AFTER_COMMA;
}

/** Sets the key of the text in `[from, to)`. */
export function scan(from: usize, to: usize, isMysql: bool): void {
  run(from, to, isMysql, false);
}

/** Sets the key, and writes the normalised text to the scratch: returns its length. Constants are bytes 1 and 2. */
export function normalize(from: usize, to: usize, isMysql: bool): usize {
  run(from, to, isMysql, true);
  return length;
}

// @ts-expect-error: decorator
@inline
function run(from: usize, to: usize, isMysql: bool, emits: bool): void {
  let hash = START_KEY;
  let depth: i32 = 0;
  let before = AT_START;
  let word: u64 = 0;
  let isSemicolonPending = false;
  let commaKey: u64 = 0;
  let commaLength: usize = 0;
  /** The constant before is an element of a list by itself, and so was the one before its comma. */
  let isElement = false;
  let isConstantComma = false;
  let isRepeatPending = false;
  let symbol: u8 = 0;
  let frame = frameAt(0);
  frame.groupState = 0;
  frame.isIn = false;
  clearValues();
  firstCommentFrom = 0;
  lastCommentFrom = 0;
  length = 0;

  let at = from;
  while (at < to) {
    const kind = kindAt(at);
    if (kind == SPACE) {
      at += 1;
      continue;
    }
    let end = at + 1;
    let isConstant = false;
    let isIdentifier = false;
    if (isRepeatPending) {
      isRepeatPending = false;
      if (kind == COMMA || kind == CLOSE || load<u8>(at) == 93) {
        // One more constant of a list: it is taken back with its comma.
        hash = commaKey;
        length = commaLength;
        if (frame.isIn) note(LIST);
      }
    }
    if (kind == WORD) {
      end = wordEnd(end, to);
      const next = end < to ? load<u8>(end) : 0;
      const first = load<u8>(at) | 32;
      if (next == 39 && end - at == 1 && (first == 101 || first == 98 || first == 120 || first == 110)) {
        end = stringEnd(end, to, isMysql || first == 101);
        addValue(at, end);
        isConstant = true;
      } else if (next == 38 && end - at == 1 && first == 117 && end + 1 < to && load<u8>(end + 1) == 39) {
        end = stringEnd(end + 1, to, false);
        addValue(at, end);
        isConstant = true;
      } else {
        let token = hashBytes(at, end, true);
        if (token == NULL || token == TRUE || token == FALSE) {
          isConstant = !(before == AFTER_WORD && (word == IS || word == NOT));
          if (isConstant) addToken(token);
        }
        if (!isConstant) {
          let keepsCase = false;
          if (isMysql) {
            // Hashed as it is written it differs where it has upper-case letters (or a sign that folding changes).
            const written = hashBytes(at, end, false);
            keepsCase = written != token && (flagsOf(token) & MYSQL_KEYWORD) == 0;
            if (keepsCase) token = written;
          }
          if (isSemicolonPending) {
            isSemicolonPending = false;
            hash = mix(hash, SEMICOLON);
            if (emits) put(59);
          }
          if (emits) {
            putSpace(before);
            putBytes(at, end, !keepsCase);
          }
          hash = mix(hash, token);
          word = token;
          before = AFTER_WORD;
          frame.groupState = 0;
          at = end;
          continue;
        }
      }
    } else if (kind == DIGIT) {
      end = numberEnd(at, to);
      addValue(at, end);
      isConstant = true;
    } else if (kind == SINGLE_QUOTE || (kind == DOUBLE_QUOTE && isMysql)) {
      end = stringEnd(at, to, isMysql);
      addValue(at, end);
      isConstant = true;
    } else if (kind == DOUBLE_QUOTE || (kind == BACKTICK && isMysql)) {
      end = stringEnd(at, to, false);
      isIdentifier = true;
    } else if (kind == DOLLAR && !isMysql) {
      end = dollarEnd(at, to);
      isConstant = end > at + 1;
      if (isConstant) {
        if (kindAt(at + 1) == DIGIT) note(PLACEHOLDERS);
        else addValue(at, end);
      }
    } else if (kind == MINUS) {
      const next = end < to ? load<u8>(end) : 0;
      if (next == 45) {
        end = lineEnd(at, to);
        noteComment(at, end);
        at = end;
        continue;
      }
      if (isSign(before) && ((next >= 48 && next <= 57) || next == 46)) {
        at = end;
        continue;
      }
    } else if (kind == SLASH && end < to && load<u8>(end) == STAR) {
      end = blockCommentEnd(at, to, !isMysql);
      noteComment(at, end);
      at = end;
      continue;
    } else if (kind == HASH && isMysql) {
      end = lineEnd(at, to);
      noteComment(at, end);
      at = end;
      continue;
    } else if (kind == DOT && before != AFTER_WORD && end < to && kindAt(end) == DIGIT) {
      end = numberEnd(at, to);
      addValue(at, end);
      isConstant = true;
    } else if (kind == QUESTION) {
      // A placeholder of a driver or of an earlier normalisation; between two values it is an operator.
      isConstant = isMysql || (before != AFTER_WORD && before != AFTER_CLOSE) || word == IS || flagsOf(word) != 0;
      if (isConstant) note(PLACEHOLDERS);
    } else if (kind == SEMICOLON) {
      isSemicolonPending = true;
      at = end;
      continue;
    }
    if (isSemicolonPending) {
      isSemicolonPending = false;
      hash = mix(hash, SEMICOLON);
      if (emits) put(59);
      before = AFTER_SYMBOL;
    }

    if (isConstant) {
      isRepeatPending = before == AFTER_COMMA && isConstantComma;
      isElement = before == AFTER_COMMA || before == AFTER_OPEN || (before == AFTER_SYMBOL && symbol == 91);
      if (emits) {
        putSpace(before);
        put(before == AFTER_WORD && (flagsOf(word) & LITERAL_TYPE) != 0 ? 1 : 2);
      }
      hash = mix(hash, CONSTANT_TOKEN);
      before = AFTER_CONSTANT;
      frame.groupState = 0;
    } else if (kind == COMMA) {
      isConstantComma = before == AFTER_CONSTANT && isElement;
      commaKey = hash;
      commaLength = length;
      frame.groupState = frame.groupState == 1 ? 2 : 0;
      hash = mix(hash, COMMA);
      if (emits) put(44);
      before = AFTER_COMMA;
    } else if (kind == OPEN) {
      if (emits) {
        if (before != AFTER_WORD || (flagsOf(word) & SPACED) != 0) putSpace(before);
        put(40);
      }
      if (depth < MAX_DEPTH) {
        frame.outerKey = hash;
        hash = GROUP_KEY;
        frame = frameAt(depth + 1);
        frame.groupState = 0;
        frame.isIn = before == AFTER_WORD && word == IN;
      } else hash = mix(hash, OPEN);
      depth += 1;
      before = AFTER_OPEN;
    } else if (kind == CLOSE && depth > 0) {
      depth -= 1;
      if (emits) put(41);
      if (depth < MAX_DEPTH) {
        frame = frameAt(depth);
        if (frame.groupState == 2 && frame.groupKey == hash) {
          // The same group once more: it is taken back together with its comma.
          hash = frame.groupEndKey;
          length = frame.groupEndLength;
          note(GROUPS);
        } else {
          frame.groupKey = hash;
          hash = mix(mix(frame.outerKey, OPEN), hash);
          frame.groupEndKey = hash;
          frame.groupEndLength = length;
        }
        frame.groupState = 1;
      } else hash = mix(hash, CLOSE);
      before = AFTER_CLOSE;
    } else if (isIdentifier) {
      if (emits) {
        putSpace(before);
        putBytes(at, end, false);
      }
      word = hashBytes(at, end, false);
      hash = mix(hash, word);
      before = AFTER_WORD;
      frame.groupState = 0;
    } else {
      if (emits) putSymbol(load<u8>(at), before);
      hash = mix(hash, <u64>load<u8>(at) + 256);
      symbol = load<u8>(at);
      before = AFTER_SYMBOL;
      frame.groupState = 0;
    }
    at = end;
  }
  // Parentheses that were never closed: what stood before them belongs to the key as well.
  while (depth > 0) {
    depth -= 1;
    if (depth < MAX_DEPTH) hash = mix(mix(frameAt(depth).outerKey, OPEN + 64), hash);
  }
  key = hash;
}
