import { scanSql, type TokenKind } from "../sql/scan.ts";

/** Engines whose SQL differs in a batched statement. */
export type LoopDialect = "postgres" | "mysql";

/** One token of a normalised statement. */
export interface SqlPart {
  readonly kind: TokenKind;
  /** Words in lower case, all else as written. */
  readonly text: string;
  /** What it names, unquoted; null for symbols and values. */
  readonly name: string | null;
  /** Brackets around it. */
  readonly depth: number;
  readonly start: number;
  readonly end: number;
}

/** A keyword outside brackets with what follows it up to the next one. */
export interface SqlClause {
  readonly word: string;
  /** Where the keyword begins. */
  readonly start: number;
  readonly end: number;
  readonly parts: readonly SqlPart[];
}

/** A plain select, insert, update or delete, by its clauses; each occurs once. */
export interface SqlClauses {
  readonly query: string;
  readonly command: "select" | "insert" | "update" | "delete";
  readonly clauses: ReadonlyMap<string, SqlClause>;
  readonly isVariable: (part: SqlPart) => boolean;
}

const CLAUSE_WORDS: Readonly<Record<SqlClauses["command"], ReadonlySet<string>>> = {
  select: words("select from where group having order limit offset fetch for lock window union intersect except"),
  insert: words("insert select values on returning"),
  update: words("update set from where order limit returning"),
  delete: words("delete from using where order limit returning"),
};

/** The dialect that a text shows by its quotes and parameters, else that of the engine; null where neither says. */
export function loopDialect(query: string, engine: string | null): LoopDialect | null {
  if (query.includes("`")) return "mysql";
  const parts = sqlParts(query, "postgres");
  if (parts.some(({ kind }) => kind === "parameter" || kind === "quoted-identifier")) return "postgres";
  return engine === null ? null : engine === "postgres" ? "postgres" : "mysql";
}

/** Takes a statement apart; null for another command, `with`, and a clause that occurs twice (a union). */
export function sqlClauses(query: string): SqlClauses | null {
  const parts = sqlParts(query, query.includes("`") ? "mysql" : "postgres");
  const command = commandOf(parts[0]);
  if (command === null) return null;
  const clauses = new Map<string, SqlClause>();
  let start = 0;
  for (let at = 1; at <= parts.length; at += 1) {
    const part = parts[at];
    if (part !== undefined && !opensClause(part, command)) continue;
    const first = parts[start];
    const last = parts[at - 1];
    if (first === undefined || last === undefined || clauses.has(first.text)) return null;
    clauses.set(first.text, {
      word: first.text,
      start: first.start,
      end: last.end,
      parts: parts.slice(start + 1, at),
    });
    start = at;
  }
  return { query, command, clauses, isVariable: variableTest(parts) };
}

/** The only table of `from`, `update` or `into`, or the first of several; `public` is left out. Null where there is none. */
export function mainTable(statement: SqlClauses): string | null {
  return tablesOf(statement)[0]?.table ?? null;
}

/** Tables outside brackets with the names that stand for them. */
export function tablesOf({
  command,
  clauses,
}: SqlClauses): readonly { readonly table: string; readonly alias: string }[] {
  const clause = clauses.get(command === "select" || command === "delete" ? "from" : command);
  const parts = (clause?.parts ?? []).filter(({ text }) => !SKIPPED.has(text));
  const found: { table: string; alias: string }[] = [];
  const depth = clause?.parts[0]?.depth ?? 0;
  for (const [at, { text }] of parts.entries()) {
    const opens = at === 0 ? 0 : text === "join" || (text === "," && parts[at]?.depth === depth) ? at + 1 : -1;
    const read = opens === -1 ? null : tableAt(parts, opens);
    if (read !== null) found.push(read);
  }
  return found;
}

/** The text from the first part to the last, with its own spacing. */
export function textOf(query: string, parts: readonly SqlPart[]): string {
  return query.slice(parts[0]?.start ?? 0, parts.at(-1)?.end ?? 0);
}

/** Parts without the brackets around all of them. */
export function withoutBrackets(parts: readonly SqlPart[]): readonly SqlPart[] {
  const [first, last] = [parts[0], parts.at(-1)];
  if (first?.text !== "(" || last?.text !== ")" || parts.length < 3) return parts;
  const inner = parts.slice(1, -1);
  return inner.some(({ depth }) => depth <= first.depth) ? parts : withoutBrackets(inner);
}

/** Items of a list that stands outside brackets. */
export function splitComma(parts: readonly SqlPart[]): readonly (readonly SqlPart[])[] {
  const items: SqlPart[][] = [[]];
  for (const part of parts) {
    if (part.depth === 0 && part.text === ",") items.push([]);
    else items.at(-1)?.push(part);
  }
  return items;
}

const SKIPPED: ReadonlySet<string> = words("into only ignore low_priority high_priority quick delayed lateral");
const NO_ALIAS: ReadonlySet<string> = words(
  "on using join inner left right full outer cross natural straight_join set where",
);

function tableAt(parts: readonly SqlPart[], at: number): { table: string; alias: string } | null {
  const [first, dot, second] = [parts[at], parts[at + 1], parts[at + 2]];
  if (first === undefined || first.name === null) return null;
  const isQualified = dot?.text === "." && second !== undefined && second.name !== null;
  const own = isQualified ? (second.name ?? "") : first.name;
  const table = isQualified && first.name !== "public" ? `${first.name}.${own}` : own;
  const next = at + (isQualified ? 3 : 1);
  const alias = parts[parts[next]?.text === "as" ? next + 1 : next];
  const hasAlias = alias !== undefined && alias.name !== null && !NO_ALIAS.has(alias.text);
  return { table, alias: hasAlias ? (alias.name ?? own) : own };
}

function sqlParts(query: string, dialect: LoopDialect): SqlPart[] {
  const parts: SqlPart[] = [];
  let depth = 0;
  for (const { kind, start, end } of scanSql(query, { dialect })) {
    if (kind === "space" || kind === "comment") continue;
    const raw = query.slice(start, end);
    if (raw === ")") depth = Math.max(0, depth - 1);
    const isQuoted = kind === "quoted-identifier";
    const name = isQuoted ? unquoted(raw) : kind === "word" ? raw : null;
    parts.push({ kind, text: kind === "word" ? raw.toLowerCase() : raw, name, depth, start, end });
    if (raw === "(") depth += 1;
  }
  return parts;
}

function commandOf(first: SqlPart | undefined): SqlClauses["command"] | null {
  const text = first?.kind === "word" ? first.text : "";
  return text === "select" || text === "insert" || text === "update" || text === "delete" ? text : null;
}

function opensClause({ kind, text, depth }: SqlPart, command: SqlClauses["command"]): boolean {
  return depth === 0 && kind === "word" && CLAUSE_WORDS[command].has(text);
}

/** Where a text has numbered parameters, its other values are always the same: else each one may differ. */
function variableTest(parts: readonly SqlPart[]): (part: SqlPart) => boolean {
  if (parts.some(({ kind }) => kind === "parameter")) return ({ kind }) => kind === "parameter";
  return ({ kind, text }) => text === "?" || kind === "string" || kind === "number";
}

function unquoted(raw: string): string {
  const quote = raw.charAt(0);
  return raw.slice(1, -1).replaceAll(quote + quote, quote);
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(" "));
}
