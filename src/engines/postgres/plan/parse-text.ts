import type { Row } from "../session.ts";
import { type NodeHead, readNodeHead } from "./node-head.ts";
import { operatorOf } from "./operators.ts";
import { openQuote, readBuffers, splitKeys } from "./plan-text-values.ts";

/** A node as the text has it. */
interface TextNode {
  readonly head: NodeHead;
  /** `InitPlan 1 (returns $0)`, `SubPlan 2`, `CTE recent`; null for an ordinary child. */
  readonly label: string | null;
  /** Where its properties begin; what stands further right belongs to a worker or to a part of it. */
  readonly column: number;
  readonly properties: Map<string, string[]>;
  readonly children: TextNode[];
}

/** What holds for the whole plan. */
interface PlanFacts {
  readonly hasBuffers: boolean;
  readonly hasTiming: boolean;
}

interface Reading {
  readonly root: TextNode;
  /** The node that the last line belongs to, with its ancestors. */
  open: TextNode[];
  label: { readonly text: string; readonly column: number } | null;
  /** Lines about the whole statement follow the tree: planning, triggers, JIT, settings. */
  isTreeOver: boolean;
  hasBuffers: boolean;
  /** A string of the plan never ends: the text was cut. */
  isCut: boolean;
}

/** Properties that hold SQL, which goes on in the next line where a string or name in it has a line break. */
const SQL_PROPERTY = /(?:Cond|Filter|Key|Call|Condition|Order By|Output|Remote SQL|Window)$/;
const CONDITIONS = [
  "Index Cond",
  "TID Cond",
  "Filter",
  "One-Time Filter",
  "Hash Cond",
  "Merge Cond",
  "Join Filter",
] as const;
const MEMBER_PARENTS = new Set(["Append", "Merge Append", "BitmapAnd", "BitmapOr"]);
const AUTO_EXPLAIN = /^(?:duration: [\d.]+ ms +plan:\r?\n)?Query Text: /;
const ROOT_COLUMN = 2;
/** From the arrow of a node to its properties. */
const ARROW_INDENT = 6;

/**
 * The root node of EXPLAIN's text format, or of an auto_explain entry, with the properties that EXPLAIN (FORMAT JSON)
 * has, as far as `normalizePlan` reads them. Lines may come with the query before and with planning, JIT and triggers
 * after. Null where the text holds no plan, or ends inside a string.
 */
export function parsePlanText(text: string): Row | null {
  const lines = text.split(/\r?\n/);
  // The query of an auto_explain entry may quote a plan; its own plan is the last one. EXPLAIN of a statement that a
  // rule splits prints several, of which the JSON reader takes the first.
  const takesLast = AUTO_EXPLAIN.test(text);
  let reading: Reading | null = null;
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    const root = rootOf(line, takesLast);
    if (root !== null && (reading === null || takesLast)) reading = readingOf(root);
    else if (root !== null) break;
    else if (reading !== null && !reading.isCut) {
      const whole = wholeLine(lines, at);
      if (whole === null) reading.isCut = true;
      else {
        at = whole.last;
        readLine(reading, whole.line);
      }
    }
  }
  return reading === null || reading.isCut ? null : rowOf(reading.root, factsOf(reading), {});
}

/** A plan's first line has no indentation; one without costs must name a known node. */
function rootOf(line: string, mustHaveCosts: boolean): TextNode | null {
  if (line === "" || line.startsWith(" ") || (mustHaveCosts && !line.includes("  (cost="))) return null;
  const head = readNodeHead(line);
  const isKnown = !mustHaveCosts && operatorOf(String(head.fields["Node Type"])) !== "other";
  return head.hasCosts || isKnown ? nodeOf(head, null, ROOT_COLUMN) : null;
}

function nodeOf(head: NodeHead, label: string | null, column: number): TextNode {
  return { head, label, column, properties: new Map(), children: [] };
}

function readingOf(root: TextNode): Reading {
  return { root, open: [root], label: null, isTreeOver: false, hasBuffers: false, isCut: false };
}

/** The line with those that a string in it runs into; null where it never ends. */
function wholeLine(lines: readonly string[], at: number): { line: string; last: number } | null {
  const line = lines[at] ?? "";
  const name = /^ +([A-Z][^:]*): /.exec(line)?.[1];
  if (name === undefined || !SQL_PROPERTY.test(name)) return { line, last: at };
  let quote = openQuote(line);
  let last = at;
  for (; quote !== null && last + 1 < lines.length; last += 1) quote = openQuote(lines[last + 1] ?? "", quote);
  return quote === null ? { line: lines.slice(at, last + 1).join("\n"), last } : null;
}

