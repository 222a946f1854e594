import type { RelationName } from "../model/primitives.ts";
import { parseSql } from "./parser.ts";

/** Names that a statement uses, as written; schema "" where none was given. */
export interface StatementNames {
  /** Tables, views and names of WITH queries alike. */
  readonly relations: readonly RelationName[];
  readonly functions: readonly RelationName[];
  readonly types: readonly RelationName[];
}

type Names = Record<keyof StatementNames, Map<string, RelationName>>;

/** The names in a text, each once; null where it does not parse. `loadSqlParser` has to be awaited before. */
export function statementNames(text: string): StatementNames | null {
  const statements = parseSql(text);
  if (statements === null) return null;
  const names: Names = { relations: new Map(), functions: new Map(), types: new Map() };
  visit(statements, names);
  const { relations, functions, types } = names;
  return { relations: [...relations.values()], functions: [...functions.values()], types: [...types.values()] };
}

/** The target of INSERT, UPDATE, DELETE and MERGE has no wrapper around it, so that a relation is known by its fields. */
function visit(node: unknown, names: Names): void {
  if (Array.isArray(node)) {
    for (const element of node) visit(element, names);
    return;
  }
  if (typeof node !== "object" || node === null) return;
  if ("relname" in node && "relpersistence" in node && typeof node.relname === "string") {
    const schema = "schemaname" in node && typeof node.schemaname === "string" ? node.schemaname : "";
    add(names.relations, { schema, name: node.relname });
  }
  if ("funcname" in node) addList(names.functions, node.funcname);
  if ("names" in node && "typemod" in node) addList(names.types, node.names);
  for (const value of Object.values(node)) visit(value, names);
}

/** A qualified name as the parse tree has it: a list of strings. */
function addList(names: Map<string, RelationName>, list: unknown): void {
  if (!Array.isArray(list)) return;
  const parts = list.flatMap((part: unknown) => stringOf(part));
  const name = parts.at(-1);
  if (name !== undefined) add(names, { schema: parts.at(-2) ?? "", name });
}

function stringOf(part: unknown): string[] {
  if (typeof part !== "object" || part === null || !("String" in part)) return [];
  const inner: unknown = part.String;
  const isString = typeof inner === "object" && inner !== null && "sval" in inner && typeof inner.sval === "string";
  return isString ? [String(inner.sval)] : [];
}

function add(names: Map<string, RelationName>, name: RelationName): void {
  names.set(JSON.stringify([name.schema, name.name]), name);
}
