import { parseSql, type SyntaxNode } from "../sql/parser.ts";
import { scanSql } from "../sql/scan.ts";

export type PredicateKind = "equality" | "list" | "range" | "is-null" | "boolean";

/** A condition on one bare column that a B-tree on the column can answer. */
export interface ColumnPredicate {
  readonly kind: PredicateKind;
  readonly column: string;
  /** Type that the plan casts the column to (`text` in `(email)::text = $1`); an index serves it only as a relabelling. */
  readonly castTo: string | null;
  /** Number of values of a list, null where unknown; 1 for all else. */
  readonly values: number | null;
}

export interface Conjunct {
  readonly sql: string;
  /** Null where no B-tree on a bare column of the relation answers it. */
  readonly predicate: ColumnPredicate | null;
}

const RANGE_OPERATORS: ReadonlySet<string> = new Set(["<", "<=", ">", ">="]);

/** Functions of the value side that a scan evaluates once; any other one may be volatile. */
const STABLE_FUNCTIONS: ReadonlySet<string> = new Set(
  "now transaction_timestamp statement_timestamp timezone date_trunc to_date to_timestamp lower upper make_interval btrim".split(
    " ",
  ),
);

/** Splits a plan's condition at its top-level ANDs and reads each part; parts that do not parse have no predicate. */
export function readConjuncts(condition: string, alias: string | null): readonly Conjunct[] {
  return splitAnd(condition).map((sql) => ({ sql, predicate: readPredicate(sql, alias) }));
}

/** The column of a sort key (`created_at DESC` → descending), or null for an expression or another relation's column. */
export function readSortKey(
  key: string,
  alias: string | null,
): { readonly column: string; readonly descending: boolean } | null {
  const [, expression = key, direction = ""] = /^(.*?)(?:\s+(DESC|ASC))?$/.exec(key) ?? [];
  const node = parseExpression(expression);
  const column = node === null ? null : ownColumn(node, alias);
  return column === null ? null : { column, descending: direction === "DESC" };
}

function readPredicate(sql: string, alias: string | null): ColumnPredicate | null {
  const node = parseExpression(sql);
  return node === null ? null : predicateOf(node, alias);
}

function predicateOf(node: SyntaxNode, alias: string | null): ColumnPredicate | null {
  const bare = ownColumn(node, alias);
  if (bare !== null) return { kind: "boolean", column: bare, castTo: null, values: 1 };
  if ("BoolExpr" in node && node.BoolExpr.boolop === "NOT_EXPR") {
    const [argument] = node.BoolExpr.args ?? [];
    const column = argument === undefined ? null : ownColumn(argument, alias);
    return column === null ? null : { kind: "boolean", column, castTo: null, values: 1 };
  }
  if ("NullTest" in node && node.NullTest.nulltesttype === "IS_NULL" && node.NullTest.arg !== undefined) {
    const column = ownColumn(node.NullTest.arg, alias);
    return column === null ? null : { kind: "is-null", column, castTo: null, values: 1 };
  }
  return "A_Expr" in node ? comparisonOf(node.A_Expr, alias) : null;
}

type Comparison = Extract<SyntaxNode, { A_Expr: unknown }>["A_Expr"];

function comparisonOf({ kind, name, lexpr, rexpr }: Comparison, alias: string | null): ColumnPredicate | null {
  const [operatorNode] = name ?? [];
  if (name?.length !== 1 || operatorNode === undefined || !("String" in operatorNode)) return null;
  if (lexpr === undefined || rexpr === undefined) return null;
  const operator = operatorNode.String.sval ?? "";
  if (kind === "AEXPR_OP_ANY" && operator === "=") {
    return sided(
      lexpr,
      rexpr,
      alias,
      "list",
      "A_ArrayExpr" in rexpr ? (rexpr.A_ArrayExpr.elements?.length ?? null) : null,
    );
  }
  if (kind !== "AEXPR_OP") return null;
  const found: PredicateKind | null = operator === "=" ? "equality" : RANGE_OPERATORS.has(operator) ? "range" : null;
  if (found === null) return null;
  return sided(lexpr, rexpr, alias, found, 1) ?? sided(rexpr, lexpr, alias, found, 1);
}

function sided(
  left: SyntaxNode,
  right: SyntaxNode,
  alias: string | null,
  kind: PredicateKind,
  values: number | null,
): ColumnPredicate | null {
  const cast = "TypeCast" in left ? left.TypeCast : null;
  const column = ownColumn(cast?.arg ?? left, alias);
  if (column === null || !isConstant(right, alias)) return null;
  const type = cast === null ? null : (cast.typeName?.names?.at(-1) ?? null);
  const castTo = type !== null && "String" in type ? (type.String.sval ?? "") : null;
  return cast !== null && castTo === null ? null : { kind, column, castTo, values };
}

