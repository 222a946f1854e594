import { scanSql } from "../sql/scan.ts";

/** What a statement locks, as far as its text alone shows it. */
export interface StatementTarget {
  /** First word of the text, in lower case: `update`, `select`, `alter`. */
  readonly command: string;
  /** The only table that it changes, locks or reads, unquoted and without `public`; null where there is no single one. */
  readonly table: string | null;
  /** The locking clause of a select. */
  readonly rowLock: "exclusive" | "shared" | null;
  /** An insert that updates the row where the key is there already. */
  readonly isUpsert: boolean;
}

/** A word in lower case, a symbol, or an identifier: its name, and its place in brackets or not. */
interface Part {
  readonly text: string;
  readonly name: string | null;
  readonly depth: number;
}

const MODIFIERS: ReadonlySet<string> = new Set(
  "only low_priority high_priority quick ignore delayed if not exists table tables into".split(" "),
);
/** Words that end the tables of a statement. */
const AFTER_TABLES: ReadonlySet<string> = new Set(
  "set where group having order limit offset fetch for lock union intersect except window returning values".split(" "),
);
/** Words before the table of each command that names it behind its own first word. */
const DEFINITIONS: ReadonlySet<string> = new Set(["alter", "drop", "truncate", "lock"]);
const SEVERAL: ReadonlySet<string> = new Set([",", "join", "straight_join", "natural"]);

/** Reads a statement's target from its text; a text of another form has no table. Both quoting styles are read. */
export function statementTarget(query: string): StatementTarget {
  const parts = partsOf(query);
  const command = parts[0]?.text ?? "";
  return {
    command,
    table: tableOf(command, parts),
    rowLock: command === "select" ? rowLockOf(parts) : null,
    isUpsert: command === "insert" && hasPhrase(parts, ["do", "update"], ["on", "duplicate", "key", "update"]),
  };
}

function tableOf(command: string, parts: readonly Part[]): string | null {
  const top = parts.filter(({ depth }) => depth === 0);
  if (command === "update") return singleTable(top.slice(1));
  if (command === "delete") return top[1]?.text === "from" ? firstTable(top.slice(2)) : null;
  if (command === "insert" || command === "replace") return firstTable(top.slice(1));
  if (command === "select") {
    const from = top.findIndex(({ text }) => text === "from");
    return from === -1 ? null : singleTable(top.slice(from + 1));
  }
  if (DEFINITIONS.has(command)) return definitionTable(command, top);
  const isIndex = command === "create" && top.slice(1, 3).some(({ text }) => text === "index");
  const on = top.findIndex(({ text }) => text === "on");
  return isIndex && on !== -1 ? firstTable(top.slice(on + 1)) : null;
}

/** `alter index`, `drop function` and the like name no table. */
function definitionTable(command: string, top: readonly Part[]): string | null {
  const namesTable =
    top[1]?.text === "table" || top[1]?.text === "tables" || command === "truncate" || command === "lock";
  const rest = top.slice(1);
  return namesTable && !rest.some(({ text }) => text === ",") ? firstTable(rest) : null;
}

/** The first table, unless others stand beside it. */
function singleTable(parts: readonly Part[]): string | null {
  const end = parts.findIndex(({ text }) => AFTER_TABLES.has(text));
  const tables = end === -1 ? parts : parts.slice(0, end);
  return tables.some(({ text }) => SEVERAL.has(text)) ? null : firstTable(tables);
}

function firstTable(parts: readonly Part[]): string | null {
  const start = parts.findIndex(({ text }) => !MODIFIERS.has(text));
  const first = parts[start]?.name ?? null;
  if (first === null) return null;
  const second = parts[start + 1]?.text === "." ? (parts[start + 2]?.name ?? null) : null;
  if (second === null) return first;
  return first === "public" ? second : `${first}.${second}`;
}

function rowLockOf(parts: readonly Part[]): StatementTarget["rowLock"] {
  if (hasPhrase(parts, ["for", "share"], ["for", "key", "share"], ["lock", "in", "share", "mode"])) return "shared";
  return hasPhrase(parts, ["for", "update"], ["for", "no", "key", "update"]) ? "exclusive" : null;
}

function hasPhrase(parts: readonly Part[], ...phrases: readonly (readonly string[])[]): boolean {
  return parts.some((_, at) => phrases.some((words) => words.every((word, step) => parts[at + step]?.text === word)));
}

function partsOf(query: string): Part[] {
  const parts: Part[] = [];
  let depth = 0;
  for (const { kind, start, end } of scanSql(query, { dialect: query.includes("`") ? "mysql" : "postgres" })) {
    if (kind === "space" || kind === "comment") continue;
    const raw = query.slice(start, end);
    if (raw === ")") depth = Math.max(0, depth - 1);
    if (kind === "quoted-identifier") parts.push({ text: raw, name: unquoted(raw), depth });
    else parts.push({ text: raw.toLowerCase(), name: kind === "word" ? raw : null, depth });
    if (raw === "(") depth += 1;
  }
  return parts;
}

function unquoted(raw: string): string {
  const quote = raw.charAt(0);
  return raw.slice(1, -1).replaceAll(quote + quote, quote);
}
