import type { ExecutedPlan } from "../../../logs/digest/plans.ts";
import { normalizePlan } from "../plan/normalize.ts";
import { parsePlanText } from "../plan/parse-text.ts";
import { planShape } from "../plan/plan-shape.ts";
import { isRow } from "../rows.ts";

export interface LoggedPlanText {
  readonly query: string;
  /** Null where the plan itself cannot be read; the execution counts all the same. */
  readonly plan: ExecutedPlan | null;
}

const OPTIONS = { keepLiterals: false, bareRelations: true };

/** What auto_explain writes after `plan:`, in JSON or as text; null where not even the query can be told. */
export function readPlan(text: string): LoggedPlanText | null {
  const lines = text.replaceAll("\r", "").trim();
  return lines.startsWith("{") ? readJson(lines) : readText(lines);
}

function readJson(text: string): LoggedPlanText | null {
  try {
    const document: unknown = JSON.parse(text);
    if (!isRow(document)) return null;
    const query = document["Query Text"];
    if (typeof query !== "string") return null;
    return { query, plan: planFrom(() => normalizePlan([document], OPTIONS)) };
  } catch {
    return null;
  }
}

const QUERY_TEXT = "Query Text: ";
/** The first line of a plan: a node with its costs, not indented. */
const FIRST_NODE = /^\S.*\(cost=\d[\d.]*\.\.\d/m;

function readText(text: string): LoggedPlanText | null {
  if (!text.startsWith(QUERY_TEXT)) return null;
  const node = FIRST_NODE.exec(text);
  if (node === null) return { query: text.slice(QUERY_TEXT.length), plan: null };
  const query = text.slice(QUERY_TEXT.length, node.index).replace(/\nQuery (?:Parameters|Identifier): [\s\S]*$/, "");
  return {
    query: query.trimEnd(),
    plan: planFrom(() => normalizePlan([{ Plan: parsePlanText(text.slice(node.index)) }], OPTIONS)),
  };
}

function planFrom(read: () => ReturnType<typeof normalizePlan>): ExecutedPlan | null {
  try {
    const root = read();
    return { shape: planShape(root), root };
  } catch {
    return null;
  }
}