/** The relation's own column, where the node is nothing else; a qualifier other than the alias is another relation. */
function ownColumn(node: SyntaxNode, alias: string | null): string | null {
  if (!("ColumnRef" in node)) return null;
  const names = (node.ColumnRef.fields ?? []).map((field) => ("String" in field ? (field.String.sval ?? null) : null));
  const [first = null, second = null] = names;
  if (names.length === 1) return first;
  return names.length === 2 && first === alias ? second : null;
}

/** True for what one scan evaluates once: parameters, constants, columns of an outer relation, stable functions of these. */
function isConstant(node: SyntaxNode, alias: string | null): boolean {
  if ("ParamRef" in node || "A_Const" in node || "SQLValueFunction" in node) return true;
  if ("ColumnRef" in node) return (node.ColumnRef.fields ?? []).length === 2 && ownColumn(node, alias) === null;
  if ("TypeCast" in node) return node.TypeCast.arg !== undefined && isConstant(node.TypeCast.arg, alias);
  if ("A_ArrayExpr" in node) return (node.A_ArrayExpr.elements ?? []).every((element) => isConstant(element, alias));
  if ("A_Expr" in node && node.A_Expr.kind === "AEXPR_OP") {
    return [node.A_Expr.lexpr, node.A_Expr.rexpr].every((side) => side === undefined || isConstant(side, alias));
  }
  if (!("FuncCall" in node)) return false;
  const name = node.FuncCall.funcname?.at(-1);
  const isStable = name !== undefined && "String" in name && STABLE_FUNCTIONS.has(name.String.sval ?? "");
  return isStable && (node.FuncCall.args ?? []).every((argument) => isConstant(argument, alias));
}

/** Parses one expression. A redacted number stands as `?`, and PG 17+ writes `(InitPlan 1).col1`: both become values. */
function parseExpression(sql: string): SyntaxNode | null {
  const plain = sql.replace(/\(InitPlan \d+\)\.col\d+/g, "$1");
  return parseOne(plain) ?? parseOne(withNumbers(plain));
}

function parseOne(sql: string): SyntaxNode | null {
  const statements = parseSql(`select ${sql}`);
  const [statement] = statements ?? [];
  if (statements?.length !== 1 || statement === undefined || !("SelectStmt" in statement)) return null;
  const select = statement.SelectStmt;
  const [target] = select.targetList ?? [];
  const isBare = select.fromClause === undefined && select.whereClause === undefined && select.targetList?.length === 1;
  return isBare && target !== undefined && "ResTarget" in target ? (target.ResTarget.val ?? null) : null;
}

function withNumbers(sql: string): string {
  return scanSql(sql)
    .map(({ kind, start, end }) => (kind === "symbol" && sql.slice(start, end) === "?" ? "0" : sql.slice(start, end)))
    .join("");
}

function splitAnd(condition: string): string[] {
  const sql = withoutOuterParentheses(condition.trim());
  const cuts: number[] = [];
  let depth = 0;
  for (const { kind, start, end } of scanSql(sql)) {
    const token = sql.slice(start, end);
    if (token === "(" || token === "[") depth += 1;
    else if (token === ")" || token === "]") depth -= 1;
    // OR binds weaker than AND, and CASE … END may hold an AND of its own: such a text is one part.
    else if (kind === "word" && depth === 0 && /^(?:or|case|between)$/i.test(token)) return [sql];
    else if (kind === "word" && depth === 0 && /^and$/i.test(token)) cuts.push(start, end);
  }
  if (cuts.length === 0) return [sql];
  const edges = [0, ...cuts, sql.length];
  const parts: string[] = [];
  for (let at = 0; at < edges.length; at += 2) parts.push(sql.slice(edges[at], edges[at + 1]).trim());
  return parts.flatMap(splitAnd);
}

function withoutOuterParentheses(sql: string): string {
  if (!sql.startsWith("(") || !sql.endsWith(")")) return sql;
  let depth = 0;
  for (const { start, end } of scanSql(sql)) {
    const token = sql.slice(start, end);
    if (token === "(") depth += 1;
    else if (token === ")") depth -= 1;
    if (depth === 0 && end < sql.length) return sql;
  }
  return withoutOuterParentheses(sql.slice(1, -1).trim());
}
