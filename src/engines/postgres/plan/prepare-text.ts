import type { PlanRepair } from "../../../model/plan.ts";
import type { StatementKind } from "../../../model/statement.ts";
import { scanSql } from "../../../sql/scan.ts";
import { statementKind } from "../../../sql/statement-kind.ts";

/** A normalised text that the server accepts after `prepare … as`. */
export interface PreparableText {
  readonly text: string;
  readonly repairs: readonly PlanRepair[];
  /** Number of the highest parameter; 0 = none. */
  readonly parameterCount: number;
  /** Parameters below the highest that the text does not use: their type cannot be inferred. */
  readonly unused: readonly number[];
}

const EXPLAINABLE: ReadonlySet<StatementKind> = new Set<StatementKind>([
  "select",
  "insert",
  "update",
  "delete",
  "merge",
]);

/** Types whose literals are written `type '…'`, which the server stores as `type $1`. */
const TYPES: ReadonlySet<string> = new Set(
  `bit bool boolean box bytea char cidr circle citext date daterange decimal float4 float8 inet int2 int4 int4range int8
  int8range integer interval json jsonb jsonpath line lseg macaddr macaddr8 money numeric numrange path point polygon real
  regclass regtype smallint bigint text time timestamp timestamptz timetz tsquery tsrange tstzrange tsvector uuid varbit
  varchar xml`.split(/\s+/),
);

interface Piece {
  readonly kind: string;
  readonly text: string;
}

/** True for a kind of statement that EXPLAIN takes without running it. */
export function isExplainable(kind: StatementKind): boolean {
  return EXPLAINABLE.has(kind);
}

/**
 * Makes a text of pg_stat_statements preparable; the parser has the last word. Null where it is not exactly one SELECT,
 * INSERT, UPDATE, DELETE or MERGE. `loadSqlParser` has to be awaited before.
 */
export function prepareText(stored: string): PreparableText | null {
  const repairs: PlanRepair[] = [];
  const text = repair(piecesOf(stored), repairs);
  if (!isExplainable(statementKind(text))) return null;
  const used = new Set(
    scanSql(text).flatMap((token) => parameterNumber(token.kind, text.slice(token.start, token.end))),
  );
  const parameterCount = Math.max(0, ...used);
  const unused = Array.from({ length: parameterCount }, (_, index) => index + 1).filter((index) => !used.has(index));
  return { text, repairs, parameterCount, unused };
}

function piecesOf(text: string): Piece[] {
  const pieces = scanSql(text).map(({ kind, start, end }) => ({ kind, text: text.slice(start, end) }));
  while (isTrailing(pieces.at(-1))) pieces.pop();
  return pieces;
}

function isTrailing(piece: Piece | undefined): boolean {
  return piece !== undefined && (piece.kind === "space" || piece.kind === "comment" || piece.text === ";");
}

function repair(pieces: readonly Piece[], repairs: PlanRepair[]): string {
  const out: string[] = [];
  for (let at = 0; at < pieces.length; at += 1) {
    const piece = pieces[at];
    if (piece === undefined) continue;
    out.push(piece.text);
    if (piece.kind !== "parameter") continue;
    const change = typedLiteral(pieces, at) ?? extractField(pieces, at) ?? squashedList(pieces, at);
    if (change === null) continue;
    out.splice(out.length - 1 - change.before, change.before + 1, change.to);
    const from = pieces.slice(at - change.before, at + 1 + change.after);
    repairs.push({ from: from.map((part) => part.text).join(""), to: change.to });
    at += change.after;
  }
  return out.join("");
}

interface Change {
  /** Number of pieces before and after the parameter that `to` replaces with it. */
  readonly before: number;
  readonly after: number;
  readonly to: string;
}

/** `interval $1` → `$1::interval`, `timestamp with time zone $1`, `double precision $1`. */
function typedLiteral(pieces: readonly Piece[], at: number): Change | null {
  const parameter = pieces[at]?.text ?? "";
  const [last, second, third, fourth] = wordsBefore(pieces, at, 4);
  const type = (words: readonly WordBefore[]): Change | null => {
    const first = words[0];
    if (first === undefined) return null;
    return { before: at - first.at, after: 0, to: `${parameter}::${words.map(({ word }) => word).join(" ")}` };
  };
  if (last === undefined) return null;
  if (last.word === "zone" && second?.word === "time" && third !== undefined && fourth !== undefined) {
    const isType = (third.word === "with" || third.word === "without") && /^time(stamp)?$/.test(fourth.word);
    return isType ? type([fourth, third, second, last]) : null;
  }
  if (last.word === "precision" && second?.word === "double") return type([second, last]);
  // `x.date $1` names a column and does not parse anyway.
  return TYPES.has(last.word) && pieces[last.at - 1]?.text !== "." ? type([last]) : null;
}

/** `extract($1 from x)`: the field's name was taken for a literal; its cost does not depend on which one it was. */
function extractField(pieces: readonly Piece[], at: number): Change | null {
  const next = pieces.slice(at + 1).find(({ kind }) => kind !== "space" && kind !== "comment");
  if (next?.text.toLowerCase() !== "from") return null;
  const open = previous(pieces, at);
  if (open === null || pieces[open]?.text !== "(") return null;
  const name = previous(pieces, open);
  return name !== null && pieces[name]?.text.toLowerCase() === "extract"
    ? { before: 0, after: 0, to: "'epoch'" }
    : null;
}

/** `in ($1 /*, ... *\/)` of PostgreSQL 18 stands for a list of two or more, where a single value would be an equality. */
function squashedList(pieces: readonly Piece[], at: number): Change | null {
  const parameter = pieces[at]?.text ?? "";
  const length = pieces[at + 1]?.kind === "space" ? 2 : 1;
  const comment = pieces[at + length];
  if (comment?.kind !== "comment" || comment.text.replaceAll(" ", "") !== "/*,...*/") return null;
  return { before: 0, after: length, to: `${parameter}, ${parameter}` };
}

interface WordBefore {
  readonly word: string;
  readonly at: number;
}

/** Up to `count` words that stand directly before a piece, the nearest first, in lower case. */
function wordsBefore(pieces: readonly Piece[], at: number, count: number): WordBefore[] {
  const words: WordBefore[] = [];
  let index = previous(pieces, at);
  while (index !== null && words.length < count && pieces[index]?.kind === "word") {
    words.push({ word: pieces[index]?.text.toLowerCase() ?? "", at: index });
    index = previous(pieces, index);
  }
  return words;
}

/** Index of the piece before, white space and comments apart. */
function previous(pieces: readonly Piece[], at: number): number | null {
  for (let index = at - 1; index >= 0; index -= 1) {
    const kind = pieces[index]?.kind;
    if (kind !== "space" && kind !== "comment") return index;
  }
  return null;
}

function parameterNumber(kind: string, text: string): number[] {
  return kind === "parameter" ? [Number(text.slice(1))] : [];
}
