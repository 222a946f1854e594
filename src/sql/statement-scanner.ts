import {
  LITERAL_TYPES,
  MYSQL_KEYWORDS,
  SPACED_WORDS,
  WORD_SEED_A,
  WORD_SEED_B,
  type WordHash,
  wordHash,
} from "./words.ts";

/** What separates the SQL of PostgreSQL from that of MySQL and MariaDB, as far as tokens go. */
export type SqlDialect = "postgres" | "mysql";

/** What a byte may begin. */
const OTHER = 0;
const SPACE = 1;
const WORD = 2;
const DIGIT = 3;
const SINGLE_QUOTE = 4;
const DOUBLE_QUOTE = 5;
const DOLLAR = 6;
const MINUS = 7;
const SLASH = 8;
const BACKTICK = 9;
const HASH = 10;
const OPEN = 11;
const CLOSE = 12;
const COMMA = 13;
const DOT = 14;
const SEMICOLON = 15;

const KIND = byteKinds();
const LOWER = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 65 && byte <= 90 ? byte + 32 : byte));

/** What stood before, as far as the next token cares. */
const AT_START = 0;
const AFTER_WORD = 1;
const AFTER_CONSTANT = 2;
const AFTER_SYMBOL = 3;
const AFTER_OPEN = 4;
const AFTER_CLOSE = 5;
const AFTER_COMMA = 6;

const IS = wordHash("is");
const NOT = wordHash("not");
const NULL = wordHash("null");
const TRUE = wordHash("true");
const FALSE = wordHash("false");

const NEWLINE = 10;
const QUESTION = 63;
const STAR = 42;
const BACKSLASH = 92;
const MAX_DEPTH = 64;
/** Nothing longer is normalised: the rest of such a text is data. */
const MAX_TEXT = 65_536;
const OWN_MARK = "/* dbperf */";

/**
 * Names the class of a statement over bytes: one pass, no string, no allocation. Two statements have the same key
 * exactly when they have the same normalised text: constants as `?`, lists of constants and repeated groups as one,
 * comments dropped, white space and letter case folded, quoted identifiers kept.
 */
export class StatementScanner {
  /** The key of the text that was scanned last, 64 bits in two halves. */
  keyA = 0;
  keyB = 0;
  /** Offsets of the first and of the last comment in the buffer; -1 where there is none. */
  firstCommentFrom = -1;
  firstCommentTo = -1;
  lastCommentFrom = -1;
  lastCommentTo = -1;
  /** Whether the text carries dbperf's mark: then it is a statement of dbperf itself. */
  isOwn = false;

  readonly #isMysql: boolean;
  readonly #out = new Uint8Array(MAX_TEXT + 16);
  readonly #savedA = new Int32Array(MAX_DEPTH);
  readonly #savedB = new Int32Array(MAX_DEPTH);
  readonly #savedLength = new Int32Array(MAX_DEPTH);
  /** Key of the group before at the same depth, and what stood before it: a repeated group is taken back. */
  readonly #groupA = new Int32Array(MAX_DEPTH + 1);
  readonly #groupB = new Int32Array(MAX_DEPTH + 1);
  readonly #groupEndA = new Int32Array(MAX_DEPTH + 1);
  readonly #groupEndB = new Int32Array(MAX_DEPTH + 1);
  readonly #groupEndLength = new Int32Array(MAX_DEPTH + 1);
  /** 0: no group before; 1: a group ended; 2: a comma followed it. */
  readonly #groupState = new Uint8Array(MAX_DEPTH + 1);

  constructor(dialect: SqlDialect) {
    this.#isMysql = dialect === "mysql";
  }

  /** Reads `buffer[from, to)` and sets the key. */
  scan(buffer: Uint8Array, from: number, to: number): void {
    this.#run(buffer, from, to, false);
  }

