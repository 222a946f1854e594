import type { StatementKind } from "../model/statement.ts";
import { parseSql } from "./parser.ts";

/** The kind of a text's only statement; `unknown` where it does not parse or holds several. */
export function statementKind(text: string): StatementKind {
  const statements = parseSql(text);
  const [statement] = statements ?? [];
  if (statement === undefined || statements?.length !== 1) return "unknown";
  if ("SelectStmt" in statement) return "select";
  if ("InsertStmt" in statement) return "insert";
  if ("UpdateStmt" in statement) return "update";
  if ("DeleteStmt" in statement) return "delete";
  if ("MergeStmt" in statement) return "merge";
  return "utility";
}