function readLine(reading: Reading, line: string): void {
  const content = line.trimStart();
  const column = line.length - content.length;
  if (content !== "" && column === 0) reading.isTreeOver = true;
  if (content.startsWith("Buffers: ")) reading.hasBuffers = true;
  if (reading.isTreeOver || content === "") return;
  if (content.startsWith("->  ")) openNode(reading, content.slice("->  ".length), column);
  else readDetail(reading, content, column);
}

function openNode(reading: Reading, content: string, arrow: number): void {
  const label = reading.label?.column === arrow - 2 ? reading.label : null;
  const parentColumn = label?.column ?? arrow;
  reading.open = reading.open.filter(({ column }) => column <= parentColumn);
  const node = nodeOf(readNodeHead(content), label?.text ?? null, arrow + ARROW_INDENT);
  (reading.open.at(-1) ?? reading.root).children.push(node);
  reading.open.push(node);
  reading.label = null;
}

function readDetail(reading: Reading, content: string, column: number): void {
  const node = reading.open.find((candidate) => candidate.column === column);
  if (node === undefined) return;
  if (/^(?:InitPlan|SubPlan|CTE) /.test(content)) {
    reading.label = { text: content, column };
    return;
  }
  const [, name, value = ""] = /^([A-Z][^:]*): (.*)$/s.exec(content) ?? [];
  if (name === undefined || node !== reading.open.at(-1)) return;
  node.properties.set(name, [...(node.properties.get(name) ?? []), value]);
}

function factsOf({ root, hasBuffers }: Reading): PlanFacts {
  const hasTiming = (node: TextNode): boolean =>
    node.head.fields["Actual Total Time"] !== undefined || node.children.some(hasTiming);
  return { hasBuffers, hasTiming: hasTiming(root) };
}

function rowOf(node: TextNode, facts: PlanFacts, place: Row): Row {
  const plain = node.children.filter(({ label }) => label === null);
  return {
    ...node.head.fields,
    ...place,
    ...conditionsOf(node),
    ...keysOf(node),
    ...numberOf(node, "Workers Planned"),
    ...(node.head.wasExecuted === null ? {} : measuresOf(node, facts)),
    Plans: node.children.map((child) => rowOf(child, facts, placeOf(child, node, plain))),
  };
}

/** How a child hangs under its parent, which JSON says and the text leaves to the reader. */
function placeOf(child: TextNode, parent: TextNode, plain: readonly TextNode[]): Row {
  if (child.label !== null) {
    const relationship = child.label.startsWith("SubPlan") ? "SubPlan" : "InitPlan";
    return { "Parent Relationship": relationship, "Subplan Name": child.label };
  }
  const type = String(parent.head.fields["Node Type"]);
  if (type === "Subquery Scan") return { "Parent Relationship": "Subquery" };
  if (type === "Custom Scan") return { "Parent Relationship": "child" };
  const isMember = MEMBER_PARENTS.has(type) || (type === "ModifyTable" && plain.length > 1);
  if (isMember) return { "Parent Relationship": "Member" };
  return { "Parent Relationship": child === plain[0] ? "Outer" : "Inner" };
}

function conditionsOf({ properties }: TextNode): Row {
  return Object.fromEntries(
    CONDITIONS.flatMap((name) => {
      const value = properties.get(name)?.[0];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** JSON keeps the keys of grouping sets in a list of their own, and has no `Group Key` and `Sort Key` then. */
function keysOf({ head, properties }: TextNode): Row {
  const group = properties.get("Group Key") ?? [];
  const sort = properties.get("Sort Key") ?? [];
  const isAggregate = head.fields["Node Type"] === "Aggregate";
  const hasSets = group.length > 1 || group[0] === "()" || properties.has("Hash Key") || sort.length > 0;
  if (isAggregate && hasSets) return {};
  return {
    ...(group[0] === undefined ? {} : { "Group Key": splitKeys(group[0]) }),
    ...(sort[0] === undefined ? {} : { "Sort Key": splitKeys(sort[0]) }),
  };
}

/** The text leaves out what is zero; that it is zero follows from the filter, or from buffers elsewhere in the plan. */
function measuresOf(node: TextNode, { hasBuffers, hasTiming }: PlanFacts): Row {
  const buffers = readBuffers(node.properties.get("Buffers")?.[0] ?? "");
  return {
    ...(node.head.wasExecuted === false && hasTiming ? { "Actual Total Time": 0 } : {}),
    ...(node.properties.has("Filter") ? { "Rows Removed by Filter": 0 } : {}),
    ...numberOf(node, "Rows Removed by Filter"),
    ...(hasBuffers
      ? {
          "Shared Hit Blocks": buffers.sharedHit,
          "Shared Read Blocks": buffers.sharedRead,
          "Temp Written Blocks": buffers.tempWritten,
        }
      : {}),
  };
}

function numberOf({ properties }: TextNode, name: string): Row {
  const value = properties.get(name)?.[0];
  return value === undefined ? {} : { [name]: Number(value) };
}
