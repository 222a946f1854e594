import { scanSql, type Token } from "../sql/scan.ts";

export type ShapeKind = "read" | "insert" | "update" | "delete" | "begin" | "end" | "other";

/** One text of a statement: what it does, and the values in it. */
export interface StatementShape {
  readonly kind: ShapeKind;
  /**
   * Whether one value picks its rows, or it writes one row: what a loop sends again and again. Pages, lists of several
   * values and arrays are the opposite: they are what a loop is to become.
   */
  readonly isSingle: boolean;
  /** A read that locks its rows: asked again it may find others. */
  readonly isLocking: boolean;
  /** Joins at any depth. */
  readonly joins: number;
  /** The text without values, comments and letter case; lists of any length are the same. */
  readonly key: string;
  /** The values in the text, in order; "" for none. */
  readonly values: string;
}

type Dialect = "postgres" | "mysql";

interface Piece {
  readonly kind: Token["kind"] | "value";
  /** Lower-case for words. */
  readonly text: string;
}

const VALUE = "?";
const BEGINNINGS: Readonly<Record<string, ShapeKind>> = {
  select: "read",
  table: "read",
  insert: "insert",
  replace: "insert",
  update: "update",
  delete: "delete",
  begin: "begin",
  start: "begin",
  commit: "end",
  rollback: "end",
  end: "end",
};

/** Reads a text by its tokens: it does not have to be whole or valid. */
export function statementShape(text: string, dialect: Dialect): StatementShape {
  const values: string[] = [];
  const pieces = piecesOf(text, dialect, values);
  const verb = kindOf(pieces);
  // A read of no table is a ping or asks the server for something.
  const kind = verb === "read" && !pieces.some((piece) => isWord(piece, "from")) ? "other" : verb;
  return {
    kind,
    isSingle: isSingle(kind, pieces),
    isLocking: pieces.some((piece, at) => isWord(piece, "for") && isLockWord(pieces[at + 1])),
    joins: pieces.filter((piece) => isWord(piece, "join")).length,
    key: pieces
      .map((piece) => piece.text)
      .join(" ")
      .replace(/\?(?: , \?)+/g, VALUE)
      .replace(/\( \? \)(?: , \( \? \))+/g, "( ? )"),
    values: values.join("\u0001"),
  };
}

function piecesOf(text: string, dialect: Dialect, values: string[]): Piece[] {
  const pieces: Piece[] = [];
  for (const { kind, start, end } of scanSql(text, { dialect })) {
    if (kind === "space" || kind === "comment") continue;
    const token = text.slice(start, end);
    if (kind === "string" || kind === "number") values.push(token);
    if (kind === "string" || kind === "number" || kind === "parameter") pieces.push({ kind: "value", text: VALUE });
    else if (isPlaceholder(token, pieces.at(-1))) pieces.push({ kind: "value", text: VALUE });
    else pieces.push({ kind, text: kind === "word" ? token.toLowerCase() : token });
  }
  while (pieces.at(-1)?.text === ";") pieces.pop();
  return pieces;
}

/** `?` stands for a value behind an operator, a comma or a bracket; elsewhere it is an operator of PostgreSQL's JSON. */
function isPlaceholder(token: string, before: Piece | undefined): boolean {
  if (token !== VALUE || before === undefined) return false;
  return /^[=<>(,+*/%|-]+$/.test(before.text) || ["limit", "offset", "and", "between", "like"].includes(before.text);
}

function isWord(piece: Piece | undefined, word: string): boolean {
  return piece?.kind === "word" && piece.text === word;
}

function isLockWord(piece: Piece | undefined): boolean {
  return piece?.kind === "word" && ["update", "share", "no", "key"].includes(piece.text);
}

/** `with` has its verb behind the last bracket of its list. */
function kindOf(pieces: readonly Piece[]): ShapeKind {
  const first = pieces.find(({ kind }) => kind === "word");
  if (!isWord(first, "with")) return BEGINNINGS[first?.text ?? ""] ?? "other";
  let depth = 0;
  for (const piece of pieces) {
    if (piece.text === "(") depth += 1;
    else if (piece.text === ")") depth -= 1;
    else if (depth === 0 && piece.kind === "word" && /^(?:select|insert|update|delete)$/.test(piece.text))
      return BEGINNINGS[piece.text] ?? "other";
  }
  return "other";
}

function isSingle(kind: ShapeKind, pieces: readonly Piece[]): boolean {
  if (kind === "insert") return isOneRow(pieces);
  if (kind !== "read" && kind !== "update" && kind !== "delete") return false;
  if (pieces.some((piece) => isWord(piece, "offset"))) return false;
  const where = pieces.findLastIndex((piece) => isWord(piece, "where"));
  // Without `where` the key may stand in a join's condition: so Sequelize reads many-to-many relations.
  const from = where === -1 ? pieces.findIndex((piece) => isWord(piece, "on")) : where;
  if (from === -1) return false;
  const conditions = pieces.slice(from + 1);
  if (conditions.some((_, at) => isList(conditions, at) || isArray(conditions, at))) return false;
  return conditions.some((_, at) => isEquality(conditions, at));
}

/** One `( … )` behind `values`, and no `select`. */
function isOneRow(pieces: readonly Piece[]): boolean {
  const start = pieces.findIndex((piece) => isWord(piece, "values") || isWord(piece, "value"));
  if (start === -1) return false;
  let depth = 0;
  let rows = 0;
  for (const { text } of pieces.slice(start + 1)) {
    if (text === "(") {
      if (depth === 0) rows += 1;
      depth += 1;
    } else if (text === ")") depth -= 1;
    else if (depth === 0 && text !== ",") break;
  }
  return rows === 1;
}

/** `column = ?`, `? = column`, or `column in (?)`. */
function isEquality(pieces: readonly Piece[], at: number): boolean {
  const [before, piece, after] = [pieces[at - 1], pieces[at], pieces[at + 1]];
  if (piece?.text === "=") {
    return (isColumn(before) && after?.kind === "value") || (before?.kind === "value" && isColumn(after));
  }
  return isWord(piece, "in") && after?.text === "(" && pieces[at + 2]?.kind === "value" && pieces[at + 3]?.text === ")";
}

function isColumn(piece: Piece | undefined): boolean {
  return piece !== undefined && (piece.kind === "word" || piece.kind === "quoted-identifier" || piece.text === ")");
}

/** `in (?, ?…)`. */
function isList(pieces: readonly Piece[], at: number): boolean {
  return (
    isWord(pieces[at], "in") &&
    pieces[at + 1]?.text === "(" &&
    pieces[at + 2]?.kind === "value" &&
    pieces[at + 3]?.text === ","
  );
}

/** `any(?)` and `all(?)`. */
function isArray(pieces: readonly Piece[], at: number): boolean {
  const isQuantified = isWord(pieces[at], "any") || isWord(pieces[at], "all");
  return isQuantified && pieces[at + 1]?.text === "(" && pieces[at + 2]?.kind === "value";
}