  /**
   * The normalised text of `buffer[from, to)`, constants as `?`. With `parseable`, constants become what a parser
   * takes in their place: `$1`, or `''` after the name of a type.
   */
  normalize(buffer: Uint8Array, from: number, to: number, parseable = false): string {
    const length = this.#run(buffer, from, to, true);
    const text = decode(this.#out.subarray(0, length));
    return parseable ? withParameters(text) : text.replaceAll(TYPED, "?").replaceAll(PLAIN, "?");
  }

  #run(buffer: Uint8Array, from: number, to: number, emit: boolean): number {
    const isMysql = this.#isMysql;
    const out = this.#out;
    const groupState = this.#groupState;
    let h1 = 0x1b873593;
    let h2 = 0x2745937f;
    let length = 0;
    let depth = 0;
    let before = AT_START;
    /** Hash of the word before, for `is null` and for the space before a parenthesis. */
    let wordA = 0;
    let wordB = 0;
    let isSemicolonPending = false;
    /** Key and length before a comma that followed a constant. */
    let commaA = 0;
    let commaB = 0;
    let commaLength = 0;
    let isConstantComma = false;
    this.firstCommentFrom = -1;
    this.lastCommentFrom = -1;
    this.isOwn = false;
    groupState[0] = 0;

    let at = from;
    while (at < to) {
      const byte = buffer[at] ?? 0;
      const kind = KIND[byte] ?? OTHER;
      if (kind === SPACE) {
        at += 1;
        continue;
      }
      let end = at + 1;
      let isConstant = false;
      // 1. Where does the token end, and is it a constant or a comment?
      if (kind === WORD) {
        let a = WORD_SEED_A;
        let b = WORD_SEED_B;
        let isFolded = false;
        end = at;
        while (end < to) {
          const next = buffer[end] ?? 0;
          const nextKind = KIND[next] ?? OTHER;
          if (nextKind !== WORD && nextKind !== DIGIT && nextKind !== DOLLAR) break;
          const lower = LOWER[next] ?? 0;
          if (lower !== next) isFolded = true;
          a = Math.imul(a ^ lower, 0x01000193);
          b = (Math.imul(b, 31) + lower) | 0;
          end += 1;
        }
        const next = end < to ? (buffer[end] ?? 0) : 0;
        if (next === 39 && end - at === 1 && isStringPrefix(byte)) {
          end = stringEnd(buffer, end, to, isMysql || LOWER[byte] === 101);
          isConstant = true;
        } else if (next === 38 && end - at === 1 && LOWER[byte] === 117 && buffer[end + 1] === 39) {
          end = stringEnd(buffer, end + 1, to, false);
          isConstant = true;
        } else if (
          end - at <= 5 &&
          ((a === NULL.a && b === NULL.b) || (a === TRUE.a && b === TRUE.b) || (a === FALSE.a && b === FALSE.b)) &&
          !(before === AFTER_WORD && (isWord(IS, wordA, wordB) || isWord(NOT, wordA, wordB)))
        ) {
          isConstant = true;
        } else {
          // A word.
          const keepsCase = isMysql && isFolded && !MYSQL_KEYWORDS.has(a, b);
          if (keepsCase) {
            a = WORD_SEED_A;
            b = WORD_SEED_B;
            for (let index = at; index < end; index += 1) {
              a = Math.imul(a ^ (buffer[index] ?? 0), 0x01000193);
              b = (Math.imul(b, 31) + (buffer[index] ?? 0)) | 0;
            }
          }
          if (isSemicolonPending) {
            isSemicolonPending = false;
            h1 = mixA(h1, SEMICOLON);
            h2 = mixB(h2, SEMICOLON);
            if (emit) length = put(out, length, 59);
          }
          if (emit) {
            if (needsSpace(before, out, length)) length = put(out, length, 32);
            for (let index = at; index < end; index += 1) {
              length = put(out, length, keepsCase ? (buffer[index] ?? 0) : (LOWER[buffer[index] ?? 0] ?? 0));
            }
          }
          h1 = mixA(h1, a);
          h2 = mixB(h2, b);
          wordA = a;
          wordB = b;
          before = AFTER_WORD;
          groupState[depth] = 0;
          at = end;
          continue;
        }
      } else if (kind === DIGIT) {
        end = numberEnd(buffer, at, to);
        isConstant = true;
      } else if (kind === SINGLE_QUOTE) {
        end = stringEnd(buffer, at, to, isMysql);
        isConstant = true;
      } else if (kind === DOLLAR && !isMysql) {
        end = dollarEnd(buffer, at, to);
        isConstant = end > at + 1;
      } else if (kind === DOUBLE_QUOTE && isMysql) {
        end = stringEnd(buffer, at, to, true);
        isConstant = true;
      } else if (kind === MINUS) {
        const next = at + 1 < to ? (buffer[at + 1] ?? 0) : 0;
        if (next === 45) {
          end = lineEnd(buffer, at, to);
          this.#comment(buffer, at, end);
          at = end;
          continue;
        }
        const nextKind = KIND[next] ?? OTHER;
        if ((nextKind === DIGIT || next === 46) && isUnary(before)) {
          // The sign of a constant; where it is none of a number, the next token says so.
          at += 1;
          continue;
        }
      } else if (kind === SLASH && at + 1 < to && buffer[at + 1] === STAR) {
        end = blockCommentEnd(buffer, at, to, !isMysql);
        this.#comment(buffer, at, end);
        at = end;
        continue;
      } else if (kind === HASH && isMysql) {
        end = lineEnd(buffer, at, to);
        this.#comment(buffer, at, end);
        at = end;
        continue;
      } else if (kind === DOT && at + 1 < to && KIND[buffer[at + 1] ?? 0] === DIGIT && before !== AFTER_WORD) {
        end = numberEnd(buffer, at, to);
        isConstant = true;
      } else if (kind === OTHER && byte === QUESTION && (isMysql || before !== AFTER_WORD)) {
        // A placeholder of a driver or of an earlier normalisation.
        isConstant = true;
      }

      if (kind === SEMICOLON) {
        isSemicolonPending = true;
        at = end;
        continue;
      }
      if (isSemicolonPending) {
        isSemicolonPending = false;
        h1 = mixA(h1, SEMICOLON);
        h2 = mixB(h2, SEMICOLON);
        if (emit) length = put(out, length, 59);
        before = AT_START;
      }

      // 2. What does it add to the key and to the text?
      if (isConstant) {
        if (before === AFTER_COMMA && isConstantComma) {
          // One more constant of a list: the comma is taken back.
          h1 = commaA;
          h2 = commaB;
          length = commaLength;
        } else {
          if (emit) {
            if (needsSpace(before, out, length)) length = put(out, length, 32);
            length = put(out, length, before === AFTER_WORD && LITERAL_TYPES.has(wordA, wordB) ? 1 : 2);
          }
          h1 = mixA(h1, 0x3f3f);
          h2 = mixB(h2, 0x3f3f);
        }
        before = AFTER_CONSTANT;
        groupState[depth] = 0;
      } else if (kind === COMMA) {
        isConstantComma = before === AFTER_CONSTANT;
        commaA = h1;
        commaB = h2;
        commaLength = length;
        groupState[depth] = groupState[depth] === 1 ? 2 : 0;
        h1 = mixA(h1, COMMA);
        h2 = mixB(h2, COMMA);
        if (emit) length = put(out, length, 44);
        before = AFTER_COMMA;
      } else if (kind === OPEN) {
        const isSpaced = before !== AFTER_WORD || SPACED_WORDS.has(wordA, wordB);
        if (emit && isSpaced && needsSpace(before, out, length)) length = put(out, length, 32);
        if (depth < MAX_DEPTH) {
          this.#savedA[depth] = h1;
          this.#savedB[depth] = h2;
          this.#savedLength[depth] = length;
          groupState[depth + 1] = 0;
          // The group's own key, apart from what stands before it.
          h1 = 0x51ed270b;
          h2 = 0x68e31da4;
        } else {
          h1 = mixA(h1, OPEN);
          h2 = mixB(h2, OPEN);
        }
        depth += 1;
        if (emit) length = put(out, length, 40);
        before = AFTER_OPEN;
      } else if (kind === CLOSE && depth > 0) {
        depth -= 1;
        if (emit) length = put(out, length, 41);
        if (depth < MAX_DEPTH) {
          const groupA = h1;
          const groupB = h2;
          const isRepeated =
            groupState[depth] === 2 && this.#groupA[depth] === groupA && this.#groupB[depth] === groupB;
          if (isRepeated) {
            h1 = this.#groupEndA[depth] ?? 0;
            h2 = this.#groupEndB[depth] ?? 0;
            length = this.#groupEndLength[depth] ?? 0;
          } else {
            h1 = mixA(mixA(this.#savedA[depth] ?? 0, OPEN), groupA);
            h2 = mixB(mixB(this.#savedB[depth] ?? 0, OPEN), groupB);
            this.#groupA[depth] = groupA;
            this.#groupB[depth] = groupB;
            this.#groupEndA[depth] = h1;
            this.#groupEndB[depth] = h2;
            this.#groupEndLength[depth] = length;
          }
          groupState[depth] = 1;
        } else {
          h1 = mixA(h1, CLOSE);
          h2 = mixB(h2, CLOSE);
        }
        before = AFTER_CLOSE;
      } else if ((kind === DOUBLE_QUOTE && !isMysql) || (kind === BACKTICK && isMysql)) {
        end = identifierEnd(buffer, at, to);
        let a = WORD_SEED_A;
        let b = WORD_SEED_B;
        for (let index = at; index < end; index += 1) {
          const next = buffer[index] ?? 0;
          a = Math.imul(a ^ next, 0x01000193);
          b = (Math.imul(b, 31) + next) | 0;
        }
        if (emit) {
          if (needsSpace(before, out, length)) length = put(out, length, 32);
          for (let index = at; index < end; index += 1) length = put(out, length, buffer[index] ?? 0);
        }
        h1 = mixA(h1, a);
        h2 = mixB(h2, b);
        wordA = a;
        wordB = b;
        before = AFTER_WORD;
        groupState[depth] = 0;
      } else {
        if (emit) {
          if (kind !== DOT && byte !== 58 && needsSymbolSpace(before, byte, out, length)) length = put(out, length, 32);
          length = put(out, length, byte);
        }
        h1 = mixA(h1, byte + 256);
        h2 = mixB(h2, byte + 256);
        before = AFTER_SYMBOL;
        groupState[depth] = 0;
      }
      at = end;
    }
    // Parentheses that were never closed: what was saved belongs to the key as well.
    while (depth > 0) {
      depth -= 1;
      if (depth >= MAX_DEPTH) continue;
      h1 = mixA(mixA(this.#savedA[depth] ?? 0, OPEN + 64), h1);
      h2 = mixB(mixB(this.#savedB[depth] ?? 0, OPEN + 64), h2);
    }
    this.keyA = h1 ^ (h1 >>> 15);
    this.keyB = h2 ^ (h2 >>> 13);
    return length;
  }

  #comment(buffer: Uint8Array, from: number, to: number): void {
    if (this.firstCommentFrom === -1) {
      this.firstCommentFrom = from;
      this.firstCommentTo = to;
    }
    this.lastCommentFrom = from;
    this.lastCommentTo = to;
    if (to - from === OWN_MARK.length && isText(buffer, from, OWN_MARK)) this.isOwn = true;
  }
}

/** Placeholders inside the scratch text, which no SQL holds. */
const TYPED = "\u0001";
const PLAIN = "\u0002";

function withParameters(text: string): string {
  return text.replaceAll(TYPED, "''").replaceAll(PLAIN, "$1");
}

const utf8 = new TextDecoder("utf-8");

function decode(bytes: Uint8Array): string {
  return utf8.decode(bytes);
}

function mixA(hash: number, value: number): number {
  const mixed = Math.imul(hash ^ value, 0x85ebca6b);
  return mixed ^ (mixed >>> 13);
}

function mixB(hash: number, value: number): number {
  const mixed = Math.imul(hash + value, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

function isWord(word: WordHash, a: number, b: number): boolean {
  return word.a === a && word.b === b;
}

function isStringPrefix(byte: number): boolean {
  const lower = LOWER[byte];
  return lower === 101 || lower === 98 || lower === 120 || lower === 110;
}

/** A minus before a number is its sign where no value stands before it. */
function isUnary(before: number): boolean {
  return before === AT_START || before === AFTER_SYMBOL || before === AFTER_OPEN || before === AFTER_COMMA;
}

/** A word, constant or identifier stands apart from what is before it, but for `(`, `.` and `::`. */
function needsSpace(before: number, out: Uint8Array, length: number): boolean {
  if (before === AT_START || before === AFTER_OPEN) return length > 0 && out[length - 1] === 59;
  const last = out[length - 1];
  return last !== 46 && last !== 58 && last !== 91 && last !== 64;
}

/** Operators stand apart; a second sign of the same operator does not. */
function needsSymbolSpace(before: number, byte: number, out: Uint8Array, length: number): boolean {
  if (before === AFTER_SYMBOL) {
    const last = out[length - 1];
    return last === 93 || last === 46 || last === 42 ? byte !== 93 && byte !== 91 : false;
  }
  return byte !== 91 && byte !== 93 && before !== AFTER_OPEN && before !== AT_START;
}

function put(out: Uint8Array, length: number, byte: number): number {
  if (length >= MAX_TEXT) return length;
  out[length] = byte;
  return length + 1;
}

function stringEnd(buffer: Uint8Array, from: number, to: number, hasBackslash: boolean): number {
  const quote = buffer[from] ?? 0;
  let at = from + 1;
  while (at < to) {
    const byte = buffer[at] ?? 0;
    if (byte === quote) {
      if (at + 1 >= to || buffer[at + 1] !== quote) return at + 1;
      at += 2;
    } else if (byte === BACKSLASH && hasBackslash) at += 2;
    else at += 1;
  }
  return to;
}

function identifierEnd(buffer: Uint8Array, from: number, to: number): number {
  return stringEnd(buffer, from, to, false);
}

function numberEnd(buffer: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to) {
    const byte = buffer[at] ?? 0;
    const kind = KIND[byte] ?? OTHER;
    if (kind === DIGIT || kind === WORD || kind === DOT) at += 1;
    else if ((byte === 43 || byte === 45) && LOWER[buffer[at - 1] ?? 0] === 101 && at > from && !isHex(buffer, from)) at += 1;
    else break;
  }
  return at;
}

function isHex(buffer: Uint8Array, from: number): boolean {
  return buffer[from] === 48 && LOWER[buffer[from + 1] ?? 0] === 120;
}

/** `$1` ends after its digits, `$tag$…$tag$` after the second tag; a lone dollar is a symbol. */
function dollarEnd(buffer: Uint8Array, from: number, to: number): number {
  let at = from + 1;
  if (at < to && KIND[buffer[at] ?? 0] === DIGIT) {
    while (at < to && KIND[buffer[at] ?? 0] === DIGIT) at += 1;
    return at;
  }
  while (at < to && (KIND[buffer[at] ?? 0] === WORD || (at > from + 1 && KIND[buffer[at] ?? 0] === DIGIT))) at += 1;
  if (at >= to || KIND[buffer[at] ?? 0] !== DOLLAR) return from + 1;
  const tagLength = at + 1 - from;
  for (let close = at + 1; close < to; close += 1) {
    if (KIND[buffer[close] ?? 0] !== DOLLAR || close + tagLength > to) continue;
    let same = 1;
    while (same < tagLength && buffer[close + same] === buffer[from + same]) same += 1;
    if (same === tagLength) return close + tagLength;
  }
  return to;
}

function lineEnd(buffer: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && buffer[at] !== NEWLINE) at += 1;
  return at;
}

function blockCommentEnd(buffer: Uint8Array, from: number, to: number, nests: boolean): number {
  let depth = 1;
  let at = from + 2;
  while (at < to - 1) {
    const byte = buffer[at] ?? 0;
    if (byte === STAR && buffer[at + 1] === 47) {
      depth -= 1;
      at += 2;
      if (depth === 0) return at;
    } else if (nests && byte === 47 && buffer[at + 1] === STAR) {
      depth += 1;
      at += 2;
    } else at += 1;
  }
  return to;
}

function isText(buffer: Uint8Array, from: number, text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    if (buffer[from + index] !== text.charCodeAt(index)) return false;
  }
  return true;
}

function byteKinds(): Uint8Array {
  const kinds = new Uint8Array(256);
  for (let byte = 0; byte < 256; byte += 1) {
    const char = String.fromCharCode(byte);
    if (byte <= 32) kinds[byte] = SPACE;
    else if (/[A-Za-z_]/.test(char) || byte >= 128) kinds[byte] = WORD;
    else if (/\d/.test(char)) kinds[byte] = DIGIT;
  }
  const single: Readonly<Record<string, number>> = {
    "'": SINGLE_QUOTE,
    '"': DOUBLE_QUOTE,
    $: DOLLAR,
    "-": MINUS,
    "/": SLASH,
    "`": BACKTICK,
    "#": HASH,
    "(": OPEN,
    ")": CLOSE,
    ",": COMMA,
    ".": DOT,
    ";": SEMICOLON,
  };
  for (const [char, kind] of Object.entries(single)) kinds[char.charCodeAt(0)] = kind;
  return kinds;
}
