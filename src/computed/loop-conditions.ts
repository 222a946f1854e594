import {
  mainTable,
  type SqlClauses,
  type SqlPart,
  sqlClauses,
  tablesOf,
  textOf,
  withoutBrackets,
} from "./loop-clauses.ts";

/** `column = value`: what picks the rows of one repeat. */
export interface KeyCondition {
  /** As the statement writes it, with its alias and quotes. */
  readonly sql: string;
  /** Its column alone, with its quotes. */
  readonly columnSql: string;
  /** Unquoted. */
  readonly column: string;
  readonly qualifier: string | null;
  /** Type that the value is cast to, `::int`; empty without a cast. */
  readonly cast: string;
  /** `column in (value)`: a normalised text may have had several values there. */
  readonly isList: boolean;
}

/** A condition in which every value stands alone beside a column, joined by `and`. */
export interface KeyedCondition {
  readonly keys: readonly KeyCondition[];
  /** Parts without a value that differs. */
  readonly rest: readonly string[];
}

/** What a statement looks up or writes, as messages name it. */
export interface LoopTarget {
  readonly command: SqlClauses["command"];
  readonly table: string;
  /** Empty where the condition is of another form. */
  readonly columns: readonly string[];
}

const NOT_JOINED_BY_AND: ReadonlySet<string> = new Set(["or", "xor", "between", "case"]);

/** Reads a `where`; null where a value stands elsewhere than beside one column. */
export function keyedCondition(statement: SqlClauses): KeyedCondition | null {
  const where = statement.clauses.get("where");
  if (where === undefined || where.parts.length === 0) return null;
  const conjuncts = splitAnd(where.parts, statement.isVariable);
  if (conjuncts === null) return null;
  const keys: KeyCondition[] = [];
  const rest: string[] = [];
  for (const parts of conjuncts) {
    if (!parts.some(statement.isVariable)) {
      rest.push(textOf(statement.query, parts));
      continue;
    }
    const key = keyOf(statement, parts);
    if (key === null) return null;
    keys.push(key);
  }
  return keys.length === 0 ? null : { keys, rest };
}

/** The table and columns of a look-up or write; null where the text does not show its table. */
export function loopTarget(query: string): LoopTarget | null {
  const statement = sqlClauses(query);
  return statement === null ? null : statementTarget(statement);
}

/** The same of a statement that was taken apart. */
export function statementTarget(statement: SqlClauses): LoopTarget | null {
  const keys = keyedCondition(statement)?.keys ?? [];
  const tables = new Set(keys.map((key) => keyTable(statement, key)));
  const [only] = tables;
  const table = tables.size === 1 && only !== undefined && only !== null ? only : mainTable(statement);
  return table === null
    ? null
    : { command: statement.command, table, columns: [...new Set(keys.map(({ column }) => column))] };
}

/** The table of a key's qualifier; the main one where it has none or an unknown one. */
function keyTable(statement: SqlClauses, { qualifier }: KeyCondition): string | null {
  const named = qualifier === null ? undefined : tablesOf(statement).find(({ alias }) => alias === qualifier);
  return named?.table ?? mainTable(statement);
}

/** Conditions that all have to hold, those without a value whole; null where one with a value is an alternative. */
function splitAnd(
  parts: readonly SqlPart[],
  isVariable: SqlClauses["isVariable"],
): readonly (readonly SqlPart[])[] | null {
  if (!parts.some(isVariable)) return [parts];
  const inner = withoutBrackets(parts);
  const depth = inner.reduce((least, part) => Math.min(least, part.depth), Number.POSITIVE_INFINITY);
  if (inner.some((part) => part.depth === depth && NOT_JOINED_BY_AND.has(part.text))) return null;
  const groups: SqlPart[][] = [[]];
  for (const part of inner) {
    if (part.depth === depth && part.text === "and") groups.push([]);
    else groups.at(-1)?.push(part);
  }
  if (groups.length === 1) return [inner];
  const split = groups.map((group) => splitAnd(group, isVariable));
  return split.some((group) => group === null) ? null : split.flatMap((group) => group ?? []);
}

/** `column = value` or `column in (value)`. */
function keyOf({ query, isVariable }: SqlClauses, parts: readonly SqlPart[]): KeyCondition | null {
  const operator = parts.findIndex(({ text }) => text === "=" || text === "in");
  const column = columnOf(query, parts.slice(0, operator));
  if (operator === -1 || column === null) return null;
  const value = withoutBrackets(parts.slice(operator + 1));
  const [first, ...cast] = value;
  if (first === undefined || !isVariable(first)) return null;
  const castText = cast.map(({ text }) => text).join("");
  if (castText !== "" && !/^::\w+$/.test(castText)) return null;
  return {
    sql: textOf(query, parts.slice(0, operator)),
    ...column,
    cast: castText,
    isList: parts[operator]?.text === "in",
  };
}

/** `id`, `users.id`, `"public"."users"."id"`. */
function columnOf(
  query: string,
  parts: readonly SqlPart[],
): Pick<KeyCondition, "column" | "columnSql" | "qualifier"> | null {
  const isName = parts.every(({ name, text }, at) => (at % 2 === 0 ? name !== null : text === "."));
  const column = parts.at(-1)?.name ?? null;
  if (!isName || parts.length % 2 === 0 || parts.length > 5 || column === null) return null;
  return { column, columnSql: textOf(query, parts.slice(-1)), qualifier: parts.at(-3)?.name ?? null };
}
