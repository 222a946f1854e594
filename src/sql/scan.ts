/** What a token of SQL text is, as far as normalising and redacting need to know. */
export type TokenKind =
  | "word"
  | "quoted-identifier"
  | "string"
  | "number"
  | "parameter"
  | "comment"
  | "space"
  | "symbol";

export interface Token {
  readonly kind: TokenKind;
  /** Offsets in UTF-16 units; `text.slice(start, end)` is the token. */
  readonly start: number;
  readonly end: number;
}

export interface ScanOptions {
  /** MySQL and MariaDB: backslash escapes in strings, "…" is a string, `…` an identifier, # a comment. */
  readonly dialect: "postgres" | "mysql";
}

const POSTGRES: ScanOptions = { dialect: "postgres" };
const SPACE = /[\s\u00a0]+/y;
const WORD = /[\p{L}_][\p{L}\p{N}_$]*/uy;
const NUMBER = /(?:0[xXoObB][0-9a-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)/y;
const PARAMETER = /\$\d+/y;
const DOLLAR_QUOTE = /\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$/uy;
const LINE_COMMENT = /--[^\n]*/y;
const HASH_COMMENT = /#[^\n]*/y;

/** Splits SQL text into tokens that cover it whole. Never throws: an unfinished string or comment runs to the end. */
export function scanSql(text: string, options: ScanOptions = POSTGRES): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const token = nextToken(text, at, options.dialect);
    tokens.push(token);
    at = token.end;
  }
  return tokens;
}

function nextToken(text: string, start: number, dialect: ScanOptions["dialect"]): Token {
  const char = text.charAt(start);
  const make = (kind: TokenKind, end: number): Token => ({ kind, start, end });
  const match = (pattern: RegExp): number => {
    pattern.lastIndex = start;
    return pattern.test(text) ? pattern.lastIndex : -1;
  };

  const space = match(SPACE);
  if (space > 0) return make("space", space);
  const lineComment = char === "-" ? match(LINE_COMMENT) : -1;
  if (lineComment > 0) return make("comment", lineComment);
  if (char === "/" && text.charAt(start + 1) === "*") return make("comment", blockCommentEnd(text, start, dialect));
  if (dialect === "mysql") {
    if (char === "#") return make("comment", match(HASH_COMMENT));
    if (char === "`") return make("quoted-identifier", quotedEnd(text, start, false));
    if (char === '"') return make("string", quotedEnd(text, start, true));
  }
  if (char === '"') return make("quoted-identifier", quotedEnd(text, start, false));
  if (char === "'") return make("string", quotedEnd(text, start, dialect === "mysql"));
  const prefix = stringPrefixLength(text, start);
  if (prefix > 0) {
    const escapes = char === "e" || char === "E" || dialect === "mysql";
    return make("string", quotedEnd(text, start + prefix, escapes));
  }
  if (char === "$") {
    const parameter = match(PARAMETER);
    if (parameter > 0) return make("parameter", parameter);
    const opening = dialect === "postgres" ? match(DOLLAR_QUOTE) : -1;
    if (opening > 0) {
      const close = text.indexOf(text.slice(start, opening), opening);
      return make("string", close === -1 ? text.length : close + (opening - start));
    }
  }
  const word = match(WORD);
  if (word > 0) return make("word", word);
  const number = /[\d.]/.test(char) ? match(NUMBER) : -1;
  if (number > start + (char === "." ? 1 : 0)) return make("number", number);
  return make("symbol", start + 1);
}

/** Length of `E`, `B`, `X`, `N` or `U&` before a string's quote, else 0. */
function stringPrefixLength(text: string, start: number): number {
  if (/[eEbBxXnN]/.test(text.charAt(start)) && text.charAt(start + 1) === "'") return 1;
  if (/[uU]/.test(text.charAt(start)) && text.startsWith("&'", start + 1)) return 2;
  return 0;
}

function quotedEnd(text: string, start: number, backslash: boolean): number {
  const quote = text.charAt(start);
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (backslash && char === "\\") at += 1;
    else if (char === quote) {
      if (text.charAt(at + 1) !== quote) return at + 1;
      at += 1;
    }
  }
  return text.length;
}

function blockCommentEnd(text: string, start: number, dialect: ScanOptions["dialect"]): number {
  let depth = 0;
  for (let at = start; at < text.length - 1; at += 1) {
    const pair = text.slice(at, at + 2);
    if (pair === "/*" && (depth === 0 || dialect === "postgres")) {
      depth += 1;
      at += 1;
    } else if (pair === "*/") {
      depth -= 1;
      at += 1;
      if (depth === 0) return at + 1;
    }
  }
  return text.length;
}
